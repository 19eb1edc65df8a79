"""`broadcast --mass`: an operator orders the rest of a broadcast by mass message, and sees whether it was taken."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

from sqlmodel import Session, col, select

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line, Progress
from bot.handlers.mass import refusal
from models.audit import note
from models.broadcast import Broadcast
from models.mass import UNDECIDED, MassSend, MassState
from scheduler.mass import order, rest

PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.3


async def send_mass(product: Product, *, broadcast_id: int, digest: str, grace: int | None) -> AsyncIterator[Event]:
    """Orders a mass message for exactly the people of the digest, and follows it until the platform has taken it."""
    rules = product.rules if grace is None else replace(product.rules, grace_seconds=grace)

    def work(db: Session) -> list[int]:
        now, broadcast = product.clock.now(), db.get(Broadcast, broadcast_id)
        if broadcast is None:
            raise CommandError("broadcast_missing", id=broadcast_id)
        account = product.means.account
        found = rest(db, broadcast, account, product.rules, now)
        if found.refusal:
            raise CommandError("mass_refused", reason=refusal(product.texts, found))
        if found.digest != digest:
            raise CommandError("audience_changed")
        ids = order(db, broadcast, found, by=None, account=account, rules=rules, now=now)
        note(db, "mass", at=now, by=None, broadcast=broadcast_id, count=len(found.people), parts=ids)
        return ids

    ids = await product.writer.run(work)
    async for event in _follow(product, ids, rules.grace_seconds):
        yield event


async def _follow(product: Product, ids: list[int], grace: int) -> AsyncIterator[Event]:
    until = time.monotonic() + grace + PATIENCE_SECONDS
    while True:
        rows = await asyncio.to_thread(_rows, product, ids)
        decided = [row for row in rows if row.state not in UNDECIDED]
        if len(decided) == len(rows) or time.monotonic() > until:
            break
        yield Progress(len(decided), len(rows), product.texts("commands.broadcast_sending"))
        await asyncio.sleep(_LOOK_SECONDS)
    for row in rows:
        good = row.state in (MassState.ACCEPTED, MassState.DONE)
        words = product.texts(f"commands.mass_{row.state}", part=row.part, errcode=row.errcode or "-")
        yield Line(words, "good" if good else "warning")
    taken = all(row.state in (MassState.ACCEPTED, MassState.DONE) for row in rows)
    yield Ended(0 if taken else 1)


def _rows(product: Product, ids: list[int]) -> list[MassSend]:
    with product.database.reading() as db:
        rows = list(db.exec(select(MassSend).where(col(MassSend.id).in_(ids)).order_by(col(MassSend.id))))
        db.expunge_all()
        return rows
