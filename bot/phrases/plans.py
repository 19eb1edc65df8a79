"""What comes when: workdays, solemn days, the next firings."""

from bot.handlers import plans
from bot.phrases.command import APART, END, GAP, LOOSE, Command, command
from bot.times import written
from bot.turn import Who

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
)
