"""The library: series, each member's own shelf and the branch's, and what admins add and take out."""

from bot.handlers import library, library_adding, own_book, reviews, series, shelf
from bot.phrases.command import END, Command, command
from bot.turn import Who

# Only a space, or the 《 of a title: 「在读，但是没空」 is no command.
_TO = r"(?:[\s:：]+|(?=《))"
_BOOK = r"(?P<book>[^\n]{1,130}?)"
_PAGE = r"\s*第?\s*(?P<page>\d{1,5})\s*页"
_TITLE = r"(?P<title>[^\n]{1,130}?)"

COMMANDS: tuple[Command, ...] = (
    command(Who.MEMBER, rf"系列(?:学习)?{END}", series.list_all),
    command(Who.MEMBER, rf"(?:学{_TO})?下一[课讲集]{END}", series.next_lesson),
    command(Who.MEMBER, rf"学{_TO}(?P<series>[^\n]{{1,62}}?){END}", series.learn),
    command(Who.MEMBER, rf"我?想读{_TO}{_BOOK}{END}", shelf.want),
    command(Who.MEMBER, rf"我?(?:正?在读|读到)了?{_PAGE}{END}", shelf.turn_page),
    command(Who.MEMBER, rf"我?(?:正?在读|读到){_TO}{_BOOK}(?:[,，]?{_PAGE})?{END}", shelf.reading),
    command(Who.MEMBER, rf"我?(?:已经)?读完了?{_TO}(?P<book>.{{1,700}}?){END}", shelf.done),
    command(Who.MEMBER, rf"不读了?{_TO}{_BOOK}{END}", own_book.take_off),
    command(Who.MEMBER, rf"我的书架{END}", shelf.show),
    command(Who.MEMBER, rf"书架{END}", reviews.branch_shelf),
    command(Who.MEMBER, rf"书评{_TO}{_BOOK}{END}", reviews.show),
    command(Who.MEMBER, rf"分享书评{_TO}{_BOOK}{END}", own_book.share),
    command(Who.MEMBER, rf"收回书评{_TO}{_BOOK}{END}", own_book.unshare),
    command(Who.ADMIN, rf"下架{_TO}{_TITLE}{END}", library.withdraw),
    command(Who.ADMIN, rf"上架{_TO}{_TITLE}{END}", library.restore),
    command(Who.ADMIN, rf"加(?:学习|读书)(?:内容)?{_TO}(?P<text>.{{1,900}}?){END}", library_adding.add_topic),
    command(Who.ADMIN, rf"加(?:荐书|书){_TO}(?P<text>.{{1,900}}?){END}", library_adding.add_book),
)
