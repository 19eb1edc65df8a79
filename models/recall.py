"""Recall: a question that a member was asked after reading. It is asked once for each reading, and never scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Executable,
    Integer,
    UniqueConstraint,
    and_,
    exists,
    false,
    text,
)
from sqlalchemy import select as rows_of
from sqlmodel import Field, SQLModel, col

from models.broadcast import Broadcast, BroadcastKind
from models.database import given, packed
from models.follower import Follower
from models.lesson import Lesson
from models.library import Topic
from models.open_question import OpenQuestion
from models.push import Push, PushStatus
from models.statement import Statement, insert_for

# A lesson that was opened longer ago is nothing that was read just now.
_FRESH = timedelta(days=2)

# Nobody knows whether what is unknown arrived, but who has studied has got it.
_SHOWN = (PushStatus.ACCEPTED, PushStatus.DELIVERED, PushStatus.UNKNOWN)


class Recall(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("member_id", "topic_id"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    topic_id: int = Field(foreign_key="topic.id")
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ToAsk:
    """What to ask a member who has just read something, and what to say afterwards ("" for nothing)."""

    topic_id: int
    question: str
    answer: str


def to_ask(connection: Connection, members: Sequence[int], since: datetime, now: datetime) -> dict[int, ToAsk]:
    """What these members are to be asked: about the lesson they opened last, else the topic sent since `since`.

    Whoever has another question open isn't asked.
    """
    # Most libraries have no such questions, and then this is all that a check-in pays for.
    if not members or not _any.run(connection, [])[0][0]:
        return {}
    found: dict[int, ToAsk] = {}
    for source in (_lessons(connection, now), _topics(connection, since, now)):
        rows = packed(connection, [{"id": member_id} for member_id in members])
        for member_id, *asked in connection.execute(source, {"given": rows}):
            found.setdefault(member_id, ToAsk(*asked))
    return found


def _asks() -> ColumnElement[bool]:
    return and_(text("topic.recall <> ''"), col(Topic.withdrawn).is_(false()))


_any = Statement(lambda _connection: rows_of(exists().where(_asks())))


def _lessons(connection: Connection, now: datetime) -> Any:
    asked = given(connection, id=Integer())
    query = rows_of(col(Lesson.member_id), col(Topic.id), col(Topic.recall), col(Topic.answer))
    query = query.join(asked, asked.c.id == col(Lesson.member_id)).join(Topic, col(Topic.id) == col(Lesson.topic_id))
    fresh = (col(Lesson.opened_at) > now - _FRESH, _asks())
    unasked = (~_was_asked(Lesson.member_id, Lesson.opened_at), ~_is_busy(Lesson.member_id, now))
    return query.where(*fresh, *unasked).order_by(col(Lesson.opened_at).desc())


def _topics(connection: Connection, since: datetime, now: datetime) -> Any:
    asked = given(connection, id=Integer())
    query = (
        rows_of(col(Push.member_id), col(Topic.id), col(Topic.recall), col(Topic.answer))
        .join(asked, asked.c.id == col(Push.member_id))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .join(Topic, col(Topic.id) == col(Broadcast.item_id))
        .where(
            col(Broadcast.kind) == BroadcastKind.TOPIC, col(Broadcast.starts_at) >= since, col(Push.status).in_(_SHOWN)
        )
    )
    unasked = (~_was_asked(Push.member_id, Broadcast.starts_at), ~_is_busy(Push.member_id, now))
    return query.where(_asks(), *unasked).order_by(col(Push.id).desc())


def _was_asked(member_id: Any, read_at: Any) -> ColumnElement[bool]:
    mine = (col(Recall.member_id) == member_id, col(Recall.topic_id) == col(Topic.id), col(Recall.asked_at) >= read_at)
    return exists().where(*mine).correlate_except(Recall)


def _is_busy(member_id: Any, now: datetime) -> ColumnElement[bool]:
    theirs = (col(Follower.member_id) == member_id, col(OpenQuestion.openid) == col(Follower.openid))
    return exists().where(*theirs, col(OpenQuestion.expires_at) > now).correlate_except(Follower, OpenQuestion)


def asked(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes what has been asked, rows of member_id, topic_id, asked_at."""
    _note.run(connection, rows)


def _noting(connection: Connection) -> Executable:
    new = given(connection, member_id=Integer(), topic_id=Integer(), asked_at=DateTime(True))
    rows = rows_of(new.c.member_id, new.c.topic_id, new.c.asked_at).where(text("1=1"))
    statement = insert_for(connection)(Recall).from_select(["member_id", "topic_id", "asked_at"], rows, False)
    upsert: Executable = statement.on_conflict_do_update(
        index_elements=["member_id", "topic_id"], set_={"asked_at": statement.excluded.asked_at}
    )
    return upsert


_note = Statement(_noting)
