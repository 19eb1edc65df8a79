"""An admin's broadcasts, and what admins do to any: take back, let go, pause, resume."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from models import claim, owed
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.member import Member
from models.pause import Pause
from models.push import UNSENT, Push, PushStatus
from scheduler.audience import member_ids, reachable
from scheduler.cause import Cause
from scheduler.rules import Rules


def confirmed(
    db: Session,
    rules: Rules,
    *,
    branch_id: int,
    author_id: int | None,
    text: str,
    audience: dict[str, Any],
    now: datetime,
    asks: bool = False,
) -> Broadcast:
    """A new broadcast of a text, signed by branch and author, that starts after the grace in which it can be recalled.

    `audience` as in `scheduler.audience`; `asks` for an answer 「收到」. Its pushes are written by the next `tick`.
    """
    starts_at = now + timedelta(seconds=rules.grace_seconds)
    # What an admin has to say stays worth ringing for as long as it is shown; the night only delays it.
    ends = rules.shown_for(starts_at, rules.broadcast_show_days)
    broadcast = Broadcast(
        kind=BroadcastKind.TEXT,
        facts={"text": text, "asks": True} if asks else {"text": text},
        branch_id=branch_id,
        author_id=author_id,
        audience=audience,
        created_at=now,
        starts_at=starts_at,
        ring_until=ends,
        show_until=ends,
        planned_to=0,
    )
    db.add(broadcast)
    db.flush()
    return broadcast


def last_of(db: Session, author_id: int, now: datetime) -> Broadcast | None:
    """The broadcast an author would take back: their latest that is neither recalled nor over."""
    query = (
        select(Broadcast)
        .where(Broadcast.author_id == author_id, Broadcast.kind == BroadcastKind.TEXT)
        .where(col(Broadcast.state).in_(owed.RUNNING), col(Broadcast.show_until) > now)
    )
    return db.exec(query.order_by(col(Broadcast.id).desc())).first()


@dataclass(frozen=True, slots=True)
class Recalled:
    """What taking back could still do: how many have it, how many won't get it, and of whom nobody knows."""

    have: int
    stopped: int
    unknown: tuple[str, ...]


def recall(db: Session, rules: Rules, broadcast: Broadcast, now: datetime) -> Recalled:
    """Stops everything that hasn't left yet; in the grace, that is everything.

    The broadcast's state stops delivery at once. Rows are cancelled here up to one batch, the rest by the next `tick`.
    """
    assert broadcast.id is not None
    counts = owed.counts(db.connection(), broadcast.id)
    stopped = sum(counts.get(status, 0) for status in UNSENT) + _unplanned(db, rules, broadcast, now)
    # What is in flight can't be held back any more.
    have = sum(counts.get(status, 0) for status in (PushStatus.ACCEPTED, PushStatus.DELIVERED, PushStatus.SENDING))
    # Whoever has a state of recalled and isn't planned to the end is tidied up by the tick.
    broadcast.state, broadcast.planned_to = BroadcastState.RECALLED, 0
    db.add(broadcast)
    owed.cancel(db.connection(), [broadcast.id], Cause.RECALLED)
    names = select(Member.name).join(Push, col(Push.member_id) == col(Member.id))
    unknown = names.where(Push.broadcast_id == broadcast.id, Push.status == PushStatus.UNKNOWN)
    return Recalled(have, stopped, tuple(db.exec(unknown.order_by(col(Member.id)))))


def _unplanned(db: Session, rules: Rules, broadcast: Broadcast, now: datetime) -> int:
    if broadcast.planned_to is None:
        return 0
    audience, given = member_ids(db, broadcast.audience, rules.hours.day(now))
    rest = audience.where(*reachable(), col(Member.id) > broadcast.planned_to).subquery()
    return db.connection().execute(select(func.count()).select_from(rest), given).scalar_one()


def approve(db: Session, path: str, now: datetime) -> list[tuple[Broadcast, int]]:
    """Opens what waits for the secretary's word in the sub-tree `path`; each with the number of its pushes."""
    query = (
        select(Broadcast)
        .join(Branch, col(Branch.id) == col(Broadcast.branch_id))
        .where(Broadcast.state == BroadcastState.WAITING, col(Broadcast.show_until) > now)
        .where(col(Branch.path).startswith(path))
        .order_by(col(Broadcast.id))
    )
    opened = []
    for broadcast in db.exec(query).all():
        assert broadcast.id is not None
        broadcast.state = BroadcastState.OPEN
        db.add(broadcast)
        counts = owed.counts(db.connection(), broadcast.id)
        opened.append((broadcast, sum(counts.get(status, 0) for status in UNSENT)))
    return opened


def pause(db: Session, branch_id: int, by: int | None, now: datetime) -> bool:
    """Stops every push of a sub-tree, whoever sent it; False if it was paused already."""
    if db.get(Pause, branch_id) is not None:
        return False
    db.add(Pause(branch_id=branch_id, at=now, by_member_id=by))
    return True


def resume(db: Session, branch_id: int, now: datetime) -> int | None:
    """Lets pushes leave again; how many are due now and not too late, or None if nothing was paused here."""
    paused = db.get(Pause, branch_id)
    if paused is None:
        return None
    db.delete(paused)
    db.flush()
    path = db.get_one(Branch, branch_id).path
    query = (
        select(func.count())
        .select_from(Push)
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .join(Member, col(Member.id) == col(Push.member_id))
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .where(Push.status == PushStatus.DUE, claim.is_open(now), claim.not_paused())
        .where(col(Broadcast.ring_until) > now, col(Branch.path).startswith(path))
    )
    return db.exec(query).one()


def progress(db: Session, broadcast_id: int) -> dict[PushStatus, int]:
    """How far a broadcast is: the number of its pushes by status."""
    return owed.counts(db.connection(), broadcast_id)


def resend_unknown(db: Session, broadcast_id: int) -> int:
    """Sends those again of whom nobody knows whether they got it: a person took the risk of a second copy."""
    return claim.resend_unknown(db.connection(), broadcast_id)
