"""Erasure: that somebody was erased, and whether the files are rid of what deleted rows leave behind."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select


class Erasure(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    # The number of a row that is gone or empty, and so nobody's: what an older backup still has under it goes again.
    member_number: int
    # The roster's entry too, not only what the member added to it.
    whole: bool
    # When the files were gone through after it.
    scrubbed_at: datetime | None = None


def unscrubbed(db: Session) -> bool:
    """Whether somebody was erased since the files were last gone through."""
    return db.exec(select(Erasure.id).where(col(Erasure.scrubbed_at).is_(None))).first() is not None


def scrubbed(db: Session, begun: datetime, now: datetime) -> None:
    """Notes that the files are rid of everybody who was erased before going through them was begun."""
    waiting = (col(Erasure.scrubbed_at).is_(None), col(Erasure.at) <= begun)
    db.connection().execute(update(Erasure).where(*waiting).values(scrubbed_at=now))


def since(db: Session, at: datetime) -> list[Erasure]:
    """Who was erased after `at`, in that order."""
    return list(db.exec(select(Erasure).where(col(Erasure.at) > at).order_by(col(Erasure.id))))
