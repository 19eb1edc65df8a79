"""Whatever the day of joining: one greeting a year, for forty years, on the right day."""

from calendar import isleap
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar_day import DayKind, Mark
from models.plan import Plan, PlanKind
from scheduler.calendar import Hours, anniversary, celebrated_on
from scheduler.days import OFFICIAL, Days
from scheduler.occasions import Recurrence
from scheduler.planners.firing import Firing
from scheduler.rules import Rules

FIRST, LAST = 2025, 2065
DAILY = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0;BYSECOND=0"
# Every day of a leap year: every day on which anybody can have joined.
JOINED = [date(2000, 1, 1) + timedelta(days=number) for number in range(366)]


def plan(rule: str, **fields: Any) -> Plan:
    return Plan(branch_id=1, kind=PlanKind.BIRTHDAY, rrule=rule, starts_on=date(FIRST, 1, 1), **fields)


def fire(of: Plan, days: Days, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[date, list[date]]]:
    """Each firing's day, and the days that it covers."""
    recurrence = Recurrence(of.rrule, of.starts_on, zone, partial(days.skip, of))
    for occasion in recurrence.between(begin, end):
        firing = Firing(of, recurrence, Rules(Hours(zone)), occasion, occasion)
        yield firing.day, firing.covers
        of.covered_to = firing.day


def months(zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The beginning and the end of each month of the forty years."""
    firsts = [datetime(year, month, 1, tzinfo=zone) for year in range(FIRST, LAST + 1) for month in range(1, 13)]
    for first, next_ in pairwise([*firsts, datetime(LAST + 1, 1, 1, tzinfo=zone)]):
        yield first, next_ - timedelta(seconds=1)


@pytest.mark.parametrize("zone", [ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")], ids=str)
@pytest.mark.parametrize(
    ("rule", "settings", "latest"),
    [
        (DAILY, {}, 0),
        (DAILY, {"workdays_only": True}, 10),
        (DAILY, {"workdays_only": True, "on_makeup_days": True}, 10),
        (MONDAYS, {}, 7),
    ],
    ids=["daily", "workdays", "makeup", "mondays"],
)
def test_every_day_of_joining_is_greeted_once_a_year(
    zone: ZoneInfo, rule: str, settings: dict[str, bool], latest: int
) -> None:
    of = plan(rule, **settings)
    greeted: Counter[tuple[tuple[int, int], int]] = Counter()
    for first, last in months(zone):
        # So that a rule isn't counted through from its first year again and again.
        of.starts_on = first.date() - timedelta(days=40)
        for fired, covers in fire(of, OFFICIAL, zone, first, last):
            for day in covers:
                assert timedelta() <= fired - day <= timedelta(days=latest)
                greeted.update((pair, day.year) for pair in celebrated_on(day))
    for joined in JOINED:
        pair = (joined.month, joined.day)
        assert [greeted[pair, year] for year in range(FIRST + 1, LAST)] == [1] * (LAST - FIRST - 1)
    assert anniversary(date(2000, 2, 29), 2027) == date(2027, 2, 28)
    assert all(anniversary(date(2000, 2, 29), year).month == 2 for year in range(FIRST, LAST) if not isleap(year))


corrections = st.lists(
    st.tuples(st.integers(0, 199), st.sampled_from([DayKind.OFF, DayKind.WORK]), st.integers(0, 199)), max_size=30
)


@settings(max_examples=10, deadline=None)
@given(corrections, st.booleans(), st.integers(0, 199))
def test_nobody_is_left_out_or_greeted_twice_when_days_or_settings_change_in_between(
    changes: list[tuple[int, DayKind, int]], workdays: bool, switched: int
) -> None:
    zone, of = ZoneInfo("Asia/Shanghai"), plan(DAILY, workdays_only=workdays)
    begin = date(2030, 1, 1)
    of.starts_on = begin
    seen: Counter[date] = Counter()
    marks: dict[date, Mark] = {}
    for number in range(200):
        # What somebody corrects on this day holds from now on, also for days that are over.
        marks |= {
            begin + timedelta(days=which): Mark(begin, kind, "", "/") for which, kind, when in changes if when == number
        }
        of.workdays_only = workdays != (number >= switched)
        today = datetime.combine(begin + timedelta(days=number), datetime.min.time(), zone)
        for _, covers in fire(of, Days(marks=marks), zone, today, today + timedelta(hours=23)):
            seen.update(covers)
    assert set(seen.values()) == {1}
    covered = sorted(seen)
    # Marks can make days off of at most thirty days in a row; those further back than two weeks were left out.
    assert covered[-1] - covered[0] + timedelta(days=1) - timedelta(days=len(covered)) <= timedelta(days=25)
