"""Claim, send, record: the only place from which pushes leave by themselves. (`ride_along.py` is the other way out.)

One conductor a process keeps at most `concurrency` calls in flight. Each of its commits records all sends that have
finished and marks the next rows `sending`, just before their calls: so however large the claim, a dying process
leaves at most that many rows of which nobody knows whether they arrived.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from models import claim, halt, sending
from models.database import running_now
from models.halt import Halt, HaltKind
from models.writer import Writer
from scheduler import halts
from scheduler.allowance import Allowance, Shortage
from scheduler.clock import Clock
from scheduler.messenger import Messenger, Outcome, Outgoing, Result
from scheduler.routes import Account, Route
from scheduler.rules import Rules
from scheduler.settle import KEY_LASTS, Finished, grant_of, record
from scheduler.solemn import hold
from scheduler.sorting import LEASE, Found, Ready, Sorting, claim_due

logger = logging.getLogger(__name__)

# One run of the loop ends after so many commits, so that a steady stream can't keep a caller for ever.
MOST_STEPS = 1_000_000


class Deliverer:
    """Sends what is due. `account` is asked each time, since the demo changes it.

    `identity` tells this account and its credentials from others, without betraying them: what the platform refused
    to others doesn't hold this one back. `alone` says that no other process sends from this database (SQLite):
    whatever another owner left in flight is then known to be lost at once, without waiting for its lease. `alarm` tells
    the operator of a halt that doesn't pass by itself.
    """

    def __init__(
        self,
        writer: Writer[Any],
        messenger: Messenger,
        clock: Clock,
        rules: Rules,
        account: Callable[[], Account],
        *,
        alone: bool,
        identity: str = "",
        alarm: Callable[[Halt], None] = lambda _halt: None,
    ) -> None:
        self.owner = secrets.token_hex(8)
        self._writer = writer
        self._messenger = messenger
        self._clock = clock
        self._rules = rules
        self._account = account
        self._alone = alone
        self._identity = identity
        self._alarm = alarm
        self._rests_until = datetime.min.replace(tzinfo=UTC)
        self._allowance = Allowance(rules.sends_per_minute, rules.sends_per_day)
        # As they were when this process last claimed, and what it has found out itself since.
        self._halts: list[Halt] = []
        self._queue: list[Ready] = []
        self._in_flight: dict[asyncio.Task[Outcome], Ready] = {}
        self._finished: list[Finished] = []
        self._began = False
        self._stopping = False
        self._one_at_a_time = asyncio.Lock()

    async def deliver(self) -> int:
        """Sends everything that is due, and returns how many sends that were; ends when nothing more can leave now.

        Called again while it runs, it waits for the running one and then looks again.
        """
        async with self._one_at_a_time:
            await self._writer.run(self._find_lost)
            self._began = True
            sent = 0
            for _ in range(MOST_STEPS):
                found, chosen, recorded = await self._fill(), self._next(), len(self._finished)
                sent += await self._commit(chosen)
                # What was just recorded may be due again, by another route.
                if not (found or chosen or recorded or self._in_flight):
                    break
                await self._wait()
            return sent

    async def close(self) -> None:
        """Sends nothing more, waits for what is in flight, records it, and gives back what was only claimed."""
        self._stopping = True
        await self.deliver()
        await self._return_queue()

    @property
    def _room(self) -> int:
        if self._stopping or self._clock.now() < self._rests_until:
            return 0
        return self._rules.concurrency - len(self._in_flight)

    @property
    def _us(self) -> str:
        """The account as halts know it."""
        return halts.account_key(self._identity, self._account())

    def _find_lost(self, db: Session) -> None:
        connection = db.connection()
        lost = claim.lose(connection, running_now(connection))
        if self._alone and not self._began:
            lost += claim.inherit(connection, self.owner)
        if lost:
            logger.warning("%d pushes were in flight when their process died: unknown, and not sent again", lost)

    def _release(self, db: Session) -> None:
        claim.release(db.connection(), self.owner)

    async def _fill(self) -> int:
        """Claims more if there is room for more than is waiting; returns how many rows that looked at."""
        if self._queue and self._rules.hours.quiet(self._clock.now()):
            # The night began while these waited for their turn: looked at anew, they wait for the morning.
            await self._return_queue()
        if len(self._queue) >= self._room:
            return 0
        found = await self._writer.run(self._claim)
        self._queue += found.sendable
        return found.claimed

    def _claim(self, db: Session) -> Found:
        now, us = self._clock.now(), self._us
        known = self._halts = halt.read(db.connection())
        if halts.holding(known, halts.EVERYTHING, us, now):
            # Nothing is touched: afterwards each row is as late as it is then.
            return Found()

        def halted(route: Route) -> Halt | None:
            return halts.holding(known, route, us, now) if known else None

        queued = Counter(ready.openid for ready in self._queue if ready.route is Route.CUSTOM)
        held = hold(db.connection(), self._rules, now)
        sorting = Sorting(now, self._account(), self._rules, halted, self._fits, lambda openid: queued[openid], held)
        return claim_due(db, self.owner, sorting)

    async def _commit(self, chosen: Sequence[Ready]) -> int:
        """Records what has finished and marks what was chosen, in one commit; then makes those calls."""
        finished = list(self._finished)
        if not finished and not chosen:
            return 0
        marked, shortage = await self._writer.run(lambda db: self._record_and_mark(db, finished, chosen))
        # Only now, because a commit that failed has recorded nothing and marked nothing.
        del self._finished[: len(finished)]
        done_with = {id(ready) for ready in chosen}
        self._queue = [ready for ready in self._queue if id(ready) not in done_with]
        for ready in marked:
            self._in_flight[asyncio.create_task(self._send(ready))] = ready
        if shortage is not None:
            await self._run_short(shortage)
        return len(marked)

    def _record_and_mark(
        self, db: Session, finished: Sequence[Finished], chosen: Sequence[Ready]
    ) -> tuple[list[Ready], tuple[Route, Shortage] | None]:
        """Returns the messages that may go, each with those of its pushes that still may."""
        connection, now = db.connection(), self._clock.now()
        granted, shortage = self._allowed(connection, chosen, now)
        sending.lock(connection, {done.openid for done in finished} | {ready.openid for ready in granted})
        record(connection, self.owner, finished, now, self._rules)
        running = running_now(connection)
        messages = [self._message(ready, running) for ready in granted]
        ids = sending.mark(connection, self.owner, messages, now, running + LEASE)
        marked = [left for ready in granted if (left := ready.only(ids))]
        gone = Counter(ready.route for ready in granted) - Counter(ready.route for ready in marked)
        for route, count in gone.items():
            self._allowance.give_back(route, count, now)
        return marked, shortage

    def _allowed(
        self, connection: Connection, chosen: Sequence[Ready], now: datetime
    ) -> tuple[list[Ready], tuple[Route, Shortage] | None]:
        """As many as the operator's limits allow, and the route and limit that stopped the others."""
        allowed: list[Ready] = []
        for route, wanted in Counter(ready.route for ready in chosen).items():
            count, shortage = self._allowance.take(connection, route, wanted, now)
            allowed += [ready for ready in chosen if ready.route is route][:count]
            if shortage is not None:
                return allowed, (route, shortage)
        return allowed, None

    def _message(self, ready: Ready, running: datetime) -> sending.Message:
        key = grant_of(ready.pushes, self._rules) if ready.route is Route.SUBSCRIPTION else None
        return sending.Message(
            ids=tuple(push.id for push in ready.pushes),
            openid=ready.openid,
            route=ready.route,
            grant=key[1] if key else "",
            repeat_until=running + KEY_LASTS if ready.route is Route.TEMPLATE else None,
        )

    def _next(self) -> list[Ready]:
        """The next to send: one at a time to each follower, so that an oath never overtakes its greeting."""
        chosen: list[Ready] = []
        busy = {ready.openid for ready in self._in_flight.values()}
        for ready in self._queue:
            if len(chosen) == self._room:
                break
            if ready.openid not in busy:
                busy.add(ready.openid)
                chosen.append(ready)
        return chosen

    def _fits(self, route: Route, pushes: Sequence[Outgoing]) -> bool:
        try:
            return self._messenger.fits(route, pushes)
        except Exception:  # The border of a delivery: one push that can't be worded must not keep up all others.
            logger.exception("push %d can't be worded", pushes[-1].id)
            return False

    async def _send(self, ready: Ready) -> Outcome:
        try:
            return await self._messenger.send(ready.route, ready.pushes)
        except Exception:  # The border of a delivery: we don't know how far it came, and the others must go on.
            logger.exception("push %d", ready.pushes[0].id)
            return Outcome(Result.UNKNOWN)

    async def _wait(self) -> None:
        """Until a send has finished, if any is in flight."""
        if not self._in_flight:
            return
        done, _ = await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            ready = self._in_flight.pop(task)
            outcome = task.result()
            self._finished.append(Finished(ready.pushes, ready.route, outcome, ready.attempts + 1, ready.pinned))
            await self._heed(outcome, ready.route)

    async def _heed(self, outcome: Outcome, route: Route) -> None:
        """Draws from an outcome what it means for the sends after it."""
        now = self._clock.now()
        if halts.after(self._halts, outcome, route, self._us, now):
            await self._halt(outcome, route, now)
        elif self._halts and outcome.result is Result.ACCEPTED:
            await self._lift(halts.over(self._halts, route, self._us, now))

    async def _halt(self, outcome: Outcome, route: Route, now: datetime) -> None:
        """Nothing more leaves by this route until the halt ends: what is claimed goes back, and is looked at anew."""

        def begin(db: Session) -> Halt | None:
            # Asked again, because another process may have been told the same meanwhile.
            known = halt.read(db.connection())
            begun = halts.after(known, outcome, route, self._us, now)
            is_news = begun is not None and halt.put(db.connection(), begun)
            self._halts = halt.read(db.connection())
            return begun if is_news else None

        if news := await self._writer.run(begin):
            log = logger.error if news.kind in halts.SERIOUS else logger.warning
            log("%s", halts.told(news))
            if news.kind in halts.SERIOUS:
                self._alarm(news)
        await self._return_queue()

    async def _lift(self, names: list[str]) -> None:
        if not names:
            return
        self._halts = [one for one in self._halts if one.name not in names]
        for name in await self._writer.run(lambda db: halt.lift(db.connection(), names)):
            logger.info("%s works again", name)

    async def _run_short(self, short: tuple[Route, Shortage]) -> None:
        """A limit of the operator's is reached: that of the day is as good as the platform's own."""
        route, shortage = short
        if shortage.kind is HaltKind.QUOTA:
            await self._heed(Outcome(Result.QUOTA_SPENT), route)
        else:
            self._rests_until = shortage.until
        await self._return_queue()

    async def _return_queue(self) -> None:
        self._queue.clear()
        await self._writer.run(self._release)
