"""Audit: what an admin did, to what, when. Rows are only ever added."""

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
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Facts)


def note(db: Session, action: str, *, at: datetime, by: int | None, **facts: Any) -> None:
    """Writes one line of the audit log in the caller's transaction."""
    db.add(Audit(at=at, member_id=by, action=action, facts=facts))
