"""Whoever had the item of a firing already gets another one instead: what they missed, or haven't had in this round.

A branch studies the same thing on the same day, so that the plan's own turn is right for nearly everybody. It isn't for
those who had it from another plan, or in an earlier round of which they missed something: on leave, out of reach, new.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Integer, bindparam, func
from sqlmodel import Session, col, select

from models import owed
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.database import given, packed
from models.library import TABLES, Book, Topic, reserved
from models.push import SHOWN, UNSENT, Push
from models.statement import insert_for
from scheduler.days import solemn_days
from scheduler.library import ends
from scheduler.planners import books, topics
from scheduler.planners.firing import Until
from scheduler.planners.rotation import rounds, substitute
from scheduler.rules import Rules

_FACTS: Mapping[BroadcastKind, Callable[[Any], dict[str, Any]]] = {
    BroadcastKind.TOPIC: topics.facts,
    BroadcastKind.BOOK: books.facts,
}

# Each transaction of the planner looks back at the pushes of so many members.
BATCH = 100

# What is waiting may still come, so that it isn't owed twice.
_HAD = (*SHOWN, *UNSENT)


def share_out(db: Session, broadcast: Broadcast, members: Sequence[int], rules: Rules) -> list[int]:
    """Owes an item of their own to those of the members who need one; the others, for whom the broadcast's is right."""
    if broadcast.plan_id is None or broadcast.item_id is None:
        return list(members)
    firings = _firings(db, broadcast)
    # A firing that was withdrawn meanwhile is planned no further.
    if not firings:
        return list(members)
    since, before = rounds([(firing.item_id, firing.at) for firing in firings])
    suspects = _suspects(db, broadcast, members, firings, before)
    if not suspects:
        return list(members)
    now = firings[-1].at
    turns = _turns(db, broadcast, rules.hours.day(now), rules)
    shown = [firing.item_id for firing in firings[:-1] if firing.at >= before and firing.item_id in turns]
    apart: dict[int, list[int]] = {}
    for member_id, had in _had(db, broadcast, suspects, before, now).items():
        item = substitute(broadcast.item_id, turns, shown, had, since)
        if item is not None:
            apart.setdefault(item, []).append(member_id)
    given_own = {one for item, some in apart.items() if _owe(db, broadcast, item, some, rules) for one in some}
    return [member_id for member_id in members if member_id not in given_own]


class _Firing(NamedTuple):
    id: int
    item_id: int
    at: datetime


def _firings(db: Session, broadcast: Broadcast) -> list[_Firing]:
    """The plan's firings up to this one."""
    query = select(Broadcast.id, Broadcast.item_id, Broadcast.starts_at).where(
        *(Broadcast.plan_id == broadcast.plan_id, col(Broadcast.item_id).is_not(None)),
        *(~col(Broadcast.occasion).contains("/"), Broadcast.state != BroadcastState.WITHDRAWN),
        Broadcast.starts_at <= broadcast.starts_at,
    )
    rows = db.exec(query.order_by(col(Broadcast.starts_at)))
    return [_Firing(id_ or 0, item or 0, at) for id_, item, at in rows]


def _suspects(
    db: Session, broadcast: Broadcast, members: Sequence[int], firings: Sequence[_Firing], before: datetime
) -> list[int]:
    """Those who had the item, and not all that the plan has sent since: only of them more has to be known."""
    *earlier, this = firings
    same = (*_of_kind(broadcast, before, this.at), Broadcast.item_id == this.item_id)
    times = list(db.exec(select(Broadcast.id).where(*same)))
    again = _with_pushes(db, members, [id_ for id_ in times if id_ is not None], at_least=1) if times else []
    last = max((place for place, firing in enumerate(earlier) if firing.item_id == this.item_id), default=-1)
    cycle = [firing.id for firing in earlier[last + 1 :] if firing.at >= before]
    # A plan that has sent nothing yet says nothing of what its people had before.
    steady = set(_with_pushes(db, again, cycle, at_least=len(cycle))) if again and cycle and last >= 0 else set()
    return [member_id for member_id in again if member_id not in steady]


