"""Keepsake: a picture or a voice message that belongs to a member's check-in of a day, for their eyes alone.

The platform has it for three days; the bytes then lie in a folder beside the database, in a file named by the id
(`bot.keepsakes`). A row whose day has no check-in goes when that day is over.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, update
from sqlalchemy import select as rows_of
from sqlmodel import Field, Session, SQLModel, col, select

from models.checkin import CheckIn
from models.consent import Consent, Purpose
from models.database import choice


class KeepsakeKind(StrEnum):
    IMAGE = "image"
    VOICE = "voice"


class Keepsake(SQLModel, table=True):
    # Nobody can guess it.
    id: str = Field(primary_key=True, max_length=40)
    member_id: int = Field(foreign_key="member.id", index=True)
    day: date
    kind: KeepsakeKind = Field(sa_type=choice(KeepsakeKind))
    at: datetime
    # What the platform heard in a voice message.
    heard: str = ""
    # How the platform knows it until then (calendar time); "" once we have it ourselves.
    media_id: str = Field(default="", max_length=160)
    # Where the platform shows a picture to whoever has the address, for an account that may not fetch media.
    picture_url: str = Field(default="", max_length=500)
    media_until: datetime = Field(index=True)
    content_type: str = Field(default="", max_length=40)
    size: int = 0


def _has_check_in() -> ColumnElement[bool]:
    return exists().where(col(CheckIn.member_id) == col(Keepsake.member_id), col(CheckIn.day) == col(Keepsake.day))


def keep(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes keepsakes, rows of id, member_id, day, kind, at, heard, media_id, media_until and, for a picture,
    picture_url, of those who agreed."""
    mine = (col(Consent.purpose) == Purpose.KEEPSAKES, col(Consent.withdrawn_at).is_(None))
    asked = col(Consent.member_id).in_([row["member_id"] for row in rows])
    agreed = set(connection.execute(rows_of(col(Consent.member_id)).where(*mine, asked)).scalars())
    if wanted := [
        {"picture_url": "", "content_type": "", "size": 0, **row} for row in rows if row["member_id"] in agreed
    ]:
        connection.execute(insert(Keepsake), wanted)


def waiting(db: Session, now: datetime, limit: int) -> list[Keepsake]:
    """Those the platform still has and we don't, of days with a check-in; those it forgets first come first."""
    at_platform = (col(Keepsake.media_id) != "", col(Keepsake.media_until) > now)
    query = select(Keepsake).where(*at_platform, _has_check_in())
    return list(db.exec(query.order_by(col(Keepsake.media_until)).limit(limit)))


def stored(db: Session, keepsake_id: str, content_type: str, size: int) -> None:
    """Notes that the file is there."""
    mine = update(Keepsake).where(col(Keepsake.id) == keepsake_id)
    db.connection().execute(mine.values(media_id="", picture_url="", content_type=content_type, size=size))


def drop(db: Session, keepsake_id: str) -> None:
    """Forgets one that can't be had, or is too large."""
    db.connection().execute(delete(Keepsake).where(col(Keepsake.id) == keepsake_id))


def drop_of_day(db: Session, member_id: int, day: date) -> None:
    """Forgets those of a check-in that is taken back."""
    mine = (col(Keepsake.member_id) == member_id, col(Keepsake.day) == day)
    db.connection().execute(delete(Keepsake).where(*mine))


def drop_lost(db: Session, now: datetime, today: date) -> None:
    """Forgets what the platform forgot before we had it, and what belongs to no check-in of a day that is over."""
    too_late = and_(col(Keepsake.media_id) != "", col(Keepsake.media_until) <= now)
    astray = and_(col(Keepsake.day) < today, ~_has_check_in())
    db.connection().execute(delete(Keepsake).where(or_(too_late, astray)))


def forget(db: Session, member_id: int) -> None:
    """Forgets all of a member's."""
    db.connection().execute(delete(Keepsake).where(col(Keepsake.member_id) == member_id))


def count(db: Session, member_id: int, first: date, last: date) -> int:
    """How many a member has from `first` to `last`, both included."""
    mine = (Keepsake.member_id == member_id, col(Keepsake.day).between(first, last))
    return db.exec(select(func.count()).select_from(Keepsake).where(*mine)).one()


def latest(db: Session, member_id: int, limit: int) -> list[Keepsake]:
    """A member's last ones, the newest first."""
    mine = select(Keepsake).where(Keepsake.member_id == member_id)
    return list(db.exec(mine.order_by(col(Keepsake.at).desc(), col(Keepsake.id)).limit(limit)))


def had(db: Session, member_id: int) -> list[Keepsake]:
    """All of a member's whose files we have, the oldest first."""
    mine = select(Keepsake).where(Keepsake.member_id == member_id, Keepsake.media_id == "")
    return list(db.exec(mine.order_by(col(Keepsake.at), col(Keepsake.id))))


def ids(db: Session) -> set[str]:
    """The names that files may have."""
    return set(db.exec(select(Keepsake.id)))
