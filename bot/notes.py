"""Writing notes 心得, in the chat and on the page alike: whether a text will do, and keeping it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot import entry, likeness
from bot.texts import Texts
from models import library, note
from models.branch import Branch, home_branch
from models.note import Comment, Note
from scheduler import news

# The pages of notes, and the one to write on.
PATH, WRITE = "/m/notes/", "/new"

# More than anybody writes in a chat, and still one page to read.
MOST = 2000
# How far back the wall is looked through for a text that is much the same: what keeps it quick.
COMPARED = 2000
# Fewer letters than these, 「好」 or 「嗯嗯」, are no sentence of one's own.
FEWEST_ADDED = 4
# A comment is a remark.
MOST_IN_COMMENT = 200
_EXCERPT = 40


class Verdict(StrEnum):
    """What stands in the way of keeping a text as a note. `NEAR` is only ever told to its author, who may keep it."""

    SHORT = "short"
    LONG = "long"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and from where: the home branch decides on whose wall a note stands and which wall is seen."""

    member_id: int
    home: Branch


def author_of(db: Session, member_id: int, branch_id: int) -> Author:
    """The member as an author, at home in the branch that this node belongs to."""
    return Author(member_id, home_branch(db, db.get_one(Branch, branch_id)))


def verdict(db: Session, author: Author, text: str, fewest: int) -> Verdict | None:
    """What stands in the way of this text; None if nothing does."""
    if likeness.length(text) < fewest:
        return Verdict.SHORT
    if len(text) > MOST:
        return Verdict.LONG
    others = note.others_words(db, author.home.path, author.member_id, COMPARED)
    return Verdict.NEAR if likeness.is_near_copy(text, [*library.all_words(db), *others]) else None


def keep(db: Session, author: Author, text: str, now: datetime, note_id: int | None = None) -> Note:
    """Keeps a text as a new note, its author's alone, or as the words of their note of that number."""
    kept = note.own(db, author.member_id, note_id) if note_id is not None else None
    if kept is None:
        kept = Note(member_id=author.member_id, at=now, text=text)
        db.add(kept)
    kept.text, kept.taken_off = text, ""
    db.flush()
    return kept


def thank(db: Session, read: Note, by: int, now: datetime) -> bool:
    """Thanks an author, who hears of it with the answer to their next message; whether it is the first time."""
    assert read.id is not None
    first = note.thank(db, read.id, by, now)
    if first:
        news.leave(db, read.member_id, read.id, now)
    return first


def comment(db: Session, read: Note, by: Author, text: str, now: datetime) -> None:
    """Writes something about a note, of which its author hears like of thanks."""
    assert read.id is not None
    db.add(Comment(note_id=read.id, member_id=by.member_id, branch_id=by.home.id or 0, at=now, text=text))
    if read.member_id != by.member_id:
        news.leave(db, read.member_id, read.id, now)


def signed(texts: Texts, name: str | None) -> str:
    """Who wrote it, as others read it: by name only where they agreed to that."""
    return name or texts("notes.unsigned")


def excerpt(text: str) -> str:
    """The beginning of a note, for a list."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}……"


def page_link(base: str, secret: bytes, member_id: int, now: datetime, page: str) -> str:
    """Where a member reads notes, or with `WRITE` writes one, in a browser, for half an hour."""
    return f"{base}{PATH}{entry.badge(secret, member_id, now)}{page}"
