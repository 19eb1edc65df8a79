"""Consent: what a member agreed to, when, and in which wording. It outlives the openid, as proof."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlmodel import Field, Session, SQLModel, col, select


class Consent(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    version: str = Field(max_length=20)
    # Whether the wording said that check-ins stay as the organisation's record after leaving.
    keeps_record: bool
    agreed_at: datetime
    withdrawn_at: datetime | None = None


def current(db: Session, member_id: int) -> Consent | None:
    """The consent in force."""
    query = select(Consent).where(Consent.member_id == member_id, col(Consent.withdrawn_at).is_(None))
    return db.exec(query.order_by(col(Consent.id).desc())).first()


def has_left(member_id: Any) -> ColumnElement[bool]:
    """That a member without a phone had one and left: they withdrew their consent; for queries on Member."""
    withdrawn = exists().where(col(Consent.member_id) == member_id, col(Consent.withdrawn_at).is_not(None))
    return withdrawn.correlate_except(Consent)
