"""Reminder: what a member asked to be reminded of, in their own words, when they said."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Index, func
from sqlmodel import Field, Session, SQLModel, col, select


class Reminder(SQLModel, table=True):
    __table_args__ = (Index("ix_reminder_due", "paused", "next_at"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    text: str = Field(max_length=60)
    # As a plan's; "" for what happens once, at `next_at`.
    rrule: str = Field(default="", max_length=200)
    # The words for its days, 「每周三」, as they were written.
    every: str = Field(default="", max_length=24)
    starts_on: date
    workdays_only: bool = False
    paused: bool = False
    next_at: datetime | None = None


def of(db: Session, member_id: int) -> Sequence[Reminder]:
    """A member's own, in the order in which they were made: their places in it are what the member calls them by."""
    return db.exec(select(Reminder).where(Reminder.member_id == member_id).order_by(col(Reminder.id))).all()


def count(db: Session, member_id: int) -> int:
    """How many a member has."""
    return db.exec(select(func.count()).select_from(Reminder).where(Reminder.member_id == member_id)).one()


def rings(db: Session, member_id: int) -> bool:
    """Whether any of a member's is not paused."""
    mine = (Reminder.member_id == member_id, col(Reminder.paused).is_(False))
    return db.exec(select(Reminder.id).where(*mine).limit(1)).first() is not None


def due(db: Session, now: datetime, limit: int) -> Sequence[Reminder]:
    """Some that are due, locked until the transaction ends; those that another process has locked are left out."""
    ripe = (col(Reminder.paused).is_(False), col(Reminder.next_at) <= now)
    query = select(Reminder).where(*ripe).order_by(col(Reminder.next_at), col(Reminder.id)).limit(limit)
    return db.exec(query.with_for_update(skip_locked=True)).all()
