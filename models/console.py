"""Entry to the console: a link that lets one admin in once, and the session that it opens. Only digests are stored."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Field, Session, SQLModel, col, select

LINK_LIFETIME = timedelta(minutes=10)
SESSION_LIFETIME = timedelta(hours=12)
# A desk that was left is nobody's for the rest of the day.
IDLE = timedelta(hours=2)
# A session that is in use says so only so often: a page that is looked at is no reason to write.
NOTED_EVERY = timedelta(minutes=5)


class ConsoleLink(SQLModel, table=True):
    digest: str = Field(primary_key=True, max_length=64)
    member_id: int = Field(foreign_key="member.id", index=True)
    issued_at: datetime
    used_at: datetime | None = None


class ConsoleSession(SQLModel, table=True):
    digest: str = Field(primary_key=True, max_length=64)
    member_id: int = Field(foreign_key="member.id", index=True)
    opened_at: datetime
    seen_at: datetime


def issue_link(db: Session, member_id: int, now: datetime) -> str:
    """The secret of a new link; those that this member has asked for before are good no more."""
    db.connection().execute(delete(ConsoleLink).where(col(ConsoleLink.member_id) == member_id))
    secret = secrets.token_urlsafe(32)
    db.add(ConsoleLink(digest=_digest(secret), member_id=member_id, issued_at=now))
    db.flush()
    return secret


def link_of(db: Session, secret: str, now: datetime) -> int | None:
    """Whom a link would let in; None if it is unknown, used or too old. Uses nothing up."""
    link = db.get(ConsoleLink, _digest(secret))
    good = link is not None and link.used_at is None and link.issued_at > now - LINK_LIFETIME
    return link.member_id if link and good else None


def use_link(db: Session, secret: str, now: datetime) -> int | None:
    """Uses a link up, and says whom it lets in; None as above."""
    unused = (col(ConsoleLink.used_at).is_(None), col(ConsoleLink.issued_at) > now - LINK_LIFETIME)
    used = update(ConsoleLink).where(col(ConsoleLink.digest) == _digest(secret), *unused).values(used_at=now)
    return db.connection().execute(used.returning(col(ConsoleLink.member_id))).scalar()


def open_session(db: Session, member_id: int, now: datetime) -> str:
    """The secret of a new session."""
    secret = secrets.token_urlsafe(32)
    db.add(ConsoleSession(digest=_digest(secret), member_id=member_id, opened_at=now, seen_at=now))
    db.flush()
    return secret


def session_of(db: Session, secret: str, now: datetime) -> ConsoleSession | None:
    """The session of that secret, if its time isn't over."""
    alive = (col(ConsoleSession.opened_at) > now - SESSION_LIFETIME, col(ConsoleSession.seen_at) > now - IDLE)
    return db.exec(select(ConsoleSession).where(ConsoleSession.digest == _digest(secret), *alive)).first()


def note_use(db: Session, digest: str, now: datetime) -> None:
    """That a session is still in use."""
    db.connection().execute(update(ConsoleSession).where(col(ConsoleSession.digest) == digest).values(seen_at=now))


def close_session(db: Session, secret: str) -> None:
    """Ends a session."""
    db.connection().execute(delete(ConsoleSession).where(col(ConsoleSession.digest) == _digest(secret)))


def shut_out(db: Session, member_id: int) -> None:
    """Ends all that lets a member in: their roles have ended, or they have left."""
    for table in (ConsoleLink, ConsoleSession):
        db.connection().execute(delete(table).where(col(table.member_id) == member_id))


def _digest(secret: str) -> str:
    # A random secret of 256 bits needs no slow hash.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
