"""Consent: what a member agreed to, for which purpose, when, and in which wording. It outlives the openid, as proof."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, exists, update
from sqlalchemy import select as rows_of
from sqlmodel import Field, Session, SQLModel, col, select

from models.database import choice, given, packed


class Purpose(StrEnum):
    """`service` is what the consent text describes; each of the others is agreed to by itself, or not at all.

    `sensitive`: the day of joining, for congratulations. `sharing`: the name where others of the branch see it.
    `keepsakes`: pictures and voices that the member sends.
    """

    SERVICE = "service"
    SENSITIVE = "sensitive"
    SHARING = "sharing"
    KEEPSAKES = "keepsakes"


class Consent(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    purpose: Purpose = Field(default=Purpose.SERVICE, sa_type=choice(Purpose))
    version: str = Field(max_length=20)
    # Whether the wording said that check-ins stay as the organisation's record after leaving.
    keeps_record: bool = False
    agreed_at: datetime
    withdrawn_at: datetime | None = None


def current(db: Session, member_id: int, purpose: Purpose = Purpose.SERVICE) -> Consent | None:
    """The consent in force: what somebody agreed to last, unless they took it back."""
    query = select(Consent).where(
        Consent.member_id == member_id, Consent.purpose == purpose, col(Consent.withdrawn_at).is_(None)
    )
    return db.exec(query.order_by(col(Consent.id).desc())).first()


def agreed(purpose: Purpose, member_id: Any) -> ColumnElement[bool]:
    """For queries: that the member of that column agreed to a purpose, in whichever wording."""
    mine = (col(Consent.member_id) == member_id, col(Consent.purpose) == purpose, col(Consent.withdrawn_at).is_(None))
    return exists().where(*mine).correlate_except(Consent)


def withdraw(db: Session, member_id: int, now: datetime, purposes: Sequence[Purpose] = tuple(Purpose)) -> None:
    """Takes back what was agreed to for these purposes."""
    mine = (
        col(Consent.member_id) == member_id,
        col(Consent.purpose).in_(purposes),
        col(Consent.withdrawn_at).is_(None),
    )
    db.flush()
    db.connection().execute(update(Consent).where(*mine).values(withdrawn_at=now))


def versions(connection: Connection, member_ids: Sequence[int]) -> dict[int, dict[Purpose, str]]:
    """In which wording each of these members agreed last to each purpose."""
    asked = given(connection, id=Integer())
    query = (
        rows_of(col(Consent.member_id), col(Consent.purpose), col(Consent.version))
        .join(asked, asked.c.id == col(Consent.member_id))
        .where(col(Consent.withdrawn_at).is_(None))
        .order_by(col(Consent.id))
    )
    found: dict[int, dict[Purpose, str]] = {}
    rows = {"given": packed(connection, [{"id": one} for one in member_ids])}
    for member_id, purpose, version in connection.execute(query, rows):
        found.setdefault(member_id, {})[Purpose(purpose)] = version
    return found


def has_left(member_id: Any) -> ColumnElement[bool]:
    """That a member without a phone had one and left: they withdrew their consent; for queries on Member."""
    left = (col(Consent.purpose) == Purpose.SERVICE, col(Consent.withdrawn_at).is_not(None))
    return exists().where(col(Consent.member_id) == member_id, *left).correlate_except(Consent)
