"""`/console/broadcasts/…`: one broadcast, and why each of those who haven't got it hasn't."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from bot.handlers.broadcast_course import quoted, reaches
from bot.handlers.why import asker_over
from bot.reasons import Reasons
from bot.turn import Turn, Who, scope
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.member import Member
from models.push import Push, PushStatus
from scheduler.explain import Asking, explain_push

ARRIVED = (PushStatus.ACCEPTED, PushStatus.DELIVERED)
# A page that somebody reads to its end.
LISTED, NAMED = 10, 200
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """A broadcast in the list: its number, its first words, and when it went."""

    id: int
    words: str
    when: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One broadcast: how many of whom it was for have it, and each of the others with the reason."""

    words: str
    have: int
    whole: int
    missing: Sequence[tuple[str, str]]


def listed(db: Session, turn: Turn) -> list[Listed]:
    """The latest broadcasts to the admin's part of the tree, also those that are over."""
    since = (Broadcast.kind == BroadcastKind.TEXT, col(Broadcast.starts_at) > turn.now - LOOKED_BACK)
    mine = scope(db, turn, Who.ADMIN) or "\0"
    found = db.exec(select(Broadcast).where(*since).order_by(col(Broadcast.id).desc()).limit(100))
    local = turn.means.local
    return [
        Listed(one.id or 0, quoted(one), turn.means.texts.moment(local(one.starts_at), local(turn.now)))
        for one in found
        if reaches(one, mine, turn)
    ][:LISTED]


def shown(db: Session, turn: Turn, broadcast_id: int) -> Shown | None:
    """That broadcast as far as it went to the admin's part of the tree; None if it didn't."""
    mine, broadcast = scope(db, turn, Who.ADMIN) or "\0", db.get(Broadcast, broadcast_id)
    if broadcast is None or not reaches(broadcast, mine, turn):
        return None
    rows = db.exec(_pushes(broadcast, mine, turn)).all()
    asking = Asking(asker_over(db, turn, mine), turn.means.account, turn.means.rules, turn.now)
    reasons = Reasons(turn.means.texts, turn.means.hours.zone, turn.means.common)
    missing = []
    for push, name in [row for row in rows if row[0].status not in ARRIVED][:NAMED]:
        found = explain_push(db, push.id or 0, asking)
        if found is not None:
            missing.append((name, reasons.sentence(name, found, asking.asker, turn.now)))
    have = sum(push.status in ARRIVED for push, _ in rows)
    return Shown(str(broadcast.facts["text"]), have, len(rows), missing)


def _pushes(broadcast: Broadcast, mine: str, turn: Turn) -> Any:
    """The pushes of those who are there, without what people got elsewhere before they came and didn't bring along."""
    day = turn.means.hours.day(broadcast.starts_at)
    theirs = or_(col(Member.arrived_on).is_(None), col(Member.arrived_on) <= day, col(Member.history_along).is_(True))
    return (
        select(Push, Member.name)
        .join(Member, col(Member.id) == Push.member_id)
        .join(Branch, col(Branch.id) == Member.branch_id)
        .where(Push.broadcast_id == broadcast.id, col(Branch.path).startswith(mine), theirs)
        .order_by(col(Branch.path), col(Member.id))
    )
