"""Who got what, who answered, and why somebody did not."""

from bot.handlers import acknowledge, unreachable, why
from bot.phrases.command import END, LOOSE, Command, command
from bot.turn import Who

# Between 「为什么」 and 「没收到」 a name is told from other words well enough.
# What is waited for by post, or as money, is no person.
_BY_POST = "(?!快递|包裹|外卖|邮件|短信|验证码|回信|来信|信|钱|工资|货|礼物)"
_NO_NAME = r"[^\s，。：:,?？!！的了我你他她它这那]"
_WHOM = rf"(?P<name>{_BY_POST}{_NO_NAME}{{1,20}}?(?: [^\s，。：:,?？!！]{{1,20}}?)?)"

COMMANDS: tuple[Command, ...] = (
    command(
        Who.MEMBER,
        rf"(?:好的?{LOOSE})?(?:已经?)?收到了?(?:{LOOSE}谢谢)?{END}",
        hot=acknowledge.acknowledge,
        asked=True,
    ),
    command(Who.MEMBER, rf"为(?:什么|何){LOOSE}我{LOOSE}(?:还)?(?:没有?收到|收不到)[?？]?{END}", why.why_not_me),
    command(Who.LEADER, rf"为(?:什么|何){LOOSE}{_WHOM}{LOOSE}(?:还)?(?:没有?收到|收不到)[?？]?{END}", why.why_not),
    command(Who.LEADER, rf"谁(?:都)?收不到(?:消息)?[?？]?{END}", unreachable.who_is_unreachable),
    command(Who.ADMIN, rf"谁(?:还)?没有?回复?了?[?？]?{END}", acknowledge.who_is_silent),
    command(Who.ADMIN, rf"谁(?:都)?(?:已经)?收到了?[?？]?{END}", acknowledge.who_answered),
)
