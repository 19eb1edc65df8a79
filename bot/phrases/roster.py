"""Who belongs to the branch."""

from bot.handlers import roster
from bot.phrases.command import END, LOOSE, NAME, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.ADMIN, rf"停用{LOOSE}{NAME}{END}", roster.deactivate),
    command(Who.ADMIN, rf"启用{LOOSE}{NAME}{END}", roster.reactivate),
)
