"""Person: everything an answer needs to know of whoever is writing, read for a whole batch at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, select
from sqlmodel import col

from models.branch import Branch
from models.checkin import CheckIn, Streak
from models.database import given, packed
from models.follower import Follower
from models.member import Member, Status
from models.window import CLOSED, Window


@dataclass(frozen=True, slots=True)
class Person:
    """A follower, and the member they are bound to, as of the beginning of the transaction."""

    openid: str
    agreed_at: datetime | None = None
    notice: str = ""
    window: Window = CLOSED
    member_id: int | None = None
    name: str = ""
    status: str = ""
    branch_id: int | None = None
    path: str = ""
    streak_hidden: bool = False
    streak: int = 0
    last_day: date | None = None
    # Whether they had already checked in today when this was read.
    checked_in: bool = False

    @property
    def is_member(self) -> bool:
        """Bound to someone on the roster who is not inactive."""
        return self.member_id is not None and self.status != Status.INACTIVE


_COLUMNS: tuple[Any, ...] = (
    col(Follower.openid),
    col(Follower.agreed_at),
    col(Follower.notice),
    col(Follower.window_left),
    col(Follower.window_until),
    col(Member.id).label("member_id"),
    col(Member.name),
    col(Member.status),
    col(Member.branch_id),
    col(Branch.path),
    col(Member.streak_hidden),
    col(Streak.length),
    col(Streak.last_day),
    col(CheckIn.id).label("checkin_id"),
)


def persons(connection: Connection, openids: Sequence[str], today: date) -> dict[str, Person]:
    """The followers among these openids, their rows locked in openid order until the transaction ends.

    `today` is the organisation's study day.
    """
    asked = given(connection, openid=Text())
    query = (
        select(*_COLUMNS)
        .join(asked, asked.c.openid == col(Follower.openid))
        .outerjoin(Member, col(Member.id) == col(Follower.member_id))
        .outerjoin(Branch, col(Branch.id) == col(Member.branch_id))
        .outerjoin(Streak, col(Streak.member_id) == col(Member.id))
        .outerjoin(CheckIn, and_(col(CheckIn.member_id) == col(Member.id), col(CheckIn.day) == today))
        .order_by(col(Follower.openid))
        .with_for_update(of=Follower)
    )
    rows = connection.execute(query, {"given": packed(connection, [{"openid": openid} for openid in openids])})
    return {row.openid: _person(row) for row in rows}


def _person(row: Any) -> Person:
    window = Window(row.window_left, row.window_until)
    if row.member_id is None:
        return Person(row.openid, row.agreed_at, row.notice, window)
    return Person(
        row.openid,
        row.agreed_at,
        row.notice,
        window,
        row.member_id,
        row.name,
        row.status,
        row.branch_id,
        row.path,
        row.streak_hidden,
        row.length or 0,
        row.last_day,
        row.checkin_id is not None,
    )
