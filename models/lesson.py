"""Lesson: one part of a series that a member has opened. How far they are is theirs alone to see."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from models.library import Topic, available


class Lesson(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("member_id", "topic_id"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    topic_id: int = Field(foreign_key="topic.id")
    opened_at: datetime


def series_of(db: Session, day: date) -> dict[str, list[Topic]]:
    """The series that can be studied on a day, each with its lessons in order."""
    query = select(Topic).where(Topic.series != "", *available(Topic, day))
    found: dict[str, list[Topic]] = {}
    for topic in db.exec(query.order_by(col(Topic.series), col(Topic.lesson), col(Topic.id))):
        found.setdefault(topic.series, []).append(topic)
    return found


def opened(db: Session, member_id: int) -> list[int]:
    """The topics of the lessons that a member has opened, the latest last."""
    query = select(Lesson.topic_id).where(Lesson.member_id == member_id)
    return list(db.exec(query.order_by(col(Lesson.opened_at), col(Lesson.id))))
