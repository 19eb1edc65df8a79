"""Ticket: a link that leads one member to something of their own, once, for a short while."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Field, Session, SQLModel, col, select

LIFETIME = timedelta(minutes=30)
# A link is quickly asked for again, and a file of everything isn't quickly made.
MOST_A_DAY = 3


class Ticket(SQLModel, table=True):
    nonce: str = Field(primary_key=True, max_length=32)
    member_id: int = Field(foreign_key="member.id", index=True)
    issued_at: datetime
    used_at: datetime | None = None


def issue(db: Session, member_id: int, now: datetime) -> str | None:
    """The nonce of a new ticket; None for who has had enough of them in the last 24 hours."""
    lately = select(func.count()).where(Ticket.member_id == member_id, col(Ticket.issued_at) > now - timedelta(days=1))
    if db.exec(lately).one() >= MOST_A_DAY:
        return None
    ticket = Ticket(nonce=secrets.token_hex(16), member_id=member_id, issued_at=now)
    db.add(ticket)
    db.flush()
    return ticket.nonce


def is_good(db: Session, nonce: str, now: datetime) -> bool:
    """Whether a ticket could still be used."""
    ticket = db.get(Ticket, nonce)
    return ticket is not None and ticket.used_at is None and ticket.issued_at > now - LIFETIME


def use(db: Session, nonce: str, now: datetime) -> int | None:
    """Uses a ticket up, and says whose it is; None if it is unknown, used or too old."""
    good = (col(Ticket.nonce) == nonce, col(Ticket.used_at).is_(None), col(Ticket.issued_at) > now - LIFETIME)
    used = update(Ticket).where(*good).values(used_at=now).returning(col(Ticket.member_id))
    return db.connection().execute(used).scalar()
