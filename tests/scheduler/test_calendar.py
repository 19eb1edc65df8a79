"""Days and hours: working days with 调休, quiet hours, anniversaries."""

from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import (
    ONE_DAY,
    Hours,
    anniversary,
    celebrated_on,
    has_official_days,
    is_workday,
    years_since,
)

BEIJING = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
HOURS = Hours(BEIJING)

moments = st.integers(0, 60 * 365 * 24 * 3600).map(lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
walls = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday exchanged for a day of the Spring Festival
        (date(2026, 2, 17), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 7, 1), True),
        (date(2026, 7, 4), False),
    ],
)
def test_it_knows_holidays_and_exchanged_weekends(day: date, works: bool) -> None:
    assert has_official_days(day)
    assert is_workday(day) is works


def test_a_year_without_a_notice_has_weekdays_and_the_holidays_of_fixed_date() -> None:
    monday = date(2031, 3, 3)
    assert not has_official_days(monday)
    assert is_workday(monday)
    assert not is_workday(date(2031, 3, 8))
    assert not is_workday(date(2031, 10, 1))
    assert not is_workday(date(2031, 5, 1))


def test_night_is_quiet_and_ends_in_the_morning() -> None:
    late = datetime(2026, 7, 1, 23, 15, tzinfo=BEIJING)
    early = datetime(2026, 7, 2, 3, 0, tzinfo=BEIJING)
    morning = datetime(2026, 7, 2, 7, 30, tzinfo=BEIJING)
    assert HOURS.quiet(late)
    assert HOURS.quiet(early)
    assert not HOURS.quiet(morning)
    assert HOURS.wakes_at(late) == HOURS.wakes_at(early) == morning
    assert HOURS.wakes_at(morning) == morning


def test_quiet_begins_on_the_stroke_of_the_hour() -> None:
    nine = datetime(2026, 7, 1, 21, 0, tzinfo=BEIJING)
    assert HOURS.quiet(nine)
    assert not HOURS.quiet(nine - timedelta(seconds=1))


def test_equal_ends_mean_never_quiet() -> None:
    assert not Hours(BEIJING, time(0), time(0)).quiet(datetime(2026, 7, 1, tzinfo=BEIJING))


@given(moments, walls, walls, st.sampled_from([BEIJING, NEW_YORK]))
def test_waking_is_never_quiet_and_nothing_before_it_is_awake(
    now: datetime, quiet_from: time, quiet_until: time, zone: ZoneInfo
) -> None:
    # Where the clock is put forward, quiet hours inside the skipped hour have no end on the wall.
    hours = Hours(zone, quiet_from, quiet_until)
    wakes = hours.wakes_at(now)
    assert now <= wakes <= now + timedelta(hours=25)
    assert (wakes == now) is not hours.quiet(now)
    if zone is BEIJING:
        assert not hours.quiet(wakes)
        assert wakes == now or hours.quiet(wakes - timedelta(microseconds=1))


def test_the_day_of_study_can_turn_after_midnight() -> None:
    hours = Hours(BEIJING, day_turns_at=3)
    assert hours.study_day(datetime(2026, 7, 2, 2, 59, tzinfo=BEIJING)) == date(2026, 7, 1)
    assert hours.study_day(datetime(2026, 7, 2, 3, 0, tzinfo=BEIJING)) == date(2026, 7, 2)
    assert HOURS.study_day(datetime(2026, 7, 1, 16, 0, tzinfo=UTC)) == date(2026, 7, 2)


def test_a_time_that_summer_time_skips_is_taken_later() -> None:
    hours = Hours(NEW_YORK)
    assert hours.at(date(2026, 3, 8), time(2, 30)) == datetime(2026, 3, 8, 3, 30, tzinfo=NEW_YORK)


def test_29_february_is_celebrated_on_the_28th_in_common_years() -> None:
    joined = date(2004, 2, 29)
    assert anniversary(joined, 2026) == date(2026, 2, 28)
    assert anniversary(joined, 2028) == date(2028, 2, 29)
    assert (2, 29) in celebrated_on(date(2026, 2, 28))
    assert (2, 29) not in celebrated_on(date(2028, 2, 28))
    assert years_since(joined, date(2026, 2, 28)) == 22
    assert years_since(joined, date(2028, 2, 28)) == 23


@given(st.dates(date(1921, 7, 1), date(2030, 12, 31)))
def test_every_date_is_celebrated_exactly_once_a_year_for_forty_years(since: date) -> None:
    for year in range(since.year + 1, since.year + 41):
        found = [day for day in _year(year) if (since.month, since.day) in celebrated_on(day)]
        assert found == [anniversary(since, year)]
        assert years_since(since, found[0]) == year - since.year
        assert years_since(since, found[0] - ONE_DAY) == year - since.year - 1


@cache
def _year(year: int) -> list[date]:
    return [date(year, 1, 1) + number * ONE_DAY for number in range(366 if isleap(year) else 365)]
