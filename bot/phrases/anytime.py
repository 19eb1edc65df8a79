"""What helps in any conversation: help, cancelling, the next page."""

from bot.handlers import more
from bot.phrases.command import END, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.ANYONE, rf"(?:帮助|help|[?？]|菜单|怎么用){END}", more.show_help),
    command(Who.ANYONE, rf"(?:取消|算了){END}", more.cancel),
    command(Who.MEMBER, rf"(?:看|继续看?|接着看){END}", more.show_more),
)
