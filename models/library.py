"""The library: Topic, something to study, and Book, something to read; both are imported, or added by an admin.

The library is the whole organisation's: every plan of the tree takes its turns from it.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Index, text
from sqlmodel import Field, Session, SQLModel, col, or_, select

from models.broadcast import BroadcastKind


class Topic(SQLModel, table=True):
    __table_args__ = (
        Index("ix_topic_series", "series", postgresql_where=text("series <> ''"), sqlite_where=text("series <> ''")),
        Index("ix_topic_recall", "id", postgresql_where=text("recall <> ''"), sqlite_where=text("recall <> ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=120, unique=True)
    summary: str = ""
    link: str = ""
    question: str = ""
    category: str = Field(default="", max_length=40)
    tags: str = Field(default="", max_length=200)
    valid_until: date | None = None
    source: str = ""
    # Whether it may be sent on a solemn day.
    solemn: bool = False
    # A lesson of that series: read in order at each one's own pace, and no plan's turn.
    series: str = Field(default="", max_length=60)
    lesson: int = 0
    # What is asked after reading, and what is said once that was answered or skipped.
    recall: str = Field(default="", max_length=200)
    answer: str = Field(default="", max_length=400)
    # Taken out of everything, until an admin puts it back.
    withdrawn: bool = False


class Book(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=120, unique=True)
    author: str = Field(default="", max_length=80)
    reason: str = ""
    link: str = ""
    valid_until: date | None = None
    withdrawn: bool = False


TABLES: dict[BroadcastKind, type[Any]] = {BroadcastKind.TOPIC: Topic, BroadcastKind.BOOK: Book}


def kind_of(item: Topic | Book) -> BroadcastKind:
    """The kind of the broadcasts that an item is sent with."""
    return BroadcastKind.TOPIC if isinstance(item, Topic) else BroadcastKind.BOOK


def available(table: type[Any], day: date) -> tuple[ColumnElement[bool], ...]:
    """For queries on a table of the library: that an item may be sent and shown on a day."""
    until = col(table.valid_until)
    return (col(table.withdrawn).is_(False), or_(until.is_(None), until >= day))


def is_available(item: Topic | Book, day: date) -> bool:
    """The same of one item."""
    return not item.withdrawn and (item.valid_until is None or item.valid_until >= day)


def reserved(db: Session, table: type[Any], item_id: int, day: date) -> Any | None:
    """One item, locked until the transaction ends; None if it may not be sent on that day, or not any more.

    So whoever withdraws it waits for what is being planned, and finds it.
    """
    query = select(table).where(table.id == item_id, *available(table, day)).with_for_update()
    return db.exec(query.execution_options(populate_existing=True)).first()


def all_words(db: Session) -> list[str]:
    """What members are given to study, text by text."""
    topics = db.exec(select(Topic.summary, Topic.question))
    return [words for words in (*(part for row in topics for part in row), *db.exec(select(Book.reason))) if words]
