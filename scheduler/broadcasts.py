"""An admin's broadcasts, and what admins do to any: take back, let go, pause, resume."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from models import claim, owed
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.member import Member
from models.pause import Pause
from models.push import UNSENT, Push, PushStatus
from scheduler.audience import member_ids, reachable, these
from scheduler.cause import Cause
from scheduler.rules import Rules

TRIAL_LASTS = timedelta(hours=1)


def confirmed(
    db: Session,
    rules: Rules,
    *,
    branch_id: int,
    author_id: int | None,
    text: str,
    audience: Mapping[str, Any],
    now: datetime,
    asks: bool = False,
    starts_at: datetime | None = None,
    content: Mapping[str, Any] | None = None,
) -> Broadcast:
    """A new broadcast of a text, signed by branch and author, that starts after the grace in which it can be recalled.

    It starts later than that if `starts_at` is later. `content` is what there is besides the text: a card, a picture
    (see `bot/content.py`), `asks` for an answer 「收到」. `audience` as in `scheduler.audience`. A `tick` before it
    starts writes its pushes.
    """
    starts_at = max(now + timedelta(seconds=rules.grace_seconds), starts_at or now)
    # What an admin has to say stays worth ringing for as long as it is shown; the night only delays it.
    ends = rules.shown_for(starts_at, rules.broadcast_show_days)
    broadcast = Broadcast(
        kind=BroadcastKind.TEXT,
        facts={"text": text, **(content or {}), **({"asks": True} if asks else {})},
        branch_id=branch_id,
        author_id=author_id,
        audience=dict(audience),
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
    mine = running(now).where(Broadcast.author_id == author_id)
    return next((one for one in db.exec(mine) if not one.facts.get("trial")), None)


def running(now: datetime) -> SelectOfScalar[Broadcast]:
    """A query for the admins' broadcasts that are neither recalled nor over, the latest first."""
    unsettled = (col(Broadcast.state).in_(owed.RUNNING), col(Broadcast.show_until) > now)
    query = select(Broadcast).where(Broadcast.kind == BroadcastKind.TEXT, *unsettled)
    return query.order_by(col(Broadcast.id).desc())


def trial(
    db: Session,
    rules: Rules,
    *,
    member: Member,
    branch_id: int,
    author_id: int | None,
    facts: Mapping[str, Any],
    now: datetime,
) -> Broadcast:
    """A broadcast to one person who wants to see it first: at once, and of no concern to anybody else."""
    assert member.id is not None
    at_once = replace(rules, grace_seconds=0)
    content = {**facts, "trial": True}
    sent = confirmed(
        db,
        at_once,
        branch_id=branch_id,
        author_id=author_id,
        text=facts["text"],
        audience=these([member.id]),
        now=now,
        content=content,
    )
    # What isn't seen within the hour was a trial of something else.
    sent.ring_until = sent.show_until = now + TRIAL_LASTS
    return sent


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
        # An admin's own broadcast waits for another admin, see `scheduler.approvals`.
        .where(col(Broadcast.plan_id).is_not(None))
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


def hold(broadcast: Broadcast) -> bool:
    """Stops what is still unsent of one broadcast until it is let go; False if it isn't running."""
    if broadcast.state != BroadcastState.OPEN:
        return False
    broadcast.state = BroadcastState.PAUSED
    return True


def let_go(broadcast: Broadcast) -> bool:
    """Lets a broadcast that was held go on; False if it wasn't."""
    if broadcast.state != BroadcastState.PAUSED:
        return False
    broadcast.state = BroadcastState.OPEN
    return True


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
