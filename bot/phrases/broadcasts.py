"""Writing to many at once, from composing to taking back."""

from bot.handlers import broadcast, broadcast_approval, broadcast_course, confirming, mass
from bot.phrases.command import END, GAP, LOOSE, Command, command
from bot.times import written
from bot.turn import Who

# 「明天 9:00」 before 「广播 …」; without words behind it, it is talk about a broadcast.
_WHEN = rf"(?:(?P<when>{written.MOMENT}){LOOSE}(?=(?:广播|群发)\w{{0,2}}{GAP}\S))?"
_NUMBER = rf"{LOOSE}(?P<id>\d+){END}"

COMMANDS: tuple[Command, ...] = (
    command(
        Who.ADMIN,
        rf"{_WHEN}(?:广播|群发)(?:{GAP}(?P<asks>要回执)(?={GAP}|$))?(?:{GAP}(?P<text>.+))?",
        broadcast.compose,
    ),
    command(Who.ADMIN, rf"{_WHEN}广播(?:链接|卡片)(?:{GAP}(?P<text>.+))?", broadcast.compose_card),
    command(Who.ADMIN, rf"{_WHEN}广播图片(?:{GAP}(?P<text>.+))?", broadcast.compose_picture),
    command(Who.ADMIN, rf"试发(?:{GAP}(?P<text>.+))?", broadcast.try_first),
    command(Who.ADMIN, rf"群发(?:剩下|其余)的{END}", mass.propose),
    command(Who.LEADER, rf"确认\s*(?P<count>\d+){END}", confirming.by_number),
    command(Who.ADMIN, rf"同意发{_NUMBER}", broadcast_approval.approve),
    command(Who.ADMIN, rf"不同意发{_NUMBER}", broadcast_approval.refuse),
    command(Who.ADMIN, rf"撤回(?:{LOOSE}(?P<id>\d+))?{END}", broadcast_course.take_back),
    command(Who.ADMIN, rf"暂停{_NUMBER}", broadcast_course.hold),
    command(Who.ADMIN, rf"恢复{_NUMBER}", broadcast_course.let_go),
    command(Who.ADMIN, rf"广播进度{END}", broadcast_course.show_progress),
    command(Who.ADMIN, rf"全部暂停{END}", broadcast_course.pause_all),
    command(Who.ADMIN, rf"恢复{END}", broadcast_course.resume_all),
)
