"""OpenQuestion: the one thing we are waiting for from a follower, and until when.

One row per openid makes "at most one" the database's business; asking anew replaces the old one.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from models.database import Facts


class OpenQuestion(SQLModel, table=True):
    openid: str = Field(primary_key=True, max_length=64, foreign_key="follower.openid")
    kind: str = Field(max_length=20)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Facts)
    expires_at: datetime


def ask(db: Session, openid: str, kind: str, facts: dict[str, Any], expires_at: datetime) -> None:
    """Opens a question; the one that was open before is closed by it."""
    db.merge(OpenQuestion(openid=openid, kind=kind, facts=facts, expires_at=expires_at))


def waiting(db: Session, openid: str, now: datetime) -> OpenQuestion | None:
    """The question that is open now."""
    question = db.get(OpenQuestion, openid)
    return question if question and question.expires_at > now else None


def close(db: Session, openid: str) -> bool:
    """Closes the open question; True if there was one."""
    return bool(db.connection().execute(delete(OpenQuestion).where(col(OpenQuestion.openid) == openid)).rowcount)
