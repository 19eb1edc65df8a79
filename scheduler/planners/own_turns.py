"""Whoever had the item of a firing already gets another one instead: what they missed, or haven't had in this round.

A branch studies the same thing on the same day, so that the plan's own turn is right for nearly everybody. It isn't for
those who had it from another plan, or in an earlier round of which they missed something: on leave, out of reach, new.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, exists, func
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


def share_out(db: Session, broadcast: Broadcast, members: Sequence[int], rules: Rules) -> list[int]:
    """Owes an item of their own to those of the members who need one; the others, for whom the broadcast's is right."""
    if broadcast.plan_id is None or broadcast.item_id is None:
        return list(members)
    firings = _firings(db, broadcast)
    # A firing that was withdrawn meanwhile is planned no further.
    if not firings:
        return list(members)
    (since, before), now = rounds(firings), firings[-1][1]
    if not _came_before(db, broadcast, before, now):
        return list(members)
    turns = _turns(db, broadcast, rules.hours.day(now), rules)
    shown = [item for item, at in firings if before <= at < now and item in turns]
    apart: dict[int, list[int]] = {}
    had = _had(db, broadcast, members, before, now)
    for member_id in members:
        item = substitute(broadcast.item_id, turns, shown, had.get(member_id, {}), since)
        if item is not None:
            apart.setdefault(item, []).append(member_id)
    given_own = {one for item, some in apart.items() if _owe(db, broadcast, item, some, rules) for one in some}
    return [member_id for member_id in members if member_id not in given_own]


def _firings(db: Session, broadcast: Broadcast) -> list[tuple[int, datetime]]:
    """The items of the plan's firings up to this one, with when."""
    query = select(Broadcast.item_id, Broadcast.starts_at).where(
        *(Broadcast.plan_id == broadcast.plan_id, col(Broadcast.item_id).is_not(None)),
        *(~col(Broadcast.occasion).contains("/"), Broadcast.state != BroadcastState.WITHDRAWN),
        Broadcast.starts_at <= broadcast.starts_at,
    )
    return [(item or 0, at) for item, at in db.exec(query.order_by(col(Broadcast.starts_at)))]


def _came_before(db: Session, broadcast: Broadcast, since: datetime, now: datetime) -> bool:
    """Whether anybody can have had the item already: mostly nobody has, and this is all that is asked."""
    earlier = exists().where(*_of_kind(broadcast, since, now), col(Broadcast.item_id) == broadcast.item_id)
    return db.exec(select(earlier)).one()


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
        .where(col(Push.status).in_((*SHOWN, *UNSENT)))
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
