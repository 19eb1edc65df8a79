"""Following a broadcast until nothing more can leave by itself now; and what became of everybody."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from bot.app import Product
from bot.commands.events import Ended, Event, Line, Progress
from models import claim
from models.broadcast import Broadcast
from models.push import Push, PushStatus
from scheduler import broadcasts
from scheduler.tick import tick

# The operator isn't kept waiting for ever: after so long without any progress the rest is left to the engine.
PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a broadcast is: pushes by status, those that may leave now, and whether all of them exist yet."""

    counts: dict[PushStatus, int]
    sendable: int
    planned: bool
    paused: bool

    @property
    def leaving(self) -> int:
        """How many are on their way or may go at any moment."""
        return self.sendable + self.counts.get(PushStatus.SENDING, 0)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more leaves by itself now."""
        return self.planned and not self.leaving


async def follow(product: Product, broadcast: Broadcast) -> AsyncIterator[Event]:
    """Progress until nothing more can leave by itself now; then what became of everybody."""
    assert broadcast.id is not None
    last_change, before = time.monotonic(), None
    while True:
        # One moment for both questions: between two, the grace could end and everything look settled.
        now = product.clock.now()
        standing = await asyncio.to_thread(_standing, product, broadcast.id, now)
        if standing != before or now < broadcast.starts_at:
            last_change, before = time.monotonic(), standing
        waited = time.monotonic() - last_change > PATIENCE_SECONDS
        if not standing.planned:
            await tick(product.writer, product.rules, now)
        elif now >= broadcast.starts_at and (standing.is_settled or standing.paused or waited):
            break
        yield _progress(product, broadcast, standing, now)
        await asyncio.sleep(_LOOK_SECONDS)
    for event in _result(product, broadcast, standing):
        yield event


def _progress(product: Product, broadcast: Broadcast, standing: Standing, now: datetime) -> Progress:
    if now < broadcast.starts_at:
        left = round((broadcast.starts_at - now).total_seconds())
        return Progress(0, 0, product.texts("commands.broadcast_waiting", seconds=left))
    total = sum(standing.counts.values())
    return Progress(total - standing.leaving, total, product.texts("commands.broadcast_sending"))


def _standing(product: Product, broadcast_id: int, now: datetime) -> Standing:
    with product.database.reading() as db:
        counts = broadcasts.progress(db, broadcast_id)
        due = (Push.broadcast_id == broadcast_id, Push.status == PushStatus.DUE, col(Push.run_at) <= now)
        sendable = db.exec(select(func.count()).select_from(Push).where(*due)).one()
        stopped = db.exec(select(func.count()).select_from(Push).where(*due, ~claim.not_paused())).one()
        planned = db.get_one(Broadcast, broadcast_id).planned_to is None
    return Standing(counts, sendable, planned, paused=planned and stopped > 0 and stopped == sendable)


def _result(product: Product, broadcast: Broadcast, standing: Standing) -> list[Event]:
    texts = product.texts
    lines: list[Event] = []
    for status, count in sorted(standing.counts.items()):
        key = "due_later" if status is PushStatus.DUE and not standing.sendable else str(status)
        tone: Any = "bad" if status in (PushStatus.UNKNOWN, PushStatus.FAILED) else "plain"
        lines.append(Line(texts("commands.push_count", state=texts(f"commands.push_{key}"), count=count), tone))
    if standing.counts.get(PushStatus.UNKNOWN):
        lines.append(Line(texts("commands.unknown_hint", id=broadcast.id), "warning"))
    if standing.paused:
        lines.append(Line(texts("commands.broadcast_paused"), "warning"))
    elif standing.sendable:
        lines.append(Line(texts("commands.broadcast_unfinished"), "warning"))
    return [*lines, Ended()]
