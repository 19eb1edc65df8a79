"""What is stored of whoever asks, and what they agreed to."""

from bot.handlers import consents, own_data
from bot.phrases.command import END, LOOSE, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(
        Who.MEMBER,
        rf"(?:看?我的(?:数据|资料|信息)|(?:都)?存了我(?:的)?(?:什么|哪些)(?:数据|资料)?[?？]?){END}",
        own_data.show,
        own=True,
    ),
    command(Who.MEMBER, rf"(?:导出|下载)(?:我的)?(?:数据|资料){END}", own_data.export, own=True),
    command(
        Who.MEMBER, rf"(?:注销(?:账号)?|删除我的(?:全部|所有)?(?:数据|资料)){END}", own_data.ask_to_erase, own=True
    ),
    command(Who.MEMBER, rf"确认注销{END}", own_data.erase, own=True),
    command(Who.MEMBER, rf"我的同意(?:书)?{END}", consents.show, own=True),
    command(Who.MEMBER, rf"同意{LOOSE}(?P<purpose>{consents.WORDS}){END}", consents.agree_to),
    command(Who.MEMBER, rf"撤回同意(?:{LOOSE}(?P<purpose>{consents.WORDS}))?{END}", consents.withdraw, own=True),
    command(Who.MEMBER, rf"确认退出{END}", consents.leave, own=True),
)
