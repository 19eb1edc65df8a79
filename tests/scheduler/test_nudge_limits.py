"""Nudges by several processes at once: whatever happens, nobody gets more than the rules allow."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from models import owed, preference
from models.branch import plant
from models.broadcast import BroadcastKind
from models.plan import Plan
from models.writer import Writer
from scheduler.calendar import ONE_DAY
from scheduler.clock import Clock
from scheduler.deliver import Deliverer
from scheduler.messenger import Outcome, Outgoing
from scheduler.routes import Account, Route
from scheduler.tick import tick
from tests.scheduler.nudging import FAR, checks_in, plan, somebody, writes
from tests.scheduler.stage import RULES, Postman, Stage, at


class Witness(Postman):
    """Keeps who was sent something when, by the clock of the process that sent it."""

    def __init__(self, clock: Clock, seen: list[tuple[datetime, int]]) -> None:
        super().__init__()
        self._clock, self._seen = clock, seen

    async def send(self, route: Route, pushes: Sequence[Outgoing]) -> Outcome:
        self._seen += [(self._clock.now(), push.member_id) for push in pushes]
        return await super().send(route, pushes)


class Process:
    """A writer, a clock that may be behind, and the two steps of the engine."""

    def __init__(self, stage: Stage, seen: list[tuple[datetime, int]], behind: timedelta) -> None:
        self.writer: Writer[Any] = Writer(stage.database)
        self.writer.start()
        self.clock = _Still(stage, behind)
        witness = Witness(self.clock, seen)
        self.deliverer = Deliverer(
            self.writer, witness, self.clock, RULES, lambda: Account.VERIFIED_SERVICE, alone=False
        )

    async def run(self) -> None:
        await tick(self.writer, RULES, self.clock.now())
        await self.deliverer.deliver()


class _Still(Clock):
    def __init__(self, stage: Stage, behind: timedelta) -> None:
        super().__init__()
        self.at, self._behind = at(1, 0), behind

    def now(self) -> datetime:
        return self.at - self._behind


async def test_processes_at_once_nudge_everybody_once(stage: Stage) -> None:
    people = [somebody(stage, f"成员{number}") for number in range(40)]
    plan(stage)
    seen: list[tuple[datetime, int]] = []
    processes = [Process(stage, seen, timedelta(seconds=3 * number)) for number in range(3)]
    for day in (1, 2, 3):
        for process in processes:
            process.clock.at = at(day, 20, 31)
        await asyncio.gather(*(process.run() for process in processes))
        assert sorted(member_id for _, member_id in seen) == sorted(people * min(day, 2))
    for process in processes:
        process.writer.stop()


Step = tuple[str, int]

acts = st.one_of(
    st.tuples(st.sampled_from(["write", "write", "check in", "off", "seldom", "back"]), st.just(0)),
    st.tuples(st.just("leave"), st.integers(0, 4)),
    # Their own hour, the night included.
    st.tuples(st.just("on"), st.integers(0, 23)),
)
# Minutes until something happens again: mostly a day, so that many evenings pass, or a jump over some.
waits = st.tuples(st.just("wait"), st.sampled_from([7, 90, 600, 1380, 1440, 1440, 1440, 1441, 4000]))
steps = st.lists(st.one_of(waits, waits, waits, acts), min_size=12, max_size=40)


class History:
    """One member's story on the stage, and what may happen in it by the rules, told without the code's help."""

    def __init__(self, stage: Stage, processes: list[Process], seen: list[tuple[datetime, int]]) -> None:
        self.stage, self.processes, self.seen = stage, processes, seen
        branch = stage.write(lambda db: plant(db, f"支部{len(stage.all_broadcasts())}-{id(self)}").id)
        assert branch is not None
        self.now = at(1, 6)
        self.plan = plan(stage, branch, at(1, 0))
        self.member_id = stage.reachable("甲", branch, until=FAR)
        self.asked, self.seldom, self.away_until = False, False, date.min
        self.studied: set[date] = set()
        self.sent: list[datetime] = []
        self.since_last_word = 0

    @property
    def day(self) -> date:
        return RULES.hours.study_day(self.now)

    def choose(self, **chosen: Any) -> None:
        self.stage.write(lambda db: preference.choose(db, self.member_id, **chosen))

    def withdraw(self) -> None:
        self.stage.write(lambda db: owed.withdraw(db.connection(), self.member_id, BroadcastKind.NUDGE))

    def write(self) -> None:
        writes(self.stage, self.member_id, self.now)
        self.since_last_word = 0

    async def happens(self, step: Step) -> None:
        # Nothing happens at the same moment as something else.
        self.now += timedelta(seconds=20)
        kind, number = step
        if kind == "wait":
            self.now += timedelta(minutes=number)
        else:
            self.write()
            getattr(self, f"_{kind.replace(' ', '_')}", lambda number: None)(number)
        self.now += timedelta(seconds=20)
        await self.run()

    def _check_in(self, number: int) -> None:
        checks_in(self.stage, self.member_id, self.now, self.day)
        self.studied.add(self.day)

    def _on(self, hour: int) -> None:
        self.asked, self.seldom = True, False
        self.choose(nudge_at=time(hour, 15), seldom=False)

    def _off(self, number: int) -> None:
        self.asked = False
        self.choose(nudge_at=None)
        self.withdraw()

    def _seldom(self, number: int) -> None:
        self.seldom = True
        self.choose(seldom=True)

    def _leave(self, days: int) -> None:
        self.away_until = self.day + days * ONE_DAY
        self.choose(away_until=self.away_until)
        self.withdraw()

    def _back(self, number: int) -> None:
        self.away_until = date.min
        self.choose(away_until=None)

    async def run(self) -> None:
        before = len(self.seen)
        for process in self.processes:
            process.clock.at = self.now
        await asyncio.gather(*(process.run() for process in self.processes))
        for moment, member_id in self.seen[before:]:
            if member_id == self.member_id:
                self.judge(moment)

    def judge(self, moment: datetime) -> None:
        """One nudge, by every rule there is."""
        day = RULES.hours.study_day(moment)
        days = [RULES.hours.study_day(earlier) for earlier in self.sent]
        assert self.asked
        assert day > self.away_until
        assert day not in self.studied
        assert day not in days
        assert len([one for one in days if one > day - 7 * ONE_DAY]) < (1 if self.seldom else 3)
        assert self.since_last_word < 2
        assert not RULES.hours.quiet(moment)
        self.sent.append(moment)
        self.since_last_word += 1

    def ends(self) -> None:
        """The next story begins on its own: this plan fires no more."""

        def pause(db: Session) -> None:
            db.get_one(Plan, self.plan).paused = True

        self.stage.write(pause)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=steps)
def test_whatever_happens_the_limits_hold(stage: Stage, histories: list[Step]) -> None:
    seen: list[tuple[datetime, int]] = []
    processes = [Process(stage, seen, behind) for behind in (timedelta(), timedelta(seconds=10))]

    async def play() -> None:
        history = History(stage, processes, seen)
        await history.happens(("on", 20))
        for step in histories:
            await history.happens(step)
        history.ends()

    try:
        asyncio.run(play())
    finally:
        for process in processes:
            process.writer.stop()
