"""Check-ins beyond the day's own: earlier days, corrections, looking back, pictures, goals, sums."""

from bot.handlers import amend, keepsake, lookback, sums
from bot.phrases.command import END, GAP, LOOSE, Command, command
from bot.times import NUMBER, written
from bot.turn import Who

_DAY = rf"(?P<day>{written.PAST_DAY})"
# What follows without a gap must begin as something studied does: 「改打卡时间」 is another sentence.
_STUDIED = r"(?=[读看学抄背《第\d])"
_NOTE = rf"(?:{GAP}|{LOOSE}{_STUDIED})(?P<note>[^\s，。.!！~～].*)"
_UNDO = "(?:撤销|撤消|撤回|取消|删除|删掉|去掉)"
_MONTH = rf"(?:(?P<month>上个?月|本月|这个?月|{NUMBER}月份?)的?)?"

COMMANDS: tuple[Command, ...] = (
    # Without a day it is asked for one.
    command(Who.MEMBER, rf"补(?:打)?卡(?:{LOOSE}{_DAY}的?(?:{_NOTE})?|{GAP}.+)?{END}", amend.make_up_day),
    command(Who.MEMBER, rf"补(?:一下|上|打)?{_DAY}的?(?:打)?卡(?:{_NOTE})?{END}", amend.make_up_day),
    command(
        Who.MEMBER,
        rf"(?:改(?:一下)?|更正|修改)打卡(?:{LOOSE}{_DAY}的?)?(?:{LOOSE}[为成])?(?:{_NOTE})?{END}",
        amend.correct,
    ),
    command(Who.MEMBER, rf"打卡改[为成]{_NOTE}", amend.correct),
    command(Who.MEMBER, rf"{_UNDO}(?:{_DAY}的?)?打卡{END}", amend.undo),
    command(Who.MEMBER, rf"{_UNDO}打卡{LOOSE}{_DAY}{END}", amend.undo),
    command(Who.MEMBER, rf"(?:我的打卡|打卡记录){END}", lookback.my_month),
    command(Who.MEMBER, rf"(?P<month>上个?月|本月|这个?月|{NUMBER}月份?)的?打卡{END}", lookback.my_month),
    command(Who.MEMBER, rf"{_MONTH}打卡{LOOSE}日历{END}", lookback.calendar),
    command(Who.MEMBER, rf"(?P<year>今年|去年|上一?年|本年|20\d\d年?)的?打卡{END}", lookback.my_year),
    command(
        Who.MEMBER,
        rf"(?:每周|一周)(?:目标|打卡){LOOSE}(?P<goal>{NUMBER}|取消|不要了?|没有){LOOSE}[天次]?{END}",
        lookback.choose_goal,
    ),
    command(Who.MEMBER, rf"每周目标{END}", lookback.choose_goal),
    command(Who.MEMBER, rf"我的(?:图片|照片|语音|留念){END}", keepsake.show_mine),
    command(Who.LEADER, rf"打卡汇总{END}", sums.of_scope),
)
