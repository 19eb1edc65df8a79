"""A member's own shelf: 「想读」「在读」「读完」, and looking at it."""

import re
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from bot import choices
from bot.files.cells import bare_title
from bot.titles import MOST, is_exact, match
from bot.turn import Answer, Turn
from models.library import Book, available
from models.open_question import OpenQuestion
from models.reading import Reading, ReadingState, shelf_of

WHICH = "book_which"

# A book as a question keeps it: on the writer's own shelf, in the library, or a title of their own.
Ref = tuple[str, int | str]
_OWN, _LIBRARY, _NEW = "own", "book", "new"

_LONGEST_OWN_TITLE, _LONGEST_REVIEW = 60, 500
_TITLED = re.compile(r"《(?P<title>[^《》]+)》(?P<rest>.*)", re.DOTALL)
_MARKS = " \n\t,，。:：、;；"


@dataclass(frozen=True, slots=True)
class Progress:
    """What somebody says of a book."""

    state: ReadingState
    page: int | None = None
    review: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        """As a question keeps it."""
        return {"state": self.state, "page": self.page, "review": self.review}


def want(db: Session, turn: Turn) -> Answer:
    """「想读 书名」."""
    return _put(db, turn, turn.words["book"], Progress(ReadingState.WANT))


def reading(db: Session, turn: Turn) -> Answer:
    """「在读 书名 120 页」."""
    page = int(turn.words["page"]) if turn.words.get("page") else None
    return _put(db, turn, turn.words["book"], Progress(ReadingState.READING, page))


def turn_page(db: Session, turn: Turn) -> Answer:
    """「读到 120 页」: of the one book that the writer is reading; where there are several, of which?"""
    mine = [one for one in shelf_of(db, member_of(turn)) if one.state == ReadingState.READING]
    progress = Progress(ReadingState.READING, int(turn.words["page"]))
    if len(mine) == 1:
        return _kept(db, turn, (_OWN, mine[0].id or 0), progress)
    if not mine:
        return Answer(turn.say("shelf.reading_none"))
    shown: list[tuple[str, Any]] = [(f"《{one.title}》", [_OWN, one.id]) for one in mine[:MOST]]
    return choices.ask(db, turn, WHICH, turn.say("library.which"), shown, **progress.kept)


def done(db: Session, turn: Turn) -> Answer:
    """「读完 书名 一句话」."""
    title, review = _title_and_rest(turn.words["book"], [*_titles(db, turn).values()])
    if len(review) > _LONGEST_REVIEW:
        return Answer(turn.say("shelf.review_too_long", limit=_LONGEST_REVIEW))
    return _put(db, turn, title, Progress(ReadingState.DONE, review=review))


def _title_and_rest(text: str, known: list[str]) -> tuple[str, str]:
    """Where the title ends: at 》, else behind the longest known title, else at the first space or mark."""
    if titled := _TITLED.fullmatch(text.strip()):
        return f"《{titled['title']}》", titled["rest"].strip(_MARKS)
    ends = [found.start() for found in re.finditer(rf"[{_MARKS}]+", text)] + [len(text)]
    exact = [end for end in ends if any(is_exact(text[:end], title) for title in known)]
    end = max(exact, default=ends[0])
    return text[:end], text[end:].strip(_MARKS)


def _titles(db: Session, turn: Turn) -> dict[Ref, str]:
    """What the writer may mean: their own shelf, and what else the library has."""
    mine = shelf_of(db, member_of(turn))
    titled: dict[Ref, str] = {(_OWN, one.id or 0): one.title for one in mine}
    there = {one.book_id for one in mine} | {one.title for one in mine}
    books = db.exec(select(Book.id, Book.title).where(*available(Book, turn.today)).order_by(Book.title))
    return titled | {(_LIBRARY, id_ or 0): title for id_, title in books if not {id_, title} & there}


def _put(db: Session, turn: Turn, written: str, progress: Progress) -> Answer:
    titled, title = _titles(db, turn), bare_title(written)
    found = match(title, titled)
    if found.sure:
        return _kept(db, turn, found.sure, progress)
    if len(title) > _LONGEST_OWN_TITLE:
        return Answer(turn.say("shelf.title_too_long"))
    if written.strip().startswith("《") and not found.maybe:
        return _kept(db, turn, (_NEW, title), progress)
    shown: list[tuple[str, Any]] = [(f"《{titled[ref]}》", list(ref)) for ref in found.maybe]
    own = (turn.say("shelf.own_title", title=title), [_NEW, title])
    head = turn.say("shelf.which" if shown else "shelf.not_listed", title=title)
    return choices.ask(db, turn, WHICH, head, [*shown, own], **progress.kept)


def chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The number of the book that was meant."""
    facts = dict(question.facts)
    ref = choices.chosen(db, turn, question)
    # Meanwhile it may have been taken off the shelf.
    if ref is None or (ref[0] == _OWN and db.get(Reading, ref[1]) is None):
        return None
    return _kept(db, turn, ref, Progress(ReadingState(facts["state"]), facts["page"], facts["review"]))


def _kept(db: Session, turn: Turn, ref: Ref, progress: Progress) -> Answer:
    one = _reading(db, turn, ref)
    one.state, one.changed_at = progress.state, turn.now
    one.page = progress.page or one.page
    one.review = progress.review or one.review
    db.add(one)
    values = {"title": one.title, "page": one.page}
    if progress.state == ReadingState.DONE and progress.review:
        key = "done_shared" if one.shared else "done_review" if one.book_id else "done_own_review"
        return Answer(turn.say(f"shelf.{key}", **values))
    paged = progress.state == ReadingState.READING and one.page
    return Answer(turn.say("shelf.reading_page" if paged else f"shelf.{progress.state}", **values))


def _reading(db: Session, turn: Turn, ref: Ref) -> Reading:
    where, key = ref
    if where == _OWN:
        return db.get_one(Reading, key)
    book = db.get_one(Book, key) if where == _LIBRARY else None
    title = book.title if book else str(key)
    return Reading(
        member_id=member_of(turn),
        book_id=book.id if book else None,
        title=title,
        state=ReadingState.WANT,
        changed_at=turn.now,
    )


def member_of(turn: Turn) -> int:
    """Who writes: the gate lets nobody but members through."""
    assert turn.person.member_id is not None
    return turn.person.member_id


def show(db: Session, turn: Turn) -> Answer:
    """「我的书架」."""
    mine = shelf_of(db, member_of(turn))
    if not mine:
        return Answer(turn.say("shelf.empty"))
    lines = [turn.say("shelf.head")]
    for state in (ReadingState.READING, ReadingState.WANT, ReadingState.DONE):
        lines += [_line(turn, one) for one in mine if one.state == state]
    return Answer("\n".join(lines))


def _line(turn: Turn, one: Reading) -> str:
    paged = one.state == ReadingState.READING and one.page
    line = turn.say("shelf.row_page" if paged else f"shelf.row_{one.state}", title=one.title, page=one.page)
    if not one.review:
        return line
    return line + turn.say("shelf.row_shared" if one.shared else "shelf.row_review", review=one.review)
