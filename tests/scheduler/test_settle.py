"""What each outcome of a send means."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.database import running_now
from models.follower import Follower
from models.push import Push
from scheduler.messenger import Outcome, Result
from tests.scheduler.stage import Stage, at

LATER = timedelta(hours=30)
NINE = at(1, 9)
SENT = at(1, 9, 1)


@pytest.mark.parametrize(
    ("outcome", "status", "left"),
    [
        (Outcome(Result.UNKNOWN), "unknown unknown", 4),
        (Outcome(Result.WINDOW_OVER, 45015), "held window", 0),
        (Outcome(Result.COUNT_USED, 45047), "held count_used", 0),
        (Outcome(Result.NOT_PERMITTED, 48001), "held account", 5),
        (Outcome(Result.WRONG, 44004), "failed failed", 5),
        (Outcome(Result.UNREACHABLE, 48002, refused="blocked"), "failed blocked", 4),
        (Outcome(Result.UNREACHABLE, 43004, refused="unfollowed"), "failed not_following", 4),
    ],
)
async def test_each_outcome_has_its_consequence(stage: Stage, outcome: Outcome, status: str, left: int) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    stage.postman.says = lambda push: outcome
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert stage.statuses() == {"小爱": status}
    assert stage.window(one) == left
    (push,) = stage.pushes()
    assert push.errcode == outcome.errcode
    assert stage.read(lambda db: db.get_one(Follower, f"o{one}").refused) == outcome.refused
    assert await stage.run(SENT + timedelta(hours=1)) == []


async def test_a_busy_platform_is_asked_again_after_a_pause_and_at_last_given_up(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    stage.postman.says = lambda push: Outcome(Result.LATER, -1)
    stage.broadcast("开会。", NINE)
    for seconds in (1, 5, 30, 300):
        earliest = stage.read(_running_now) + timedelta(seconds=seconds * 0.8)
        assert await stage.run(SENT) == ["小爱"]
        latest = stage.read(_running_now) + timedelta(seconds=seconds * 1.2)
        assert stage.statuses() == {"小爱": "due retrying"}
        # However long this machine took, the pause is a fifth shorter or longer than its length, at the most.
        assert earliest <= stage.write(_end_pause) <= latest
    assert await stage.run(SENT) == ["小爱"]
    assert stage.statuses() == {"小爱": "failed failed"}
    assert await stage.run(SENT) == []


def _running_now(db: Session) -> datetime:
    return running_now(db.connection())


def _end_pause(db: Session) -> datetime:
    """As if the pause had passed; when it was to end."""
    push = db.exec(select(Push)).one()
    assert push.free_at is not None
    ends, push.free_at = push.free_at, None
    return ends


async def test_it_is_not_asked_again_before_the_pause_is_over(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    stage.postman.says = lambda push: Outcome(Result.LATER, -1)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    stage.write(_put_pause_off)
    assert await stage.run(SENT + timedelta(hours=1)) == []


def _put_pause_off(db: Session) -> None:
    db.exec(select(Push)).one().free_at = running_now(db.connection()) + timedelta(minutes=1)


async def test_a_spent_quota_parks_everything_until_midnight_in_beijing(stage: Stage) -> None:
    for number in range(30):
        stage.reachable(f"成员{number}", until=NINE + timedelta(days=3))
    stage.rules = replace(stage.rules, concurrency=2)
    stage.deliverer = stage.another_deliverer()
    stage.postman.says = lambda push: Outcome(Result.QUOTA_SPENT, 45009)
    stage.broadcast("开会。", NINE)
    tried = await stage.run(SENT)
    assert len(tried) <= 4
    assert set(stage.statuses().values()) == {"due quota"}
    stage.postman.says = lambda push: Outcome(Result.ACCEPTED)
    assert await stage.run(at(1, 20)) == []
    assert len(await stage.run(at(2, 8))) == 30
