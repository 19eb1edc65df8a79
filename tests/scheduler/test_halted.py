"""The engine while the platform doesn't let it: what waits, what is tried again, who is told, and nothing is lost."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from models import halt
from models.halt import Halt, HaltKind
from models.library import Topic
from models.plan import PlanKind
from scheduler.deliver import Deliverer
from scheduler.messenger import Outcome, Result
from tests.scheduler.stage import MORNING, MORNINGS, Postman, Stage, at

NINE = at(1, 9)
SENT = at(1, 9, 1)
TOMORROW = at(2, 9, 2)
FROZEN = Outcome(Result.ACCOUNT_REFUSED, 50007, "rid-1")
FORBIDDEN = Outcome(Result.NOT_PERMITTED, 48001)
TOO_FAST = Outcome(Result.TOO_FAST, 45011)
SPENT = Outcome(Result.QUOTA_SPENT, 45009)


def people(stage: Stage, count: int) -> None:
    """So many who can be written to for days."""
    for number in range(count):
        stage.reachable(f"成员{number}", until=NINE + timedelta(days=9))


def says(stage: Stage, outcome: Outcome) -> None:
    stage.postman.says = lambda push: outcome


def put(stage: Stage, one: Halt) -> bool:
    return stage.write(lambda db: halt.put(db.connection(), one))


def known(stage: Stage) -> dict[str, HaltKind]:
    return {one.name: one.kind for one in stage.read(lambda db: halt.read(db.connection()))}


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def process(stage: Stage, postman: Postman, **options: Any) -> Deliverer:
    """Another process on the same database."""
    return Deliverer(
        stage.writer, postman, stage.clock, stage.rules, lambda: stage.account, **{"alone": False, **options}
    )


async def delivers(stage: Stage, deliverer: Deliverer, now: datetime) -> int:
    await stage.tick(now)
    return await deliverer.deliver()


async def test_too_fast_rests_a_minute_and_nobody_is_given_up(stage: Stage) -> None:
    people(stage, 3)
    says(stage, TOO_FAST)
    stage.broadcast("开会。", NINE)
    now = SENT
    for _ in range(8):
        assert len(await stage.run(now)) == 3
        assert set(stage.statuses().values()) == {"due retrying"}
        assert await stage.run(now + timedelta(seconds=30)) == []
        # The clock runs on while a slow machine sends.
        now += timedelta(seconds=120)
    says(stage, Outcome(Result.ACCEPTED))
    assert len(await stage.run(now)) == 3
    assert known(stage) == {}


async def test_what_this_account_may_not_do_is_switched_off_for_a_day_and_told_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    people(stage, 30)
    stage.rules = replace(stage.rules, concurrency=2)
    stage.deliverer = stage.another_deliverer()
    says(stage, FORBIDDEN)
    stage.broadcast("开会。", NINE)
    assert len(await stage.run(SENT)) <= 2
    assert set(stage.statuses().values()) == {"held account"}
    assert known(stage) == {"custom": HaltKind.FEATURE}
    assert await stage.run(SENT + timedelta(hours=2)) == []
    # A day later one more try: refused again, and not told again.
    stage.broadcast("再开会。", TOMORROW)
    assert len(await stage.run(TOMORROW + timedelta(minutes=1))) <= 2
    (told,) = errors(caplog)
    assert told.startswith("custom is halted until 2026-07-02 09:01 Beijing time: ")
    says(stage, Outcome(Result.ACCEPTED))
    stage.broadcast("第三次。", at(3, 10))
    assert len(await stage.run(at(3, 10, 1))) == 30
    assert known(stage) == {}


async def test_a_refused_account_parks_everything_and_loses_nothing(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    people(stage, 30)
    stage.rules = replace(stage.rules, concurrency=2)
    stage.deliverer = stage.another_deliverer()
    says(stage, FROZEN)
    stage.broadcast("开会。", NINE)
    tried = await stage.run(SENT)
    assert len(tried) <= 2
    # Far less often than there are pushes, and ever more seldom.
    for minutes in range(0, 120):
        tried += await stage.run(SENT + timedelta(minutes=minutes))
    assert len(tried) <= 2 * 8
    assert {status.split()[0] for status in stage.statuses().values()} == {"due"}
    assert len(errors(caplog)) == 1
    assert "50007" in errors(caplog)[0]
    says(stage, Outcome(Result.ACCEPTED))
    assert len(await stage.run(SENT + timedelta(hours=4))) == 30
    assert set(stage.statuses().values()) == {"accepted"}


async def test_afterwards_each_plan_decides_whether_it_is_too_late(stage: Stage) -> None:
    """A topic may ring until noon, a broadcast as long as it is shown."""
    people(stage, 1)
    stage.add(*_topics())
    stage.plan(PlanKind.TOPIC, MORNINGS, next_at=MORNING)
    says(stage, FROZEN)
    stage.broadcast("开会。", MORNING - timedelta(minutes=5))
    assert len(await stage.run(MORNING)) == 1
    says(stage, Outcome(Result.ACCEPTED))
    assert await stage.run(at(1, 13)) == ["成员0"]
    assert sorted(f"{push.status} {push.cause}".strip() for push in stage.pushes()) == ["accepted", "held late"]


def _topics() -> list[Any]:
    return [Topic(title="甲"), Topic(title="乙")]


async def test_what_could_not_ring_after_the_halt_is_held_at_once(stage: Stage) -> None:
    people(stage, 2)
    stage.add(*_topics())
    stage.plan(PlanKind.TOPIC, MORNINGS, next_at=MORNING)
    stage.rules = replace(stage.rules, concurrency=1)
    stage.deliverer = stage.another_deliverer()
    says(stage, SPENT)
    assert len(await stage.run(MORNING)) == 1
    assert set(stage.statuses().values()) == {"held late"}


async def test_all_processes_go_by_what_one_has_found_out(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    people(stage, 5)
    says(stage, SPENT)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    other = Postman()
    stage.broadcast("再开会。", SENT)
    assert await delivers(stage, process(stage, other), SENT + timedelta(minutes=5)) == 0
    assert len(errors(caplog)) == 1
    assert await delivers(stage, process(stage, other), TOMORROW) == 10


async def test_of_two_processes_that_find_out_at_once_one_tells(stage: Stage) -> None:
    now = SENT.astimezone()
    one = Halt(name="custom", kind=HaltKind.QUOTA, since=now, until=at(2, 0), errcode=45009, account="a")
    assert put(stage, one) is True
    assert put(stage, one) is False
    # Another reason, another account and another day are news; a try that was refused again is not.
    other = {"errcode": 45028}, {"account": "b"}, {"since": at(2, 8), "until": at(3, 0), "account": "b"}
    for change in other:
        changed = Halt(**{**one.model_dump(), "errcode": 45028, **change})
        assert put(stage, changed) is True
    again = Halt(**{**changed.model_dump(), "since": at(3, 8), "until": at(4, 0), "times": 2})
    assert put(stage, again) is False
    assert stage.read(lambda db: halt.read(db.connection())) == [again]


async def test_a_process_that_hears_late_does_not_shorten_a_halt(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    people(stage, 4)
    stage.rules = replace(stage.rules, concurrency=1)
    late, quick = Postman(), Postman()
    late.says = quick.says = lambda push: FROZEN
    late.gate.clear()
    stage.broadcast("开会。", NINE)
    await stage.tick(SENT)
    running = asyncio.create_task(process(stage, late).deliver())
    await late.has(1)
    # Of the rows the late one has claimed, the quick one gets none: they want some of their own.
    stage.reachable("小爱", until=NINE + timedelta(days=9))
    stage.broadcast("再开会。", NINE)
    other = process(stage, quick)
    for minutes in (0, 2, 5):
        await delivers(stage, other, SENT + timedelta(minutes=minutes))
    late.gate.set()
    await running
    (one,) = stage.read(lambda db: halt.read(db.connection()))
    assert (one.times, (one.until - SENT) // timedelta(minutes=1)) == (3, 9)
    assert len(errors(caplog)) == 1


async def test_a_success_that_was_under_way_does_not_end_a_halt(stage: Stage) -> None:
    people(stage, 2)
    outcomes = [SPENT, Outcome(Result.ACCEPTED)]
    stage.postman.says = lambda push: outcomes.pop(0)
    stage.broadcast("开会。", NINE)
    assert len(await stage.run(SENT)) == 2
    assert known(stage) == {"custom": HaltKind.QUOTA}


async def test_a_halt_ends_when_the_account_or_its_credentials_change(stage: Stage) -> None:
    people(stage, 2)
    postman = Postman()
    postman.says = lambda push: FROZEN
    stage.broadcast("开会。", NINE)
    assert await delivers(stage, process(stage, postman, identity="old"), SENT) == 2
    assert await delivers(stage, process(stage, postman, identity="old"), SENT + timedelta(seconds=30)) == 0
    postman.says = lambda push: Outcome(Result.ACCEPTED)
    assert await delivers(stage, process(stage, postman, identity="new"), SENT + timedelta(seconds=30)) == 2
    assert known(stage) == {}


async def test_the_operators_limit_of_a_minute_holds_for_all_processes(stage: Stage) -> None:
    people(stage, 50)
    stage.rules = replace(stage.rules, sends_per_minute=20)
    stage.broadcast("开会。", NINE)
    postmen = Postman(), Postman()
    for minute in range(4):
        now = SENT + timedelta(minutes=minute)
        for postman in postmen:
            await delivers(stage, process(stage, postman), now)
        assert sum(len(postman.sent) for postman in postmen) == min(50, 20 * (minute + 1))
    assert set(stage.statuses().values()) == {"accepted"}


async def test_the_operators_limit_of_a_day_parks_until_midnight_in_beijing(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    people(stage, 12)
    stage.rules = replace(stage.rules, sends_per_day=10)
    stage.deliverer = stage.another_deliverer()
    stage.broadcast("开会。", NINE)
    assert len(await stage.run(SENT)) == 10
    assert sorted(stage.statuses().values()) == ["accepted"] * 10 + ["due quota"] * 2
    assert "limits.sends_per_day is reached" in errors(caplog)[0]
    # What a restarted process doesn't remember, the tally does.
    assert await delivers(stage, stage.another_deliverer(), at(1, 20)) == 0
    assert len(await stage.run(at(2, 8))) == 2
