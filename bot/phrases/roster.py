"""Who belongs to the branch."""

from bot.handlers import asked_how, moves, opinion, posts, roster, status
from bot.phrases.command import END, GAP, LOOSE, NAME, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.ADMIN, rf"停用{LOOSE}{NAME}{END}", roster.deactivate),
    command(Who.ADMIN, rf"退休{LOOSE}{NAME}{END}", roster.retire),
    command(Who.ADMIN, rf"交接(?:支部)?(?:书记|会长|负责人)?{LOOSE}{NAME}{END}", posts.hand_over),
    command(Who.ADMIN, rf"转出{LOOSE}{NAME}{LOOSE}[到去至]{LOOSE}(?P<to>[^。]{{1,60}}?){END}", moves.send),
    command(Who.ADMIN, rf"取消转出{LOOSE}{NAME}{END}", moves.call_off),
    command(Who.ADMIN, rf"接收{LOOSE}{NAME}{END}", moves.receive),
    command(Who.MEMBER, rf"带[走上](?:我的)?记录{END}", moves.with_history),
    command(Who.MEMBER, rf"不带[走上]?(?:我的)?记录{END}", moves.without_history),
    command(Who.MEMBER, rf"(?:提|我有|反映)?意见(?:{GAP}(?P<text>.+?))?{END}", opinion.propose),
    command(Who.ADMIN, rf"启用{LOOSE}{NAME}{END}", roster.reactivate),
    command(Who.LEADER, rf"查(?:一下|一查|查|询)?{LOOSE}{NAME}(?:的?(?:情况|状态))?{END}", status.look_up),
    # Of most things it is talk.
    command(Who.MEMBER, rf"{NAME}{LOOSE}(?:现在|最近)?(?:的?(?:情况|状态))?怎么?样了?[?？]?{END}", asked_how.how_is),
)
