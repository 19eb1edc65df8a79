"""OpenQuestion: the one thing we are waiting for from a follower, and until when.

One row per openid makes "at most one" the database's business; asking anew replaces the old one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Text, literal, text
from sqlalchemy import select as rows_of
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col

from models.database import Facts, given, packed
from models.follower import Follower


class OpenQuestion(SQLModel, table=True):
    openid: str = Field(primary_key=True, max_length=64, foreign_key="follower.openid")
    kind: str = Field(max_length=20)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Facts)
    expires_at: datetime


def ask(db: Session, openid: str, kind: str, facts: dict[str, Any], expires_at: datetime) -> None:
    """Opens a question; the one that was open before is closed by it."""
    db.merge(OpenQuestion(openid=openid, kind=kind, facts=facts, expires_at=expires_at))


def ask_if_free(connection: Connection, kind: str, openids: Sequence[str], now: datetime, expires_at: datetime) -> None:
    """Opens a question without facts for those followers who have none open; who has left is passed over."""
    if not openids:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(OpenQuestion)
    asked = given(connection, openid=Text())
    still_here = rows_of(col(Follower.openid), literal(kind), literal({}, Facts), literal(expires_at, DateTime(True)))
    statement = insert.from_select(
        ["openid", "kind", "facts", "expires_at"],
        still_here.join(asked, asked.c.openid == col(Follower.openid)).where(text("1=1")),
        include_defaults=False,
    )
    statement = statement.on_conflict_do_update(
        index_elements=["openid"],
        set_={name: statement.excluded[name] for name in ("kind", "facts", "expires_at")},
        where=col(OpenQuestion.expires_at) <= now,
    )
    connection.execute(statement, {"given": packed(connection, [{"openid": openid} for openid in openids])})


def opened(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Opens questions, rows of openid, kind, facts, expires_at; for hot handlers."""
    if not rows:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(OpenQuestion)
    new = given(connection, openid=Text(), kind=Text(), facts=Facts, expires_at=DateTime(True))
    columns = ["openid", "kind", "facts", "expires_at"]
    statement = insert.from_select(columns, rows_of(*(new.c[name] for name in columns)).where(text("1=1")), False)
    kept = {name: statement.excluded[name] for name in columns[1:]}
    upsert = statement.on_conflict_do_update(index_elements=["openid"], set_=kept)
    connection.execute(upsert, {"given": packed(connection, rows)})


def waiting(db: Session, openid: str, now: datetime) -> OpenQuestion | None:
    """The question that is open now."""
    question = db.get(OpenQuestion, openid)
    return question if question and question.expires_at > now else None


def close(db: Session, openid: str) -> bool:
    """Closes the open question; True if there was one."""
    question = db.get(OpenQuestion, openid)
    if question is None:
        return False
    # Through the session, which otherwise would take the next question for a change of this one.
    db.delete(question)
    db.flush()
    return True
