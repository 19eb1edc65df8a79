"""Personal reminders: once for each time, moved out of the night, left out where the day has become a day off."""

from datetime import date, datetime, time
from typing import Any

import pytest

from models.calendar_day import CalendarDay, DayKind
from models.member import Status
from models.reminder import Reminder
from scheduler import reminders
from scheduler.calendar import Hours
from scheduler.reminders import outside_night
from tests.scheduler.stage import BEIJING, RULES, Stage, at

FAR = at(1, 0, month=12)
NINES = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0"


def keeps(stage: Stage, member_id: int, next_at: datetime, **fields: Any) -> int:
    return stage.add(Reminder(member_id=member_id, text="读书", starts_on=date(2026, 6, 1), next_at=next_at, **fields))


@pytest.mark.parametrize(
    ("asked", "moved"),
    [
        *((at(1, 12), at(1, 12)), (at(1, 21), at(1, 20, 45)), (at(1, 23, 59), at(1, 20, 45))),
        *((at(1, 0), at(1, 7, 30)), (at(1, 6), at(1, 7, 30)), (at(1, 7, 30), at(1, 7, 30))),
    ],
)
def test_the_night_moves_it_within_its_date(asked: datetime, moved: datetime) -> None:
    assert outside_night(RULES.hours, asked) == moved


def test_where_a_date_is_nothing_but_night_it_is_the_morning_after() -> None:
    hours = Hours(BEIJING, quiet_from=time(0, 10), quiet_until=time(0, 5))
    assert outside_night(hours, at(1, 12)) == at(2, 0, 5)


async def test_it_rings_once_whoever_looks_and_then_the_next_time(stage: Stage) -> None:
    keeps(stage, stage.reachable("甲", until=FAR), at(1, 9), rrule=NINES, every="每天")
    assert await stage.run(at(1, 9)) == ["甲"]

    def as_if_another_had_not_seen_it(db: Any) -> None:
        db.get_one(Reminder, 1).next_at = at(1, 9)

    stage.write(as_if_another_had_not_seen_it)
    assert await stage.run(at(1, 9, 1)) == []
    assert await stage.run(at(2, 9)) == ["甲"]
    assert len(stage.all_broadcasts()) == 2


async def test_batches_ring_everybodys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    for name in "甲乙丙":
        keeps(stage, stage.reachable(name, until=FAR), at(1, 9))
    assert sorted(await stage.run(at(1, 9))) == sorted("甲乙丙")
    assert stage.read(lambda db: db.get(Reminder, 1)) is None


async def test_a_day_that_has_become_a_day_off_is_left_out(stage: Stage) -> None:
    keeps(stage, stage.reachable("甲", until=FAR), at(2, 9), rrule=NINES, every="工作日", workdays_only=True)
    stage.add(CalendarDay(day=date(2026, 7, 2), kind=DayKind.OFF))
    assert await stage.run(at(2, 9)) == []
    assert await stage.run(at(3, 9)) == ["甲"]


async def test_nobody_who_left_the_roster_is_reminded(stage: Stage) -> None:
    keeps(stage, stage.reachable("甲", until=FAR, status=Status.INACTIVE), at(1, 9))
    keeps(stage, stage.reachable("乙", until=FAR), at(1, 9), paused=True)
    assert await stage.run(at(1, 9)) == []
    assert stage.all_broadcasts() == []
