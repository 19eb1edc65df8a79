"""Forgetting what is no longer needed, in batches so short that nobody waits for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session, SQLModel, col

from models import erasure, owed
from models.bind_code import BindCode
from models.console import SESSION_LIFETIME, ConsoleLink, ConsoleSession
from models.departure import Departure
from models.erasure import Erasure
from models.inbound import InboundKey
from models.mass import MassCopy, MassReceipt, ordered_before
from models.open_question import OpenQuestion
from models.picture import Picture
from models.receipt import Receipt
from models.remainder import Remainder
from models.ticket import Ticket
from models.writer import Writer
from scheduler.calendar import Hours

BATCH = 1000

# A question that ran out stays a day, so that a late answer can be told that it is late.
QUESTION_DAYS = 1
REMAINDER_DAYS = 1
# By then the call that a receipt is about has come back, or its process is dead.
RECEIPT_DAYS = 1
# A mass message counts until the month is over; a receipt waits no longer than its job can last.
MASS_DAYS = 62
# Until then they count against how many may be asked for.
TICKET_DAYS = 1
# A database of this size is rewritten in well under a second.
QUICK_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept: the keys of the same names in `[privacy]`."""

    inbound_days: int = 7
    reply_minutes: int = 10
    rebind_days: int = 30
    backup_days: int = 30


class Cleaner:
    """Cleans up when it is called; remembers only how far it has come with clearing old answers."""

    def __init__(self, writer: Writer[Any], retention: Retention, hours: Hours | None = None) -> None:
        self._writer = writer
        self._kept = retention
        self._hours = hours
        self._cleared_to: datetime | None = None

    async def clean(self, now: datetime) -> None:
        """Deletes what is older than it may be, and the texts of answers that nobody asks for any more."""
        kept = self._kept
        over: list[tuple[Any, ColumnElement[bool]]] = [
            (col(InboundKey.key), col(InboundKey.at) < now - timedelta(days=kept.inbound_days)),
            (col(OpenQuestion.openid), col(OpenQuestion.expires_at) < now - timedelta(days=QUESTION_DAYS)),
            (col(Remainder.openid), col(Remainder.at) < now - timedelta(days=REMAINDER_DAYS)),
            (col(Departure.openid_digest), col(Departure.left_at) < now - timedelta(days=kept.rebind_days)),
            (col(Receipt.msg_id), col(Receipt.at) < now - timedelta(days=RECEIPT_DAYS)),
            (col(BindCode.member_id), col(BindCode.expires_at) < now),
            (col(MassCopy.mass_id), col(MassCopy.mass_id).in_(ordered_before(now - timedelta(days=MASS_DAYS)))),
            # What nobody here sent: mass messages made in the console.
            (col(MassReceipt.msg_id), col(MassReceipt.at) < now - timedelta(days=MASS_DAYS)),
            (col(Picture.id), col(Picture.kept_until) < now),
            (col(Ticket.nonce), col(Ticket.issued_at) < now - timedelta(days=TICKET_DAYS)),
            (col(ConsoleLink.digest), col(ConsoleLink.issued_at) < now - timedelta(days=TICKET_DAYS)),
            (col(ConsoleSession.digest), col(ConsoleSession.opened_at) < now - SESSION_LIFETIME),
            # Older backups, in which these people still were, are gone.
            (col(Erasure.id), col(Erasure.at) < now - timedelta(days=kept.backup_days)),
        ]
        for key, old in over:
            await self._repeat(partial(_forget, key=key, old=old))
        await self._clear_answers(now - timedelta(minutes=kept.reply_minutes))
        await self._forget_letters(now)
        await self._scrub(now)

    async def _forget_letters(self, now: datetime) -> None:
        """Of a broadcast whose words differ per reader, those that nobody needs any more."""
        for broadcast_id, shown_until in (await self._writer.run(_with_letters)).items():
            over = shown_until <= now
            await self._repeat(partial(_forget_letters, broadcast_id=broadcast_id, over=over))
            if over:
                await self._writer.run(partial(_letters_forgotten, broadcast_id=broadcast_id))

    async def _scrub(self, now: datetime) -> None:
        """Goes through the files after somebody was erased: by day only where nobody has to wait for it."""
        most_bytes = None if self._hours and self._hours.quiet(now) else QUICK_BYTES
        if await self._writer.run(erasure.unscrubbed) and await self._writer.scrub(most_bytes):
            await self._writer.run(lambda db: erasure.scrubbed(db, now, now))

    async def _clear_answers(self, until: datetime) -> None:
        old = (col(InboundKey.at) < until) & col(InboundKey.reply).is_not(None)
        if self._cleared_to is not None:
            # Keys are kept for days: without this each run would walk through all that it has cleared before.
            old &= col(InboundKey.at) >= self._cleared_to
        await self._repeat(partial(_clear, old=old))
        self._cleared_to = until

    async def _repeat(self, batch: Callable[[Session], int]) -> None:
        while await self._writer.run(batch) == BATCH:
            pass


def _forget(db: Session, key: Any, old: ColumnElement[bool]) -> int:
    some = select(key).where(old).limit(BATCH)
    table: type[SQLModel] = key.class_
    return db.connection().execute(delete(table).where(key.in_(some))).rowcount


def _clear(db: Session, old: ColumnElement[bool]) -> int:
    some = select(col(InboundKey.key)).where(old).limit(BATCH)
    # Without its answer a key need not say whose it was.
    cleared = update(InboundKey).where(col(InboundKey.key).in_(some)).values(reply=None, openid="")
    return db.connection().execute(cleared).rowcount


def _with_letters(db: Session) -> dict[int, datetime]:
    return owed.with_letters(db.connection())


def _forget_letters(db: Session, broadcast_id: int, *, over: bool) -> int:
    return owed.forget_letters(db.connection(), broadcast_id, BATCH, over=over)


def _letters_forgotten(db: Session, broadcast_id: int) -> None:
    owed.letters_forgotten(db.connection(), broadcast_id)
