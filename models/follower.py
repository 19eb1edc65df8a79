"""Follower: an openid that follows the account, bound to a member or not yet.

The row goes when the follower leaves, and everything that hangs on the openid goes with it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Integer, Text, update
from sqlmodel import Field, Session, SQLModel, col, select

from models.database import given, packed


class Follower(SQLModel, table=True):
    openid: str = Field(primary_key=True, max_length=64)
    member_id: int | None = Field(default=None, foreign_key="member.id", unique=True)
    followed_at: datetime
    agreed_at: datetime | None = None
    consent_version: str = Field(default="", max_length=20)
    bound_at: datetime | None = None
    # The window ledger, see models/window.py; kept only for those who agreed, since nobody else is ever written to.
    window_left: int = 0
    window_until: datetime | None = None
    last_at: datetime | None = None
    wrong_codes: int = 0
    wait_until: datetime | None = None
    # Whether the visitor's text was already shown: nobody is asked to bind twice.
    told: bool = False
    # Why the platform refuses to write to this follower ("blocked", "frozen"), until they write again.
    refused: str = Field(default="", max_length=20)


def of_member(db: Session, member_id: int) -> Follower | None:
    """The follower that is bound to a member."""
    return db.exec(select(Follower).where(Follower.member_id == member_id)).first()


def heard_from(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Writes what a message changed in the ledger: rows of openid, last_at, window_left, window_until."""
    if not rows:
        return
    heard = given(connection, openid=Text(), last_at=DateTime(True), window_left=Integer(), window_until=DateTime(True))
    connection.execute(
        update(Follower)
        .where(col(Follower.openid) == heard.c.openid)
        .values(
            last_at=heard.c.last_at,
            window_left=heard.c.window_left,
            window_until=heard.c.window_until,
            refused="",
        ),
        {"given": packed(connection, rows)},
    )
