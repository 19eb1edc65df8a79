"""Personal reminders: to make one, and to see, change, stop and delete those there are."""

from bot.handlers import reminders
from bot.phrases.command import END, LOOSE, Command, command
from bot.times import written
from bot.turn import Who

_FIGURES = r"(?:\d{1,2}|[零二两三四五]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
_MINUTES = r"(?:(?:\d{1,2}|[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])分?|[一二三四五六七八九]分)"
# A time, whole: what follows it begins where it ends, and nowhere in it.
_CLOCK = (
    rf"(?>\d{{1,2}}\s*[:：]\s*\d{{2}}|{_FIGURES}\s*[点时](?:钟|整|半|[一三]刻|{_MINUTES})?"
    r"|(?:\d{1,3}|[一二两三四五六七八九十百半]{1,4})\s*个?半?(?:分钟|小时|钟头|天)[之以]?后)"
)
# What else is said about when, and hardly anything else is.
_DAYS = (
    r"[每天日周星期礼拜月年号个隔工作今明后大本这下上最末第初廿正冬腊闰农历凌晨早午中晚傍夜里和到"
    r"零〇一二两三四五六七八九十百\d、（）./\-\s]"
)
_ABOUT_WHEN = rf"(?:{_DAYS}|[点时分刻整钟半小之以:：])"
_WHAT = rf"[\s,，:：]*(?P<what>\S.{{0,99}}?){END}"
# Those are the nudges' words.
_NO_NUDGE = (
    r"(?!每天提醒我(?:打卡|[\s\d早晚上下中零一二两三四五六七八九十]|$)"
    rf"|(?:每[天日晚])?{written.CLOCK}[\s,，]*(?:请|要|记得)?提醒我打卡{END}$)"
)

_NUMBER = r"(?:第?(?P<number>\d{1,2}|[一二三四五六七八九十])(?:条|个)?)"
_STOP, _RESUME, _DELETE = "(?:暂停|停止|停掉|停)", "(?:恢复|继续)", "(?:删除|删掉|删|取消)"

COMMANDS: tuple[Command, ...] = (
    command(
        Who.MEMBER,
        rf"{_NO_NUDGE}(?P<when>{_ABOUT_WHEN}{{2,24}}?)[\s,，]*(?:请|要|记得)?提醒(?:我|一下我){_WHAT}",
        reminders.make,
    ),
    command(
        Who.MEMBER,
        rf"提醒我{LOOSE}(?P<when>{_DAYS}{{0,16}}?{_CLOCK})(?!{LOOSE}打卡{END}$){_WHAT}",
        reminders.make,
    ),
    command(Who.MEMBER, rf"(?:看|查看)?(?:我的|自己的)提醒(?:列表)?{END}", reminders.show),
    command(Who.MEMBER, rf"(?:改|修改)提醒\s*(?:{_NUMBER}[\s,，]+)?(?P<when>.{{1,24}}?){END}", reminders.change),
    command(Who.MEMBER, rf"{_STOP}提醒\s*{_NUMBER}{END}", reminders.pause),
    command(Who.MEMBER, rf"{_RESUME}提醒\s*{_NUMBER}{END}", reminders.resume),
    command(Who.MEMBER, rf"{_DELETE}提醒\s*{_NUMBER}?{END}", reminders.delete),
)
