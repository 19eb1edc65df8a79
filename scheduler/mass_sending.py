"""Sends the mass messages that were ordered: each with a key, by which an uncertain call is repeated for a day.

The row and the pushes are in the database before the call, the pushes as `sending`. A process that dies in between
leaves a row whose lease runs out; whoever finds it calls again with the same key.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from sqlmodel import Session

from models import mass
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastState
from models.database import running_now
from models.follower import of_member
from models.mass import MassReceipt, MassSend, MassState
from models.pause import paused
from models.push import PushStatus
from models.writer import Writer
from scheduler.cause import Cause
from scheduler.clock import Clock
from scheduler.late_answer import owe_answer
from scheduler.mass import FEWEST, UNREACHED, by_openid
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.outgoing import shared
from scheduler.routes import Account
from scheduler.rules import Rules
from scheduler.settle import PAUSES

logger = logging.getLogger(__name__)

# A tag for many thousands is filled fifty at a time.
LEASE = timedelta(minutes=15)
# The platform remembers a key for a day; a little less, since its clock isn't ours.
KEY_LIVES = timedelta(hours=23, minutes=50)
# With the same key again sooner than a minute later it answers 45066.
REPEAT_AFTER = timedelta(seconds=65)

#: What the platform answers while it may have the job already: repeated too soon, or waiting for an admin's word.
_MAYBE_TAKEN = frozenset({45066, 89503, 89504, 89505})
_LATER = (Result.LATER, Result.TOO_FAST, Result.ACCOUNT_REFUSED)

SUCCESS = "send success"


@dataclass(frozen=True, slots=True)
class MassCall:
    """One call: `words` is the broadcast as it is the same for everybody, `tagged` whether a tag names the openids."""

    id: int
    key: str
    words: Outgoing
    openids: tuple[str, ...]
    tagged: bool
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Submitted:
    """How a call ended: the platform's number for the job, and which followers it didn't know."""

    outcome: Outcome
    msg_id: int = 0
    strangers: tuple[str, ...] = ()


class MassMessenger(Protocol):
    """What `bot` supplies. It never raises for a failed send."""

    async def submit(self, call: MassCall) -> Submitted:
        """Makes the call."""

    def report(self, mass: MassSend) -> str:
        """What whoever ordered it is told at its end."""


class MassSender:
    """A loop of the engine; any number of processes may run it."""

    name, seconds = "mass", 1.0

    def __init__(
        self,
        writer: Writer[Any],
        messenger: MassMessenger,
        clock: Clock,
        rules: Rules,
        account: Callable[[], Account],
        *,
        alone: bool,
    ) -> None:
        self._owner = secrets.token_hex(8)
        self._writer = writer
        self._messenger = messenger
        self._clock = clock
        self._rules = rules
        self._account = account
        self._inherits = alone
        self._one_at_a_time = asyncio.Lock()
        self._stopping = False

    async def run(self) -> None:
        """Heeds the receipts that have come, and makes the calls that are due."""
        async with self._one_at_a_time:
            if self._inherits:
                await self._writer.run(lambda db: mass.inherit(db.connection()))
                self._inherits = False
            await self._writer.run(self._heed_receipts)
            while not self._stopping and (call := await self._writer.run(self._begin)):
                submitted = await self._submit(call)
                await self._writer.run(partial(self._record, call=call, done=submitted))

    async def close(self) -> None:
        """Makes no further call, and waits for the one that is under way."""
        self._stopping = True
        async with self._one_at_a_time:
            pass

    async def _submit(self, call: MassCall) -> Submitted:
        try:
            return await self._messenger.submit(call)
        except Exception:  # The border of a delivery: we don't know how far it came, and the key lets us ask again.
            logger.exception("mass message %d", call.id)
            return Submitted(Outcome(Result.UNKNOWN))

    def _begin(self, db: Session) -> MassCall | None:
        """The next call, written down as made."""
        now, running = self._clock.now(), running_now(db.connection())
        if self._rules.hours.quiet(now):
            return None
        for row in mass.to_call(db, now, running):
            call = self._first(db, row, now) if row.state == MassState.ORDERED else self._again(db, row, now)
            if call is not None:
                row.owner, row.free_at = self._owner, running + LEASE
                row.attempts += 1
                # Until we have written down how it ended.
                row.uncertain = True
                return call
        return None

    def _first(self, db: Session, row: MassSend, now: datetime) -> MassCall | None:
        broadcast = db.get_one(Broadcast, row.broadcast_id)
        if broadcast.state == BroadcastState.PAUSED or paused(db, db.get_one(Branch, broadcast.branch_id).path):
            return None
        if broadcast.state != BroadcastState.OPEN or now >= broadcast.ring_until:
            row.state = MassState.CANCELLED
            return None
        assert row.id is not None
        openids = mass.take(db.connection(), row.id, UNREACHED, now, self._rules.hours.study_day(now))
        row.state, row.called_at = MassState.SENDING, now
        if len(openids) < FEWEST:
            self._give_up(db, row, MassState.CANCELLED, now)
            return None
        return self._call(db, row, openids, now)

    def _again(self, db: Session, row: MassSend, now: datetime) -> MassCall | None:
        assert row.id is not None
        assert row.called_at is not None
        openids = mass.openids(db.connection(), row.id)
        # Where nothing can have been done yet, it is the broadcast that may have become too late.
        ends = row.called_at + KEY_LIVES if row.uncertain else db.get_one(Broadcast, row.broadcast_id).ring_until
        if now >= ends or len(openids) < FEWEST:
            self._give_up(db, row, MassState.UNKNOWN if row.uncertain else MassState.FAILED, now)
            return None
        return self._call(db, row, openids, now)

    def _call(self, db: Session, row: MassSend, openids: list[str], now: datetime) -> MassCall:
        broadcast = db.get_one(Broadcast, row.broadcast_id)
        words = shared(db.connection(), broadcast, self._rules, now)
        assert row.id is not None
        return MassCall(row.id, row.key, words, tuple(openids), not by_openid(self._account()), row.uncertain)

    def _record(self, db: Session, call: MassCall, done: Submitted) -> None:
        """Writes how a call ended, unless another process has taken the row over meanwhile."""
        row = db.get(MassSend, call.id, with_for_update=True)
        if row is None or row.owner != self._owner or row.state != MassState.SENDING:
            return
        outcome, now = done.outcome, self._clock.now()
        row.owner, row.errcode, row.rid = "", outcome.errcode, outcome.rid[:64]
        if outcome.result is Result.ACCEPTED:
            self._accepted(db, row, done)
        elif outcome.result is Result.UNKNOWN or outcome.errcode in _MAYBE_TAKEN:
            row.free_at = running_now(db.connection()) + REPEAT_AFTER
        elif outcome.result in _LATER and (call.uncertain or row.attempts <= len(PAUSES)):
            pause = PAUSES[min(row.attempts, len(PAUSES)) - 1]
            row.free_at = running_now(db.connection()) + (max(pause, REPEAT_AFTER) if call.uncertain else pause)
            row.uncertain = call.uncertain
        else:
            # After an uncertain call a refusal proves nothing: the quota may have gone to that very call.
            self._give_up(db, row, MassState.UNKNOWN if call.uncertain else MassState.FAILED, now)

    def _accepted(self, db: Session, row: MassSend, done: Submitted) -> None:
        assert row.id is not None
        connection = db.connection()
        row.state, row.free_at = MassState.ACCEPTED, None
        row.uncertain, row.msg_id = False, done.msg_id
        if done.strangers:
            mass.move(connection, row.id, PushStatus.FAILED, Cause.NOT_FOLLOWING, route="", only=done.strangers)
        mass.move(connection, row.id, PushStatus.ACCEPTED, "")

    def _heed_receipts(self, db: Session) -> None:
        for row, receipt in mass.received(db):
            self._settle(db, row, receipt)
            db.delete(receipt)

    def _settle(self, db: Session, row: MassSend, receipt: MassReceipt) -> None:
        """A receipt tells how many got it, and of nobody who that was; so the pushes stay as accepted as they were."""
        row.status, row.total, row.filtered = receipt.status, receipt.total, receipt.filtered
        row.sent, row.errors = receipt.sent, receipt.errors
        if receipt.status.lower() == SUCCESS and receipt.sent:
            row.state = MassState.DONE
            self._tell(db, row)
        else:
            self._give_up(db, row, MassState.FAILED, self._clock.now())

    def _give_up(self, db: Session, row: MassSend, state: MassState, now: datetime) -> None:
        """Ends it: what nobody got waits for its members again, and of what is uncertain we say so."""
        assert row.id is not None
        row.state, row.free_at, row.owner = state, None, ""
        logger.warning("mass message %d: %s (errcode=%s rid=%s)", row.id, state, row.errcode, row.rid or "-")
        if state is MassState.UNKNOWN:
            mass.move(db.connection(), row.id, PushStatus.UNKNOWN, Cause.UNKNOWN)
        elif now >= db.get_one(Broadcast, row.broadcast_id).show_until:
            mass.move(db.connection(), row.id, PushStatus.EXPIRED, Cause.EXPIRED, route="")
        else:
            mass.move(db.connection(), row.id, PushStatus.HELD, Cause.MASS_FAILED, route="")
        self._tell(db, row)

    def _tell(self, db: Session, row: MassSend) -> None:
        ordered_by = of_member(db, row.ordered_by) if row.ordered_by else None
        if ordered_by is not None:
            owe_answer(db, ordered_by.openid, self._messenger.report(row), self._clock.now())
