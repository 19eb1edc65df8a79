"""BindCode: six digits that let one phone become one member. Only a keyed digest is stored."""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, select

LIFETIME = timedelta(days=30)


class BindCode(SQLModel, table=True):
    member_id: int = Field(primary_key=True, foreign_key="member.id")
    digest: str = Field(unique=True, max_length=64)
    expires_at: datetime


def digest(secret: bytes, text: str) -> str:
    """A keyed digest, good for codes and openids: without the server's secret it can't be tried out."""
    return hmac.new(secret, text.encode(), "sha256").hexdigest()


def issue(db: Session, member_id: int, secret: bytes, now: datetime) -> str:
    """A new code for a member; an earlier one stops working at once."""
    while True:
        code = f"{secrets.randbelow(1_000_000):06d}"
        taken = db.exec(select(BindCode).where(BindCode.digest == digest(secret, code))).first()
        if taken is None or taken.member_id == member_id:
            break
    db.merge(BindCode(member_id=member_id, digest=digest(secret, code), expires_at=now + LIFETIME))
    db.flush()
    return code


def find(db: Session, code: str, secret: bytes, now: datetime) -> BindCode | None:
    """The live code that reads so."""
    found = db.exec(select(BindCode).where(BindCode.digest == digest(secret, code))).first()
    return found if found and found.expires_at > now else None
