"""Reading: a book on a member's own shelf, as far as they have read it and what they say of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Index, UniqueConstraint, case
from sqlmodel import Field, Session, SQLModel, col, func, select

from models.branch import Branch
from models.database import choice
from models.library import Book, available
from models.member import Member, Status


class ReadingState(StrEnum):
    """`want` to read, `reading`, or `done`."""

    WANT = "want"
    READING = "reading"
    DONE = "done"


class Reading(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("member_id", "title"), Index("ix_reading_book", "book_id"))

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    # None for a book that isn't in the library: such a one is on nobody else's shelf.
    book_id: int | None = Field(default=None, foreign_key="book.id")
    title: str = Field(max_length=120)
    state: ReadingState = Field(sa_type=choice(ReadingState))
    page: int | None = None
    review: str = Field(default="", max_length=500)
    # Whether its owner wants the others of the branch to read the review.
    shared: bool = False
    changed_at: datetime


def shelf_of(db: Session, member_id: int) -> list[Reading]:
    """A member's own shelf, what was changed last first."""
    query = select(Reading).where(Reading.member_id == member_id)
    return list(db.exec(query.order_by(col(Reading.changed_at).desc(), col(Reading.id).desc())))


def counted(db: Session, path: str, day: date) -> list[tuple[str, int, int]]:
    """The library's books on the shelves of a branch: title, how many are reading it and have read it; no names."""
    reading, done = (func.sum(case((col(Reading.state) == state, 1), else_=0)) for state in _READ)
    query = (
        select(Book.title, reading, done)
        .join(Reading, col(Reading.book_id) == col(Book.id))
        .where(*_in_branch(path), *available(Book, day), col(Reading.state).in_(_READ))
        .group_by(col(Book.id), col(Book.title))
        .order_by((reading + done).desc(), col(Book.id))
    )
    return [(title, int(now), int(before)) for title, now, before in db.exec(query)]


def reviews(db: Session, path: str, day: date) -> list[tuple[int, str, str, str]]:
    """The reviews that members of a branch share, the latest first: book, its title, who wrote it, what."""
    query = (
        select(Book.id, Book.title, Member.name, Reading.review)
        .join(Reading, col(Reading.book_id) == col(Book.id))
        .where(*_in_branch(path), *available(Book, day))
        .where(col(Reading.shared).is_(True), Reading.review != "")
        .join(Member, col(Member.id) == col(Reading.member_id))
        .order_by(col(Reading.changed_at).desc())
    )
    return [(book_id or 0, title, name, review) for book_id, title, name, review in db.exec(query)]


_READ = (ReadingState.READING, ReadingState.DONE)


def _in_branch(path: str) -> tuple[ColumnElement[bool], ...]:
    at_home = select(Member.id).join(Branch, col(Branch.id) == col(Member.branch_id))
    at_home = at_home.where(col(Branch.path).startswith(path), Member.status != Status.INACTIVE)
    return (col(Reading.member_id).in_(at_home),)
