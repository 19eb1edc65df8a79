"""Invitations: one a week from each group, to those at home there who haven't checked in that week.

A leader sees a number, never who it is: the pushes are written as it goes out, and looked at once more where each would
leave. They count as nudges: of all features together a member gets one a day and three a week (`models.nudge`).
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from models import nudge, owed
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.follower import Follower
from models.member import Member
from models.statement import insert_for
from scheduler.audience import at_home, reachable
from scheduler.calendar import ONE_DAY
from scheduler.rules import Rules


def leaves_at(rules: Rules, now: datetime) -> datetime | None:
    """When one that is confirmed now goes out: after the night; None if the week is over by then."""
    at = rules.hours.wakes_at(now)
    return at if _week(rules, at) == _week(rules, now) else None


def _week(rules: Rules, at: datetime) -> date:
    return nudge.monday(rules.hours.study_day(at))


def _ends(rules: Rules, at: datetime) -> datetime:
    return rules.hours.at(_week(rules, at) + 7 * ONE_DAY, time(rules.hours.day_turns_at))


def was_sent(db: Session, rules: Rules, branch_id: int, now: datetime) -> bool:
    """Whether this group has had its invitation this week."""
    mine = (col(Broadcast.kind) == BroadcastKind.INVITATION, col(Broadcast.occasion) == _key(rules, branch_id, now))
    return db.connection().execute(select(col(Broadcast.id)).where(*mine)).first() is not None


def count(db: Session, rules: Rules, branch_id: int, author_id: int, now: datetime) -> int:
    """How many would be invited, if it went out now."""
    those = _invited(branch_id, author_id, rules.hours.study_day(now)).subquery()
    return db.connection().execute(select(func.count()).select_from(those)).scalar_one()


def send(db: Session, rules: Rules, branch_id: int, author_id: int, now: datetime) -> int | None:
    """The week's invitation, for a `tick` to write its pushes; None if there is one already, or the week is over."""
    at = leaves_at(rules, now)
    if at is None:
        return None
    row = {
        "kind": BroadcastKind.INVITATION,
        "occasion": _key(rules, branch_id, now),
        "facts": {},
        "branch_id": branch_id,
        "author_id": author_id,
        "audience": at_home(branch_id),
        "state": BroadcastState.OPEN,
        "created_at": now,
        "starts_at": at,
        "ring_until": _ends(rules, at),
        "show_until": _ends(rules, at),
        "planned_to": 0,
    }
    insert = insert_for(db.connection())(Broadcast).values(row).on_conflict_do_nothing()
    found: int | None = db.connection().execute(insert.returning(col(Broadcast.id))).scalar()
    return found


def _key(rules: Rules, branch_id: int, now: datetime) -> str:
    return f"{branch_id}/{_week(rules, now):%Y%m%d}"


def fill(db: Session, broadcast: Broadcast, rules: Rules, now: datetime) -> int:
    """Writes the next pushes once it has begun, in the caller's transaction; how many, 0 when that was all."""
    assert broadcast.id is not None
    if now < broadcast.starts_at:
        return 0
    day = rules.hours.study_day(now)
    query = _invited(broadcast.branch_id, broadcast.author_id or 0, day)
    query = query.where(col(Member.id) > (broadcast.planned_to or 0)).order_by(col(Member.id)).limit(owed.BATCH)
    found = list(db.connection().execute(query).scalars())
    allotted = nudge.allot(db.connection(), broadcast.id, found, day, nudge.inviting(day))
    owed.owe(db.connection(), broadcast.id, now, [{"member_id": one, "facts": {}} for one in sorted(allotted)])
    broadcast.planned_to = found[-1] if len(found) == owed.BATCH else None
    db.add(broadcast)
    return 0 if broadcast.planned_to is None else len(found)


def _invited(branch_id: int, author_id: int, day: date) -> Select[Any]:
    """Whoever sends it isn't meant."""
    return (
        select(col(Member.id))
        .join(Follower, col(Follower.member_id) == col(Member.id))
        .where(col(Member.branch_id) == branch_id, col(Member.id) != author_id, *reachable())
        .where(col(Follower.agreed_at).is_not(None), col(Follower.refused) == "")
        .where(*nudge.inviting(day), *nudge.within_limits(day))
    )
