"""`broadcast`: an operator's broadcast, and sending again what may not have arrived."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Fact, Line, Progress
from bot.commands.places import find_node
from models import claim
from models.audit import note
from models.broadcast import Broadcast
from models.member import Member
from models.push import Push, PushStatus
from scheduler import audience, broadcasts
from scheduler.forecast import forecast
from scheduler.rules import Rules
from scheduler.tick import tick

# The operator isn't kept waiting for ever: after so long without any progress the rest is left to the engine.
PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.3

# What is further away than this is announced, not waited for.
LONGEST_WAIT = timedelta(minutes=10)


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


async def send_broadcast(
    product: Product, *, text: str, place: str, expected: int, at: str, grace: int | None, asks: bool = False
) -> AsyncIterator[Event]:
    """Writes a broadcast for `expected` people, and follows it until it is settled.

    `at` is an ISO time with a zone, or "" for as soon as the grace is over. `asks`: for a 「收到」. The fact
    `broadcast` is its id.
    """
    rules = product.rules if grace is None else replace(product.rules, grace_seconds=grace)
    starts_at = datetime.fromisoformat(at) if at else None
    broadcast = await product.writer.run(lambda db: _write(db, product, rules, text, place, expected, starts_at, asks))
    yield Fact("broadcast", broadcast.id)
    if broadcast.starts_at - product.clock.now() > LONGEST_WAIT:
        yield Line(product.texts("commands.broadcast_later", time=_wall(product, broadcast.starts_at)), "good")
        yield Ended()
        return
    if rules.grace_seconds:
        yield Line(product.texts("commands.broadcast_grace", seconds=rules.grace_seconds))
    async for event in _follow(product, broadcast):
        yield event


def _write(
    db: Session,
    product: Product,
    rules: Rules,
    text: str,
    place: str,
    expected: int,
    starts_at: datetime | None,
    asks: bool,
) -> Broadcast:
    now, node = product.clock.now(), find_node(db, place)
    people = audience.within(node.path)
    if forecast(db, people, product.means.account, rules, now).total != expected:
        raise CommandError("audience_changed")
    assert node.id is not None
    broadcast = broadcasts.confirmed(
        db, rules, branch_id=node.id, author_id=None, text=text, audience=people, now=now, asks=asks
    )
    if starts_at and starts_at > broadcast.starts_at:
        later = starts_at - broadcast.starts_at
        broadcast.starts_at += later
        broadcast.ring_until += later
        broadcast.show_until += later
    note(db, "broadcast", at=now, by=None, broadcast=broadcast.id, count=expected)
    db.flush()
    db.refresh(broadcast)
    db.expunge(broadcast)
    return broadcast


async def resend_unknown(product: Product, *, broadcast_id: int, expected: int) -> AsyncIterator[Event]:
    """Sends those again of whom nobody knows whether they got it: `expected` of them."""

    def work(db: Session) -> Broadcast:
        broadcast = db.get(Broadcast, broadcast_id)
        if broadcast is None or len(unknown_names(db, broadcast_id)) != expected:
            raise CommandError("audience_changed")
        broadcasts.resend_unknown(db, broadcast_id)
        note(db, "resend_unknown", at=product.clock.now(), by=None, broadcast=broadcast_id, count=expected)
        db.expunge(broadcast)
        return broadcast

    broadcast = await product.writer.run(work)
    async for event in _follow(product, broadcast):
        yield event


async def recall(product: Product, *, broadcast_id: int) -> AsyncIterator[Event]:
    """Takes a broadcast back, whole, while its grace lasts; afterwards it is only no longer waited for."""

    def work(db: Session) -> bool:
        now, broadcast = product.clock.now(), db.get_one(Broadcast, broadcast_id)
        if now >= broadcast.starts_at:
            return False
        broadcasts.recall(db, product.rules, broadcast, now)
        note(db, "recall", at=now, by=None, broadcast=broadcast_id, have=0)
        return True

    done = await product.writer.run(work)
    yield Line(product.texts("commands.recalled" if done else "commands.not_recalled"), "good" if done else "warning")
    yield Ended(0 if done else 1)


async def _follow(product: Product, broadcast: Broadcast) -> AsyncIterator[Event]:
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


def unknown_names(db: Session, broadcast_id: int) -> list[str]:
    """Of whom nobody knows whether they got a broadcast."""
    names = select(Member.name).join(Push, col(Push.member_id) == col(Member.id))
    unknown = names.where(Push.broadcast_id == broadcast_id, Push.status == PushStatus.UNKNOWN)
    return list(db.exec(unknown.order_by(col(Member.id))))


def with_unknown(db: Session) -> dict[int, int]:
    """The broadcasts that have any of these, and how many."""
    query = select(Push.broadcast_id, func.count()).where(Push.status == PushStatus.UNKNOWN)
    return dict(db.exec(query.group_by(col(Push.broadcast_id)).order_by(col(Push.broadcast_id))).all())


def _wall(product: Product, at: datetime) -> str:
    local = at.astimezone(product.rules.hours.zone)
    return product.texts.moment(local, product.clock.now().astimezone(product.rules.hours.zone))
