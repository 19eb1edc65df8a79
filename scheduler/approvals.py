"""A large broadcast needs a second person: it waits for another admin's word, and runs out without one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.branch import within
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.member import Member
from models.role import ADMINS, holders
from scheduler.late_answer import owe_news
from scheduler.rules import Rules

# Or until it was to start, if that is later.
LASTS = timedelta(hours=24)

# So many are asked, those nearest to the branch first.
MOST_ASKED = 3


def approvers(db: Session, path: str, author_id: int | None, rules: Rules, now: datetime) -> Sequence[Member]:
    """The other admins of the sub-tree `path`, any of whom may approve."""
    found = dict.fromkeys(member.id for member in holders(db, ADMINS, path, rules.hours.day(now)))
    return [db.get_one(Member, member_id) for member_id in found if member_id != author_id]


def hold_for_approval(broadcast: Broadcast, count: int, now: datetime) -> None:
    """Makes a broadcast that was just confirmed for `count` people wait."""
    broadcast.state = BroadcastState.WAITING
    broadcast.facts = {**broadcast.facts, "approval": {"count": count}}
    broadcast.ring_until = broadcast.show_until = max(broadcast.starts_at, now + LASTS)


def awaits(broadcast: Broadcast | None, now: datetime) -> bool:
    """Whether a broadcast is waiting for another admin."""
    return (
        broadcast is not None
        and broadcast.kind == BroadcastKind.TEXT
        and broadcast.state == BroadcastState.WAITING
        and "approval" in broadcast.facts
        and now < broadcast.show_until
    )


def lapse(db: Session, rules: Rules, now: datetime) -> None:
    """Ends what nobody approved in time, and tells its authors."""
    waiting = (Broadcast.kind == BroadcastKind.TEXT, Broadcast.state == BroadcastState.WAITING)
    query = select(Broadcast).where(*waiting, col(Broadcast.show_until) <= now).with_for_update(skip_locked=True)
    for broadcast in db.exec(query).all():
        broadcast.state, broadcast.planned_to = BroadcastState.SETTLED, None
        if broadcast.author_id is not None:
            starts_at = rules.hours.wakes_at(now)
            owe_news(db, [broadcast.author_id], broadcast.branch_id, {"lapsed": broadcast.id}, starts_at)


def may_approve(broadcast: Broadcast, path: str, member_id: int | None) -> bool:
    """Whether an admin of the sub-tree `path` may: nobody for themselves, nobody beyond their own part."""
    return broadcast.author_id != member_id and within(str(broadcast.audience["within"]), path)


def grant(broadcast: Broadcast, rules: Rules, now: datetime) -> None:
    """Opens it: it starts when it was to start, and not before the grace is over again."""
    broadcast.state = BroadcastState.OPEN
    broadcast.starts_at = max(broadcast.starts_at, now + timedelta(seconds=rules.grace_seconds))
    broadcast.ring_until = broadcast.show_until = rules.shown_for(broadcast.starts_at, rules.broadcast_show_days)
