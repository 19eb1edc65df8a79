"""What comes when: workdays, solemn days, the next firings."""

from bot.handlers import plan_pausing, plans
from bot.phrases.command import APART, END, GAP, LOOSE, Command, command
from bot.times import written
from bot.turn import Who

# 「暂停荐书」 in one word is every member's own, see the settings.
_KIND = rf"(?P<kind>{plan_pausing.WORDS})"
_DAY = rf"(?:{written.DAY}|{APART}[^\s，。,]{{1,14}})"

COMMANDS: tuple[Command, ...] = (
    command(Who.ADMIN, rf"接下来(?:发什么)?[?？]?{END}", plans.coming),
    command(Who.ADMIN, rf"(?:补班|调休)日?发{END}", plans.makeup_on),
    command(Who.ADMIN, rf"(?:补班|调休)日?不发{END}", plans.makeup_off),
    command(Who.ADMIN, rf"庄重日{END}", plans.solemn_list),
    command(
        Who.ADMIN,
        rf"庄重日{LOOSE}(?P<day>{_DAY})(?:{GAP}(?P<name>[^。]{{1,40}}))?{END}",
        plans.add_solemn,
    ),
    command(Who.ADMIN, rf"取消庄重日{LOOSE}(?P<day>{_DAY})(?:{GAP}.*)?{END}", plans.remove_solemn),
    command(Who.ADMIN, rf"(?:看|有哪些|所有|自动)?计划(?:列表)?[?？]?{END}", plan_pausing.show),
    command(Who.ADMIN, rf"暂停(?=.*计划)(?:计划)?{LOOSE}{_KIND}(?:的?计划)?{END}", plan_pausing.pause),
    command(Who.ADMIN, rf"恢复(?=.*计划)(?:计划)?{LOOSE}{_KIND}(?:的?计划)?{END}", plan_pausing.go_on),
    command(Who.MEMBER, rf"暂停{GAP}{_KIND}{END}", plan_pausing.pause_or_stop),
    command(Who.MEMBER, rf"恢复{GAP}{_KIND}{END}", plan_pausing.go_on_or_start),
)
