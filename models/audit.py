"""Audit: who did what, when, and to whom; no words that anybody wrote. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel

from models.database import Facts


class Audit(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    # None is the operator at the command line.
    member_id: int | None = Field(default=None, foreign_key="member.id")
    action: str = Field(max_length=40)
    # The one person it was done to, where it is one.
    subject_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Facts)


def note(db: Session, action: str, *, at: datetime, by: int | None, member: int | None = None, **facts: Any) -> None:
    """Writes one line of the audit log in the caller's transaction; `member` is the one person it was done to."""
    db.add(Audit(at=at, member_id=by, action=action, subject_id=member, facts=facts))
