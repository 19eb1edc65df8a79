"""Picture: what a broadcast shows instead of words, and under which id it lies at the platform now.

The bytes are in the database and not in a folder, so that all processes have them and a backup is whole.
"""

from datetime import datetime

from sqlalchemy import Connection, LargeBinary, select, update
from sqlmodel import Field, SQLModel, col


class Picture(SQLModel, table=True):
    # Nobody can guess it: whoever knows it may look at the picture.
    id: str = Field(primary_key=True, max_length=40)
    content_type: str = Field(default="", max_length=40)
    # None for one that came by chat: then only the platform has it, until `media_until`.
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    media_id: str = Field(default="", max_length=160)
    # Calendar time, the platform's.
    media_until: datetime | None = None
    kept_until: datetime = Field(index=True)


def uploaded(connection: Connection, picture_id: str, now: datetime) -> str:
    """The id under which the platform has a picture now; "" where it has none that is good any more."""
    query = select(col(Picture.media_id)).where(col(Picture.id) == picture_id, col(Picture.media_until) > now)
    return connection.execute(query).scalar() or ""


def content(connection: Connection, picture_id: str) -> tuple[bytes, str] | None:
    """A picture's bytes and their type; None where we don't have them."""
    query = select(col(Picture.content), col(Picture.content_type)).where(col(Picture.id) == picture_id)
    row = connection.execute(query.where(col(Picture.content).is_not(None))).first()
    return (bytes(row.content), row.content_type) if row else None


def keep_media(connection: Connection, picture_id: str, media_id: str, until: datetime) -> None:
    """Keeps the id of an upload for all processes."""
    values = {"media_id": media_id, "media_until": until}
    connection.execute(update(Picture).where(col(Picture.id) == picture_id).values(**values))
