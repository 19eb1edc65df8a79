"""Command words without what belongs to them: each is asked back.

This table comes before those that would take the words as they are.
"""

from bot.handlers import missing
from bot.phrases.command import END, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.MEMBER, rf"(?P<lacks>请假|提醒时间){END}", missing.ask),
    command(Who.AGREED, rf"绑定{END}|绑定码{END}", missing.ask_for_code),
    command(Who.MEMBER, rf"为(?:什么|何)(?:还)?(?:没有?收到|收不到)[?？]?{END}", missing.ask_whose),
    command(Who.ADMIN, rf"(?P<lacks>停用|启用|不发|取消庄重日|暂停|同意发|不同意发|广播|关闭减负){END}", missing.ask),
)
