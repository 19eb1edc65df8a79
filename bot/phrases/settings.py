"""What each member decides for themselves: which pushes, when, and when not."""

from bot.handlers import allowing, own_hour, settings
from bot.phrases.command import APART, END, LOOSE, Command, command
from bot.times import written
from bot.turn import Who

_AT = rf"(?:每[天日晚])?(?:{written.CLOCK}|{APART}.{{1,12}}?)"
_UNTIL = rf"(?:{written.LAST_DAY}|{APART}.{{1,16}}?)"

COMMANDS: tuple[Command, ...] = (
    command(Who.MEMBER, rf"(?:每天)?提醒我(?:打卡)?(?:{LOOSE}(?P<at>{_AT}))?(?:打卡)?{END}", settings.nudge_me),
    command(Who.MEMBER, rf"(?:不用|不要|别)再?提醒(?:我)?(?:打卡)?了?{END}", settings.no_nudges),
    command(Who.MEMBER, rf"少发(?:点|些)?{END}", settings.seldom),
    command(Who.MEMBER, rf"停(?:止|掉)?(?P<kind>{settings.WORDS})?{END}", settings.stop),
    command(Who.MEMBER, rf"恢复(?P<kind>{settings.WORDS}){END}", settings.start_again),
    command(Who.MEMBER, rf"请假(?:{LOOSE}(?P<until>{_UNTIL}))?{END}", settings.take_leave),
    command(Who.MEMBER, rf"销假{END}", settings.come_back),
    command(Who.MEMBER, rf"我的设置{END}", settings.show_all),
    command(Who.MEMBER, rf"(?:我要)?(?:订阅|接收|开通|打开)通知{END}", allowing.where_to_allow),
    command(
        Who.MEMBER, rf"(?:改[成为])?(?:每周|一周)(?:只?[发收])?(?:一次|一条)(?:就行|就好|吧)?{END}", settings.weekly
    ),
    command(Who.MEMBER, rf"(?:改[成为])?(?:每天|天天)都?[发收]{END}", settings.daily),
    command(Who.MEMBER, rf"几点(?:钟)?(?:发|提醒)[?？]?{END}", own_hour.show),
    command(Who.MEMBER, rf"提醒时间{LOOSE}(?P<when>{_AT}){END}", own_hour.choose),
)
