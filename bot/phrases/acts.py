"""What admins did, and where to see more."""

from bot.handlers import acts, console_link
from bot.phrases.command import END, LOOSE, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.ADMIN, rf"[看查]?{LOOSE}(?:最近的?操作(?:记录)?|操作(?:记录|历史)){END}", acts.latest),
    command(Who.ADMIN, rf"(?:打开|进入?|登录)?{LOOSE}(?:管理)?(?:后台|控制台|管理页面){END}", console_link.link),
)
