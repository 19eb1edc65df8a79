"""The library: Topic, something to study, and Book, something to read. Both are imported from files."""

from datetime import date

from sqlmodel import Field, Session, SQLModel, select


class Topic(SQLModel, table=True):
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


class Book(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=120, unique=True)
    author: str = Field(default="", max_length=80)
    reason: str = ""
    link: str = ""


def all_words(db: Session) -> list[str]:
    """What members are given to study, text by text."""
    topics = db.exec(select(Topic.summary, Topic.question))
    return [words for words in (*(part for row in topics for part in row), *db.exec(select(Book.reason))) if words]
