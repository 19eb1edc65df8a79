"""Notes 心得: writing them, the wall, thanks and comments."""

from bot.handlers import note, wall
from bot.phrases.command import END, GAP, LOOSE, Command, command
from bot.turn import Who

_ID = rf"{LOOSE}第?(?P<id>\d{{1,9}})[条号]?"
_PAGE = rf"(?:{LOOSE}第?(?P<page>\d{{1,3}})页?)?"
_DELETE = "(?:撤回|删除|删掉|删)"

COMMANDS: tuple[Command, ...] = (
    command(Who.MEMBER, rf"看?(?:大家的)?心得墙{_PAGE}{END}", wall.show_wall),
    command(Who.MEMBER, rf"看?我的心得{_PAGE}{END}", wall.show_mine),
    command(Who.MEMBER, rf"看?心得{_ID}{END}", wall.read),
    command(Who.MEMBER, rf"(?:我要)?写?心得(?:体会)?{END}", note.how),
    # Only what people put before a text: 「心得，晚点写」 is talk.
    command(Who.MEMBER, r"写?心得(?:体会)?[\s:：]+(?P<text>.+)", note.write),
    command(Who.MEMBER, rf"(?:还是|就这样|照原样)(?:保存|存){END}", note.keep_anyway),
    command(Who.MEMBER, rf"修?改心得(?:{_ID})?(?:{GAP}(?P<text>.+))?", note.change),
    command(Who.MEMBER, rf"{_DELETE}心得(?:{_ID})?{END}", note.withdraw),
    command(Who.MEMBER, rf"分享(?:我的)?心得(?:{_ID})?{END}", note.share),
    command(Who.MEMBER, rf"(?:不再|不|别|取消)分享(?:我的)?(?:心得)?(?:{_ID})?{END}", note.unshare),
    command(Who.MEMBER, rf"(?:谢谢|感谢)(?:心得)?{_ID}{END}", wall.thank),
    command(Who.MEMBER, rf"{_DELETE}评论?{_ID}{END}", wall.remove_comment),
    command(Who.MEMBER, rf"评论?(?:心得)?{_ID}(?:{GAP}(?P<text>.+))?", wall.comment),
    command(Who.LEADER, rf"撤下心得{_ID}(?:{GAP}(?P<reason>.+?))?{END}", wall.take_off),
)
