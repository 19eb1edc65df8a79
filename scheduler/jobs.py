"""What runs by itself: one table of interval jobs, in real time and in memory. Our memory is in the tables."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from models import halt, owed
from models.halt import HaltKind
from models.writer import Writer
from scheduler.cause import Cause
from scheduler.cleanup import Cleaner
from scheduler.clock import Clock
from scheduler.deliver import Deliverer
from scheduler.rules import Rules
from scheduler.tick import tick

logger = logging.getLogger(__name__)

# APScheduler's default of one second drops runs whenever the loop is busy for a moment.
MISFIRE_GRACE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds of real time."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]


class Loop(Protocol):
    """Something with its own memory that runs again and again, and has to be closed."""

    name: str
    seconds: float

    async def run(self) -> None:
        """Does what is due."""

    async def close(self) -> None:
        """Begins nothing more, and waits for what is under way."""


class Engine:
    """The clock of one process: plans, delivers, cleans up, and follows an emulator's clock where there is one."""

    def __init__(
        self,
        writer: Writer[Any],
        clock: Clock,
        rules: Rules,
        deliverer: Deliverer,
        cleaner: Cleaner,
        clock_url: str = "",
        loops: Sequence[Loop] = (),
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._rules = rules
        self._deliverer = deliverer
        self._cleaner = cleaner
        self._clock_url = clock_url
        self._loops = loops
        self._scheduler = AsyncIOScheduler()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The table. Intervals are short, since looking up what is due is cheap where nothing is."""
        jobs = (
            Job("tick", 5, self._tick),
            Job("deliver", 1, self._deliverer.deliver),
            Job("clean up", 300, self._clean),
            *(Job(loop.name, loop.seconds, loop.run) for loop in self._loops),
        )
        return (*jobs, Job("follow", 1, self._follow)) if self._clock_url else jobs

    async def catch_up(self) -> None:
        """Plans and sends what is due now, and returns when that is done: after a jump of the clock."""
        await self._tick()
        for loop in self._loops:
            await loop.run()
        await self._deliverer.deliver()

    async def start(self, names: Collection[str] | None = None) -> None:
        """Starts the jobs on the running event loop, or those of these names.

        What the account was not permitted is tried again: whoever has just been given the permission restarts.
        """
        await self._try_again(self._clock.now())
        for job in self.jobs:
            if names is not None and job.name not in names:
                continue
            self._scheduler.add_job(
                job.run,
                "interval",
                seconds=job.seconds,
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=MISFIRE_GRACE_SECONDS,
            )
        self._scheduler.start()

    async def close(self) -> None:
        """Starts nothing more, waits for the sends in flight and records them."""
        if self._scheduler.running:
            self._scheduler.pause()
        await self._deliverer.close()
        for loop in self._loops:
            await loop.close()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            # The shutdown itself runs on the loop's next turn.
            await asyncio.sleep(0)

    async def _try_again(self, now: datetime) -> None:
        if await self._writer.run(lambda db: halt.try_again(db.connection(), HaltKind.FEATURE, now)):
            while await self._writer.run(lambda db: owed.look_again(db.connection(), Cause.ACCOUNT, now)):
                pass

    async def _tick(self) -> None:
        await tick(self._writer, self._rules, self._clock.now())

    async def _clean(self) -> None:
        await self._cleaner.clean(self._clock.now())

    async def _follow(self) -> None:
        await self._clock.follow_url(self._clock_url)
