"""Relief: that the 减负 profile is off for an organisation: by which document, and which two admins agreed to it.

Whoever wants it off asks, somebody else agrees, anybody ends it; an ended row stays, as the record.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, Index, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from models.statement import insert_for


class Relief(SQLModel, table=True):
    __table_args__ = (
        CheckConstraint("agreed_by <> asked_by", name="relief_two_people"),
        # One at a time: what is asked for, or in force.
        Index(
            "ix_relief_open",
            "branch_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    # The top of the tree for which it is off.
    branch_id: int = Field(foreign_key="branch.id")
    # The number of the document that allows it, as it was written.
    document: str = Field(max_length=60)
    asked_by: int | None = Field(default=None, foreign_key="member.id")
    asked_at: datetime
    agreed_by: int | None = Field(default=None, foreign_key="member.id")
    agreed_at: datetime | None = None
    ended_at: datetime | None = None


def current(db: Session) -> Relief | None:
    """What is asked for, or in force; None if neither is."""
    return db.exec(select(Relief).where(col(Relief.ended_at).is_(None)).order_by(col(Relief.id))).first()


def ask(connection: Connection, *, branch_id: int, document: str, by: int, now: datetime) -> bool:
    """Somebody wants it off; False if that is asked for or in force already."""
    row = {"branch_id": branch_id, "document": document, "asked_by": by, "asked_at": now}
    insert = insert_for(connection)(Relief).values(row).on_conflict_do_nothing()
    return connection.execute(insert.returning(col(Relief.id))).scalar() is not None


def agree(connection: Connection, relief_id: int, by: int, now: datetime) -> bool:
    """A second one agrees: from now on it is off; False if somebody else was quicker, or it was ended."""
    waiting = (col(Relief.id) == relief_id, col(Relief.agreed_at).is_(None), col(Relief.ended_at).is_(None))
    agreed = update(Relief).where(*waiting, col(Relief.asked_by) != by).values(agreed_by=by, agreed_at=now)
    return connection.execute(agreed).rowcount == 1


def end(connection: Connection, now: datetime) -> bool:
    """It is on again, and nothing is asked for; False if that was so already."""
    return connection.execute(update(Relief).where(col(Relief.ended_at).is_(None)).values(ended_at=now)).rowcount > 0
