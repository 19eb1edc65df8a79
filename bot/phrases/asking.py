"""Command words without what belongs to them: each is asked back.

This table comes before those that would take the words as they are.
"""

from bot.handlers import missing
from bot.phrases.command import END, LOOSE, NAME, Command, command
from bot.turn import Who

_ID = rf"{LOOSE}第?(?P<id>\d{{1,9}})[条号]?"

COMMANDS: tuple[Command, ...] = (
    command(Who.MEMBER, rf"(?P<lacks>请假|提醒时间|补卡|改打卡|改提醒){END}", missing.ask),
    command(Who.MEMBER, rf"(?P<lacks>学|想读|在读|读完|不读|书评|分享书评|收回书评){END}", missing.ask),
    command(Who.MEMBER, rf"(?P<lacks>评)论?(?:心得)?(?:{_ID})?{END}", missing.ask),
    command(Who.MEMBER, rf"(?P<lacks>撤回评论|改心得){END}", missing.ask),
    command(Who.MEMBER, rf"(?P<lacks>改心得){_ID}{END}", missing.ask),
    command(Who.MEMBER, rf"提?意见{END}", missing.ask_opinion),
    command(Who.AGREED, rf"绑定{END}|绑定码{END}", missing.ask_for_code),
    command(Who.MEMBER, rf"为(?:什么|何)(?:还)?(?:没有?收到|收不到)[?？]?{END}", missing.ask_whose),
    command(Who.LEADER, rf"(?P<lacks>查)(?:一下|一查|询|谁)?{END}", missing.ask),
    command(Who.LEADER, rf"(?P<lacks>撤下心得)(?:{_ID})?{END}", missing.ask),
    command(
        Who.ADMIN,
        rf"(?P<lacks>停用|启用|退休|取消转出|接收|不发|取消庄重日|暂停|同意发|不同意发|广播|关闭减负){END}",
        missing.ask,
    ),
    command(Who.ADMIN, rf"(?P<lacks>下架|上架|加学习|加荐书|暂停计划|恢复计划){END}", missing.ask),
    command(Who.ADMIN, rf"(?P<lacks>交接)(?:支部)?(?:书记|会长|负责人)?(?:给)?{END}", missing.ask),
    command(Who.ADMIN, rf"(?P<lacks>转出)(?:{LOOSE}{NAME})?{END}", missing.ask),
)
