"""What a member does with a book that is on their own shelf: take it off, share what they say of it, or no more."""

from collections.abc import Callable, Mapping

from sqlmodel import Session

from bot import choices
from bot.files.cells import bare_title
from bot.handlers.bind import YES
from bot.handlers.shelf import member_of
from bot.titles import match
from bot.turn import Answer, Turn
from models import open_question
from models.open_question import OpenQuestion
from models.reading import Reading, shelf_of

WHICH, OFF = "own_book_which", "book_off"


def take_off(db: Session, turn: Turn) -> Answer:
    """「不读 书名」."""
    return _do(db, turn, "off", lambda _one: True)


def share(db: Session, turn: Turn) -> Answer:
    """「分享书评 书名」: with the writer's name, to their branch."""
    return _do(db, turn, "share", lambda one: bool(one.review and one.book_id))


def unshare(db: Session, turn: Turn) -> Answer:
    """「收回书评 书名」."""
    return _do(db, turn, "unshare", lambda one: one.shared)


def _do(db: Session, turn: Turn, act: str, fits: Callable[[Reading], bool]) -> Answer:
    mine = {one.id or 0: one for one in shelf_of(db, member_of(turn)) if fits(one)}
    written = bare_title(turn.words["book"])
    found = match(written, {id_: one.title for id_, one in mine.items()})
    if found.sure:
        return _ACTS[act](db, turn, mine[found.sure])
    if not found.maybe:
        return Answer(turn.say("shelf.not_there", title=written))
    shown = [(f"《{mine[id_].title}》", id_) for id_ in found.maybe]
    return choices.ask(db, turn, WHICH, turn.say("library.which"), shown, act=act)


def chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The number of the book that was meant."""
    act = question.facts["act"]
    id_ = choices.chosen(db, turn, question)
    one = db.get(Reading, id_) if id_ is not None else None
    return _ACTS[act](db, turn, one) if one else None


def _off(db: Session, turn: Turn, one: Reading) -> Answer:
    """What was written about it would be lost, so that it is asked first."""
    if one.review:
        open_question.ask(db, turn.person.openid, OFF, {"reading_id": one.id}, choices.expires(turn))
        return Answer(turn.say("shelf.ask_off", title=one.title), alone=True)
    db.delete(one)
    return Answer(turn.say("shelf.off", title=one.title))


def off_confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to the question whether it may go."""
    one = db.get(Reading, question.facts["reading_id"])
    if one is None or not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    db.delete(one)
    return Answer(turn.say("shelf.off", title=one.title))


def _share(db: Session, turn: Turn, one: Reading) -> Answer:
    one.shared = True
    db.add(one)
    return Answer(turn.say("shelf.shared", title=one.title))


def _unshare(db: Session, turn: Turn, one: Reading) -> Answer:
    one.shared = False
    db.add(one)
    return Answer(turn.say("shelf.unshared", title=one.title))


_ACTS: Mapping[str, Callable[[Session, Turn, Reading], Answer]] = {"off": _off, "share": _share, "unshare": _unshare}
