"""How far a broadcast is: what became of its pushes, how fast they go, how long the rest takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlmodel import Session, col, func, select

from models import owed
from models.broadcast import Broadcast, BroadcastState
from models.push import Push, PushStatus

# The rate is that of so long before now.
LOOKED_AT = timedelta(minutes=1)

ARRIVED = (PushStatus.ACCEPTED, PushStatus.DELIVERED)


@dataclass(frozen=True, slots=True)
class Progress:
    """Pushes by status; `planned` says whether all of them exist yet, `per_second` how many were sent of late.

    `leaving` are on their way or may go at any moment; `seconds_left` is None while nobody can tell.
    """

    state: BroadcastState
    counts: Mapping[PushStatus, int]
    planned: bool
    leaving: int
    per_second: float
    seconds_left: int | None

    @property
    def total(self) -> int:
        """How many pushes there are."""
        return sum(self.counts.values())

    @property
    def arrived(self) -> int:
        """How many the platform took."""
        return sum(self.counts.get(status, 0) for status in ARRIVED)


def measure(db: Session, broadcast: Broadcast, now: datetime) -> Progress:
    """How far a broadcast is at `now`."""
    assert broadcast.id is not None
    counts = owed.counts(db.connection(), broadcast.id)
    open_ = broadcast.state == BroadcastState.OPEN and broadcast.starts_at <= now
    leaving = _due(db, broadcast.id, now) + counts.get(PushStatus.SENDING, 0) if open_ else 0
    rate = _rate(db, broadcast, now)
    planned = broadcast.planned_to is None
    left = ceil(leaving / rate) if rate else None
    return Progress(
        state=BroadcastState(broadcast.state),
        counts=counts,
        planned=planned,
        leaving=leaving,
        per_second=round(rate, 1),
        seconds_left=0 if planned and open_ and not leaving else left,
    )


def _due(db: Session, broadcast_id: int, now: datetime) -> int:
    due = (Push.broadcast_id == broadcast_id, Push.status == PushStatus.DUE, col(Push.run_at) <= now)
    return db.exec(select(func.count()).select_from(Push).where(*due)).one()


def _rate(db: Session, broadcast: Broadcast, now: datetime) -> float:
    since = max(now - LOOKED_AT, broadcast.starts_at)
    lately = (Push.broadcast_id == broadcast.id, col(Push.sent_at) >= since, col(Push.sent_at) <= now)
    count = db.exec(select(func.count()).select_from(Push).where(*lately)).one()
    return count / max((now - since).total_seconds(), 1.0)
