"""What admins did."""

from bot.handlers import acts
from bot.phrases.command import END, LOOSE, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.ADMIN, rf"[看查]?{LOOSE}(?:最近的?操作(?:记录)?|操作(?:记录|历史)){END}", acts.latest),
)
