"""Nudges: whom they reach and when."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import owed
from models.follower import Follower
from models.member import Status
from models.nudge import Nudge, monday
from models.pause import Pause
from models.plan import PlanKind
from scheduler.calendar import ONE_DAY
from tests.scheduler.nudging import DAYS, FAR, asks, checks_in, plan, somebody, writes
from tests.scheduler.stage import Stage, at


async def evenings(stage: Stage, first: int, last: int) -> list[int]:
    """The days of July on whose evening somebody was nudged."""
    return [day for day in range(first, last + 1) if await stage.run(at(day, 20, 31))]


async def test_after_two_without_an_answer_there_is_none_until_they_write(stage: Stage) -> None:
    member_id = somebody(stage)
    plan(stage)
    assert await evenings(stage, 1, 9) == [1, 2]
    writes(stage, member_id, at(10, 8))
    assert await evenings(stage, 10, 14) == [10, 11]


async def test_three_in_seven_days_are_all_even_if_each_is_answered(stage: Stage) -> None:
    member_id = somebody(stage)
    plan(stage)
    nudged = []
    for day in range(1, 15):
        writes(stage, member_id, at(day, 12))
        nudged += await evenings(stage, day, day)
    assert nudged == [1, 2, 3, 8, 9, 10]


async def test_the_database_has_no_place_for_a_second_on_a_day_or_a_fourth_in_a_week(stage: Stage) -> None:
    member_id, broadcast = somebody(stage), stage.broadcast("甲", at(1, 8))
    week = monday(date(2026, 7, 1))
    place: dict[str, Any] = {"member_id": member_id, "week": week, "broadcast_id": broadcast}
    stage.add(*(Nudge(day=week + (slot - 1) * ONE_DAY, slot=slot, **place) for slot in (1, 2, 3)))
    for day, slot in ((week, 2), (week + 4 * ONE_DAY, 3), (week + 4 * ONE_DAY, 4)):
        with pytest.raises(IntegrityError):
            stage.add(Nudge(day=day, slot=slot, **place))


async def test_only_those_who_are_here_and_may_be_written_to(stage: Stage) -> None:
    plan(stage)
    somebody(stage, "甲")
    stage.reachable("没有要", until=FAR)
    somebody(stage, "停用", status=Status.INACTIVE)
    stage.member("没有绑定")
    away = somebody(stage, "请假")
    asks(stage, away, away_until=date(2026, 7, 2))
    done = somebody(stage, "打过卡")
    checks_in(stage, done, at(1, 9), date(2026, 7, 1))
    refused = somebody(stage, "拒收")

    def refuse(db: Session) -> None:
        db.get_one(Follower, f"o{refused}").refused = "blocked"

    stage.write(refuse)
    assert await stage.run(at(1, 20, 31)) == ["甲"]
    assert sorted(await stage.run(at(3, 20, 31))) == ["打过卡", "甲", "请假"]


async def test_who_checks_in_between_planning_and_sending_is_left_alone(stage: Stage) -> None:
    first, _ = somebody(stage, "甲"), somebody(stage, "乙")
    plan(stage)
    stage.add(Pause(branch_id=stage.root, at=at(1, 9)))
    assert await stage.run(at(1, 20, 31)) == []
    checks_in(stage, first, at(1, 20, 35), date(2026, 7, 1))
    stage.write(lambda db: db.delete(db.get_one(Pause, stage.root)))
    assert await stage.run(at(1, 20, 40)) == ["乙"]
    assert stage.statuses() == {"甲": "cancelled not_by_status", "乙": "accepted"}
    # What wasn't sent took no place.
    assert await stage.run(at(2, 20, 31)) == ["甲", "乙"]


async def test_the_quiet_hours_hold_a_nudge_and_the_end_of_the_day_ends_it(stage: Stage) -> None:
    somebody(stage)
    plan(stage)
    stage.add(Pause(branch_id=stage.root, at=at(1, 9)))
    await stage.run(at(1, 20, 31))
    stage.write(lambda db: db.delete(db.get_one(Pause, stage.root)))
    assert await stage.run(at(1, 21, 30)) == []
    assert stage.statuses() == {"甲": "held late"}
    assert await stage.run(at(2, 7, 31)) == []
    assert stage.statuses() == {"甲": "expired expired"}
    assert await stage.run(at(2, 20, 31)) == ["甲"]


async def test_after_three_days_of_sleep_only_today_counts(stage: Stage) -> None:
    somebody(stage)
    plan(stage)
    await stage.tick(at(1, 12))
    assert await stage.run(at(4, 22)) == []
    assert await stage.run(at(5, 20, 50)) == ["甲"]
    assert len(stage.pushes()) == 2


async def test_a_branch_with_a_plan_of_its_own_may_switch_nudges_off(stage: Stage) -> None:
    quiet = stage.group("第二小组")
    somebody(stage, "甲")
    somebody(stage, "乙", branch=quiet)
    plan(stage)
    stage.plan(PlanKind.NUDGE, DAYS, at(1, 0), quiet, paused=True)
    assert await stage.run(at(1, 20, 31)) == ["甲"]


async def test_more_than_a_batch_have_the_same_hour(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "BATCH", 3)
    names = [f"成员{number}" for number in range(8)]
    for name in names:
        somebody(stage, name)
    plan(stage)
    assert sorted(await stage.run(at(1, 20, 31))) == names
