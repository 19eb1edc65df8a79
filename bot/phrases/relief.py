"""Switching the 减负 profile off, and on again."""

from bot.handlers import relief_switch
from bot.phrases.command import END, GAP, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.ADMIN, rf"关闭减负(?:模式)?(?:{GAP}|(?=\S*\d))(?P<text>.+?){END}", relief_switch.ask),
    command(Who.ADMIN, rf"同意关闭减负(?:模式)?{END}", relief_switch.agree),
    command(Who.ADMIN, rf"(?:恢复|打开|开启)减负(?:模式)?{END}", relief_switch.switch_on),
)
