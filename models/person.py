"""Person: everything an answer needs to know of whoever is writing, read for a whole batch at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Executable, Text, and_, bindparam, select
from sqlmodel import col

from models.branch import Branch
from models.checkin import CheckIn, Streak
from models.database import given_each
from models.follower import Follower
from models.member import Member, Status
from models.statement import EachRow
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
    away_until: date | None = None
    # Whether they had already checked in today when this was read.
    checked_in: bool = False
    # Which wordings of the consents they have seen.
    edition: str = ""

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
    col(Streak.away_until),
    col(CheckIn.id).label("checkin_id"),
    col(Follower.edition),
)


def _reading(connection: Connection) -> Executable:
    asked = given_each(connection, openid=Text())
    today = and_(col(CheckIn.member_id) == col(Member.id), col(CheckIn.day) == bindparam("today"))
    return (
        select(*_COLUMNS)
        .select_from(Follower)
        .outerjoin(Member, col(Member.id) == col(Follower.member_id))
        .outerjoin(Branch, col(Branch.id) == col(Member.branch_id))
        .outerjoin(Streak, col(Streak.member_id) == col(Member.id))
        .outerjoin(CheckIn, today)
        .where(col(Follower.openid) == asked.c.openid)
        .order_by(col(Follower.openid))
        .with_for_update(of=Follower)
    )


_read = EachRow(_reading)


def persons(connection: Connection, openids: Sequence[str], today: date) -> dict[str, Person]:
    """The followers among these openids, their rows locked in openid order until the transaction ends.

    `today` is the organisation's study day.
    """
    rows = _read.run(connection, [{"openid": openid} for openid in openids], today=today.isoformat())
    return {row[0]: _person(*row) for row in rows}


def _person(
    openid: str,
    agreed_at: datetime | None,
    notice: str,
    left: int,
    until: datetime | None,
    member_id: int | None,
    *member: Any,
) -> Person:
    window = Window(left, until) if until else CLOSED
    if member_id is None:
        return Person(openid, agreed_at, notice, window)
    name, status, branch_id, path, hidden, streak, last_day, away_until, checkin_id, edition = member
    return Person(
        openid,
        agreed_at,
        notice,
        window,
        member_id,
        name,
        status,
        branch_id,
        path,
        hidden,
        streak or 0,
        last_day,
        away_until,
        checkin_id is not None,
        edition,
    )
