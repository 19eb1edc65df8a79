"""Nudge: one reminder allotted to a member, of whatever feature; the rows are the tally that nobody can exceed.

At most one a study day and three a week, one a week for those who prefer it so, and none after two that were not
answered. A day's and a week's places are unique in the database, so that neither a second process nor a second feature
finds one that is taken.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    Date,
    Integer,
    UniqueConstraint,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlmodel import Field, SQLModel, col

from models.checkin import CheckIn
from models.database import given, packed
from models.follower import Follower
from models.member import Member
from models.preference import Preference, away
from models.push import Push, PushStatus
from models.statement import insert_for

# What must hold of a member, for queries on Member.
Wish = tuple[ColumnElement[bool], ...]

A_WEEK, MOST, MOST_SELDOM, MOST_UNANSWERED = 7, 3, 1, 2

# These never reached anybody and never will, so that they count for nothing.
_IN_VAIN = (PushStatus.EXPIRED, PushStatus.CANCELLED, PushStatus.FAILED)


class Nudge(SQLModel, table=True):
    __table_args__ = (
        UniqueConstraint("member_id", "week", "slot"),
        CheckConstraint("slot BETWEEN 1 AND 3", name="nudge_slot"),
    )

    member_id: int = Field(primary_key=True, foreign_key="member.id")
    # The study day, and the Monday of its week.
    day: date = Field(primary_key=True)
    week: date
    slot: int
    # With the member it names the push.
    broadcast_id: int = Field(foreign_key="broadcast.id")


def monday(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def asking(day: date) -> Wish:
    """For queries on Member: that they asked for nudges, aren't on leave, and haven't checked in on that day."""
    return _chosen(col(Preference.nudge_at).is_not(None)), *_here_and_not_studied(day, day)


def inviting(day: date) -> Wish:
    """For queries on Member: that they mind no invitation, aren't on leave, and haven't checked in that week so far."""
    return ~_chosen(col(Preference.invitations).is_(False)), *_here_and_not_studied(monday(day), day)


def _chosen(what: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(col(Preference.member_id) == col(Member.id), what).correlate_except(Preference)


def _here_and_not_studied(first: date, day: date) -> Wish:
    mine = (col(CheckIn.member_id) == col(Member.id), col(CheckIn.day).between(first, day))
    return ~away(col(Member.id), day), ~exists().where(*mine).correlate_except(CheckIn)


def within_limits(day: date) -> Wish:
    """For queries on Member: that one more nudge on that day exceeds no limit.

    The last seven days count, not only the week: three at its end and three at the beginning of the next are six.
    """
    mine = col(Nudge.member_id) == col(Member.id)
    # A clock that is behind finds the later day taken, and allots nothing.
    taken = exists().where(mine, col(Nudge.day) >= day)
    lately = select(func.count()).where(mine, col(Nudge.day) > day - timedelta(days=A_WEEK)).scalar_subquery()
    most = case((_chosen(col(Preference.seldom).is_(True)), MOST_SELDOM), else_=MOST)
    return ~taken, lately < most, _unanswered() < MOST_UNANSWERED


def _unanswered() -> ColumnElement[int]:
    # What was sent in the very moment of their last message may have come after it.
    sent_at = func.coalesce(col(Push.sent_at), col(Push.run_at))
    return (
        select(func.count())
        .select_from(Nudge)
        .join(Push, (col(Push.broadcast_id) == col(Nudge.broadcast_id)) & (col(Push.member_id) == col(Nudge.member_id)))
        .join(Follower, col(Follower.member_id) == col(Nudge.member_id))
        .where(col(Nudge.member_id) == col(Member.id), col(Push.status).not_in(_IN_VAIN))
        .where(or_(col(Follower.last_at).is_(None), sent_at >= col(Follower.last_at)))
        .scalar_subquery()
    )


def allot(connection: Connection, broadcast_id: int, member_ids: Collection[int], day: date, wish: Wish) -> list[int]:
    """Takes a place in the tally for each of these members of whom the wish holds and to whom the limits leave one.

    Returns those.

    The caller writes their pushes, of this broadcast, in the same transaction.
    """
    if not member_ids:
        return []
    asked, rows = given(connection, id=Integer()), {"given": packed(connection, [{"id": one} for one in member_ids])}
    locked = select(col(Preference.member_id)).join(asked, asked.c.id == col(Preference.member_id))
    # What another process has just allotted is seen by what follows.
    connection.execute(locked.order_by(col(Preference.member_id)).with_for_update(of=Preference), rows)
    _give_back(connection, member_ids)
    week = monday(day)
    of_week = (col(Nudge.member_id) == col(Member.id), col(Nudge.week) == week)
    slot = select(func.count() + 1).select_from(Nudge).where(*of_week).scalar_subquery()
    places = (
        select(col(Member.id), literal(day, Date()), literal(week, Date()), slot, literal(broadcast_id))
        .join(asked, asked.c.id == col(Member.id))
        .where(*wish, *within_limits(day))
    )
    insert = insert_for(connection)(Nudge).from_select(["member_id", "day", "week", "slot", "broadcast_id"], places)
    return list(connection.execute(insert.on_conflict_do_nothing().returning(col(Nudge.member_id)), rows).scalars())


def _give_back(connection: Connection, member_ids: Collection[int]) -> None:
    """Frees the places of nudges that reached nobody: they expired unsent, say, or weren't needed any more."""
    asked = given(connection, id=Integer())
    in_vain = exists().where(
        *(col(Push.broadcast_id) == col(Nudge.broadcast_id), col(Push.member_id) == col(Nudge.member_id)),
        col(Push.status).in_(_IN_VAIN),
    )
    freed = delete(Nudge).where(col(Nudge.member_id).in_(select(asked.c.id)), in_vain)
    connection.execute(freed, {"given": packed(connection, [{"id": one} for one in member_ids])})


def wanted(connection: Connection, push_ids: Sequence[int], wish: Wish) -> set[int]:
    """Those of these nudges of whose member the wish still holds."""
    query = select(col(Push.id)).join(Member, col(Member.id) == col(Push.member_id))
    return {row.id for row in connection.execute(query.where(col(Push.id).in_(push_ids), *wish))}
