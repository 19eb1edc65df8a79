"""What runs by itself."""

from datetime import timedelta

import pytest

from scheduler.cleanup import Cleaner, Retention
from scheduler.jobs import Engine
from tests.scheduler.stage import Stage, at

NINE = at(1, 9)


def engine(stage: Stage, clock_url: str = "") -> Engine:
    cleaner = Cleaner(stage.writer, Retention())
    return Engine(stage.writer, stage.clock, stage.rules, stage.deliverer, cleaner, clock_url)


async def test_after_a_jump_of_the_clock_everything_due_is_sent_when_it_returns(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + timedelta(days=1))
    stage.broadcast("开会。", NINE)
    stage.clock.set(at(1, 10))
    await engine(stage).catch_up()
    assert stage.postman.names == ["小爱"]


async def test_by_itself_it_sends_what_falls_due_and_closing_it_ends_it(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + timedelta(days=1))
    stage.broadcast("开会。", NINE - timedelta(hours=1))
    stage.clock.set(NINE)
    await stage.tick(NINE)
    running = engine(stage)
    await running.start()
    await stage.postman.has(1)
    await running.close()
    assert stage.statuses() == {"小爱": "accepted"}
    stage.broadcast("再开会。", NINE - timedelta(hours=1))
    await running.catch_up()
    assert stage.postman.names == ["小爱"]


@pytest.mark.parametrize(("clock_url", "follows"), [("", False), ("http://127.0.0.1:1/_/clock", True)])
async def test_it_follows_another_clock_only_where_there_is_one(stage: Stage, clock_url: str, follows: bool) -> None:
    assert ("follow" in [job.name for job in engine(stage, clock_url).jobs]) is follows
    for job in engine(stage, clock_url).jobs:
        await job.run()
