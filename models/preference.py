"""Preference: what a member has chosen for themselves. Who has chosen nothing has no row."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlmodel import Field, Session, SQLModel, col

from models.broadcast import Broadcast, BroadcastKind
from models.member import Member, Status
from models.push import Push, PushStatus


class Preference(SQLModel, table=True):
    member_id: int = Field(primary_key=True, foreign_key="member.id")
    # The hour on the organisation's clock at which they asked to be nudged; None for those who didn't ask.
    nudge_at: time | None = Field(default=None, index=True)
    # One nudge a week is enough.
    seldom: bool = False
    # The last study day of the leave that runs, see models/leave.py.
    away_until: date | None = None
    # On how many days of a week they want to study.
    weekly_goal: int | None = None
    topics: bool = True
    books: bool = True
    quizzes: bool = True
    # A group's invitations to check in.
    invitations: bool = True
    # At most one topic or book a week by itself; None: as it is for everybody of their status.
    weekly: bool | None = None


def of(db: Session, member_id: int) -> Preference:
    """What a member has chosen; as it is for everybody, where they have chosen nothing."""
    return db.get(Preference, member_id) or Preference(member_id=member_id)


def choose(db: Session, member_id: int, **chosen: Any) -> None:
    """Writes what a member has chosen, the rest stays as it was."""
    preference = of(db, member_id)
    for name, value in chosen.items():
        setattr(preference, name, value)
    db.add(preference)
    db.flush()


def away(member_id: Any, day: date) -> ColumnElement[bool]:
    """That this member is on leave on a study day."""
    return (
        exists()
        .where(col(Preference.member_id) == member_id, col(Preference.away_until) >= day)
        .correlate_except(Preference)
    )


_CHOSEN = {
    BroadcastKind.TOPIC: col(Preference.topics),
    BroadcastKind.BOOK: col(Preference.books),
    BroadcastKind.QUIZ: col(Preference.quizzes),
}


def wanting(kind: BroadcastKind) -> tuple[ColumnElement[bool], ...]:
    """For queries on Member: that the member hasn't switched off what comes by itself of this kind."""
    if kind not in _CHOSEN:
        return ()
    return (~exists().where(col(Preference.member_id) == col(Member.id), _CHOSEN[kind] == false()),)


def gets_weekly(member: Member, chosen: Preference) -> bool:
    """Whether one topic or book a week is enough: for the retired it is, unless they say otherwise."""
    return chosen.weekly if chosen.weekly is not None else member.status == Status.RETIRED


def not_this_week(kind: BroadcastKind, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """For queries on Member: that whoever gets one a week hasn't had it since then, the beginning of the week."""
    if kind not in _CHOSEN:
        return ()
    mine = col(Preference.member_id) == col(Member.id)
    chosen = exists().where(mine, col(Preference.weekly) == true())
    declined = exists().where(mine, col(Preference.weekly) == false())
    weekly = or_(chosen, and_(col(Member.status) == Status.RETIRED, ~declined))
    of_kind = select(col(Broadcast.id)).where(col(Broadcast.kind).in_(_CHOSEN), col(Broadcast.starts_at) >= since)
    had = exists().where(
        *(col(Push.member_id) == col(Member.id), col(Push.broadcast_id).in_(of_kind)),
        col(Push.status).not_in((PushStatus.EXPIRED, PushStatus.CANCELLED, PushStatus.FAILED)),
    )
    return (or_(~weekly, ~had),)
