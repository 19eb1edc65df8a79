"""Follower: an openid that follows the account, bound to a member or not yet.

The row goes when the follower leaves, and everything that hangs on the openid goes with it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Executable, Integer, Text, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from models.database import given_each
from models.statement import EachRow


class Follower(SQLModel, table=True):
    openid: str = Field(primary_key=True, max_length=64)
    member_id: int | None = Field(default=None, foreign_key="member.id", unique=True)
    followed_at: datetime
    agreed_at: datetime | None = None
    consent_version: str = Field(default="", max_length=20)
    # The wordings of all consents together that they have seen, see bot/renewal.py.
    edition: str = Field(default="", max_length=40)
    bound_at: datetime | None = None
    # The window ledger, see models/window.py; kept only for those who agreed, since nobody else is ever written to.
    window_left: int = 0
    window_until: datetime | None = None
    last_at: datetime | None = None
    wrong_codes: int = 0
    wait_until: datetime | None = None
    # A sentence to show before anything else when they next write, by its key: "bind.moved_away".
    notice: str = Field(default="", max_length=40)
    # Why the platform refuses to write to this follower ("blocked", "frozen"), until they write again.
    refused: str = Field(default="", max_length=20)


def of_member(db: Session, member_id: int) -> Follower | None:
    """The follower that is bound to a member."""
    return db.exec(select(Follower).where(Follower.member_id == member_id)).first()


def arrived(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds followers, rows of openid and followed_at: until they agree, nothing else is kept of them."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(Follower)
    empty = {"consent_version": "", "edition": "", "window_left": 0, "wrong_codes": 0, "notice": "", "refused": ""}
    connection.execute(insert.on_conflict_do_nothing(), [{**empty, **row} for row in rows])


def told(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Clears the notice of these followers, rows of openid: they have just read it."""
    shown = [row["openid"] for row in rows]
    connection.execute(update(Follower).where(col(Follower.openid).in_(shown)).values(notice=""))


def asked_anew(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps which edition of the consents these followers have just been asked about: rows of openid, edition."""
    for row in rows:
        mine = col(Follower.openid) == row["openid"]
        connection.execute(update(Follower).where(mine).values(edition=row["edition"]))


def _hearing(connection: Connection) -> Executable:
    heard = given_each(
        connection, openid=Text(), last_at=DateTime(True), window_left=Integer(), window_until=DateTime(True)
    )
    now = {"last_at": heard.c.last_at, "window_left": heard.c.window_left, "window_until": heard.c.window_until}
    return update(Follower).where(col(Follower.openid) == heard.c.openid).values(refused=text("''"), **now)


_hear = EachRow(_hearing)


def heard_from(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes what a message changed in the ledger: rows of openid, last_at, window_left, window_until."""
    if rows:
        _hear.run(connection, rows)