def _with_pushes(db: Session, members: Sequence[int], broadcast_ids: Sequence[int], at_least: int) -> list[int]:
    """Which of the members have had, or may still get, so many of these broadcasts."""
    asked = given(db.connection(), id=Integer())
    # Written into the statement, since databases take only so many parameters.
    ids: BindParameter[Any] = bindparam("ids", list(broadcast_ids), expanding=True, literal_execute=True)
    theirs = (col(Push.broadcast_id).in_(ids), col(Push.member_id) == asked.c.id, col(Push.status).in_(_HAD))
    count = select(func.count()).where(*theirs).correlate(asked).scalar_subquery()
    rows = packed(db.connection(), [{"id": member_id} for member_id in members])
    query = select(asked.c.id).where(count >= at_least)
    return list(db.connection().execute(query, {"given": rows}).scalars())


def _of_kind(broadcast: Broadcast, since: datetime, now: datetime) -> tuple[Any, ...]:
    return (Broadcast.kind == broadcast.kind, col(Broadcast.starts_at) >= since, col(Broadcast.starts_at) < now)


def _turns(db: Session, broadcast: Broadcast, day: date, rules: Rules) -> list[int]:
    if broadcast.kind == BroadcastKind.BOOK:
        return [item.id for item in books.turns(db, day)]
    path = db.get_one(Branch, broadcast.branch_id).path
    solemn = solemn_days(db.connection(), rules.solemn_days, day).name(day, path) is not None
    return [item.id for item in topics.turns(db, day, solemn=solemn)]


def _had(
    db: Session, broadcast: Broadcast, members: Sequence[int], since: datetime, now: datetime
) -> dict[int, dict[int, datetime]]:
    """Which items these members have had, or may still get, from any plan, and when last: member → item → when."""
    asked = given(db.connection(), id=Integer())
    query = (
        select(Push.member_id, Broadcast.item_id, func.max(col(Broadcast.starts_at)))
        .join(asked, asked.c.id == col(Push.member_id))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .where(*_of_kind(broadcast, since, now), col(Broadcast.item_id).is_not(None))
        .where(col(Push.status).in_(_HAD))
        .group_by(col(Push.member_id), col(Broadcast.item_id))
    )
    rows = packed(db.connection(), [{"id": member_id} for member_id in members])
    found: dict[int, dict[int, datetime]] = {}
    for member_id, item, at in db.connection().execute(query, {"given": rows}):
        found.setdefault(member_id, {})[item] = at
    return found


def _owe(db: Session, broadcast: Broadcast, item_id: int, members: Sequence[int], rules: Rules) -> bool:
    """Owes these members that item instead; False if it was withdrawn just now."""
    kind = BroadcastKind(broadcast.kind)
    item = reserved(db, TABLES[kind], item_id, rules.hours.day(broadcast.starts_at))
    if item is None:
        return False
    own = _beside(db, broadcast, item, rules)
    owed.owe(db.connection(), own, broadcast.starts_at, [{"member_id": one, "facts": {}} for one in members])
    return True


def _beside(db: Session, broadcast: Broadcast, item: Topic | Book, rules: Rules) -> int:
    """The broadcast of the same firing with another item, written if it isn't there."""
    kind = BroadcastKind(broadcast.kind)
    until = Until(broadcast.ring_until, broadcast.show_until).within(ends(item, rules.hours))
    copied = ("plan_id", "kind", "branch_id", "state", "created_at", "starts_at")
    row = {
        **{name: getattr(broadcast, name) for name in copied},
        "occasion": f"{broadcast.occasion}/i{item.id}",
        "facts": _FACTS[kind](item),
        "item_id": item.id,
        "audience": {},
        "ring_until": until.ring,
        "show_until": until.show,
        "planned_to": None,
    }
    insert = insert_for(db.connection())(Broadcast)
    db.connection().execute(insert.on_conflict_do_nothing(index_elements=["plan_id", "occasion"]), row)
    same = (Broadcast.plan_id == broadcast.plan_id, Broadcast.occasion == row["occasion"])
    return db.exec(select(Broadcast.id).where(*same)).one() or 0
