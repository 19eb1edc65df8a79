"""Consent and binding: from stranger to member."""

from bot.handlers import bind, follow
from bot.phrases.command import END, LOOSE, NAME, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.ANYONE, rf"同意{END}", follow.agree),
    command(Who.ANYONE, rf"(?:不同意|拒绝){END}", follow.decline),
    command(Who.ANYONE, rf"详情{END}", follow.details),
    command(Who.AGREED, rf"(?:绑定码?{LOOSE})?(?P<code>\d(?:\s?\d){{5}}){END}", bind.take_code),
    command(Who.LEADER, rf"绑定码{LOOSE}{NAME}{END}", bind.issue_code),
)
