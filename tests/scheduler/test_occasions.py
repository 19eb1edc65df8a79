"""When something that repeats happens next."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import is_workday
from scheduler.days import OFFICIAL
from scheduler.lunar import LunarDate, lunar
from scheduler.occasions import Recurrence, RuleError, never_skips

BEIJING = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
MORNINGS = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"
FRIDAYS = "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=12;BYMINUTE=0;BYSECOND=0"

rules = st.sampled_from(
    [
        MORNINGS,
        FRIDAYS,
        "FREQ=MONTHLY;BYMONTHDAY=25;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
        "FREQ=MONTHLY;BYDAY=2TU;BYHOUR=1;BYMINUTE=30;BYSECOND=0",
        "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0",
    ]
)
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m))


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=BEIJING)  # type: ignore[arg-type, misc]


def test_working_mornings_skip_the_weekend_but_not_an_exchanged_saturday() -> None:
    mornings = Recurrence(MORNINGS, date(2026, 1, 1), BEIJING, OFFICIAL.rest)
    assert mornings.after(at(2026, 7, 3, 7, 40)) == at(2026, 7, 6, 7, 40)
    assert mornings.after(at(2026, 9, 30, 12, 0)) == at(2026, 10, 8, 7, 40)
    assert mornings.after(at(2026, 10, 9, 12, 0)) == at(2026, 10, 10, 7, 40)


def test_every_second_friday_counts_from_the_first_day_of_the_plan() -> None:
    fridays = Recurrence(FRIDAYS, date(2026, 7, 1), BEIJING)
    assert fridays.between(at(2026, 7, 1), at(2026, 8, 1)) == [
        at(2026, 7, 3, 12, 0),
        at(2026, 7, 17, 12, 0),
        at(2026, 7, 31, 12, 0),
    ]


def test_a_rule_that_has_ended_has_no_next_occasion() -> None:
    ended = Recurrence("FREQ=DAILY;COUNT=2;BYHOUR=8;BYMINUTE=0;BYSECOND=0", date(2026, 7, 1), BEIJING)
    assert ended.after(at(2026, 7, 2, 8, 0)) is None


@pytest.mark.parametrize("text", ["", "每天", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=99", "FREQ=DAILY;BYWHAT=1"])
def test_what_is_no_rule_is_refused_at_once(text: str) -> None:
    with pytest.raises(RuleError):
        Recurrence(text, date(2026, 7, 1), BEIJING)


@given(rules, moments, st.booleans(), st.sampled_from([BEIJING, NEW_YORK]))
def test_next_is_later_and_nothing_lies_between(rule: str, moment: datetime, workdays: bool, zone: ZoneInfo) -> None:
    recurrence = Recurrence(rule, date(2026, 1, 1), zone, OFFICIAL.rest if workdays else never_skips)
    found = recurrence.after(moment)
    assert found is not None
    assert found > moment
    assert recurrence.between(moment + timedelta(microseconds=1), found) == [found]
    if workdays:
        assert is_workday(found.astimezone(zone).date())


@given(moments, st.sampled_from([BEIJING, NEW_YORK]))
def test_a_daily_rule_fires_once_on_each_day_of_the_wall_also_when_the_clock_is_changed(
    moment: datetime, zone: ZoneInfo
) -> None:
    daily = Recurrence("FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0", date(2026, 1, 1), zone)
    days = [occasion.astimezone(zone).date() for occasion in daily.between(moment, moment + timedelta(days=300))]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


def test_the_last_day_of_the_lunar_year_comes_once_a_year_whatever_the_length_of_its_month() -> None:
    eve = Recurrence(
        "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30;SKIP=BACKWARD;BYHOUR=9", date(2020, 1, 1), BEIJING
    )
    found = eve.between(at(2020, 1, 1), at(2060, 12, 31))
    days = [occasion.astimezone(BEIJING).date() for occasion in found]
    assert [lunar(day + timedelta(days=1)) for day in days] == [LunarDate(year, 1, 1) for year in range(2020, 2061)]
    assert {lunar(day).day for day in days} == {29, 30}


def test_without_skip_a_lunar_day_or_month_that_is_not_there_is_left_out() -> None:
    thirtieth = Recurrence("RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30", date(2024, 6, 1), BEIJING)
    assert thirtieth.after(at(2024, 6, 1)) == at(2030, 2, 2)
    leap = Recurrence("RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=6L;BYMONTHDAY=1", date(2020, 6, 1), BEIJING)
    assert leap.after(at(2020, 6, 1)) == at(2025, 7, 25)
    assert leap.after(at(2025, 7, 25)) == at(2036, 7, 23)


def test_the_lunar_month_has_its_first_and_its_last_day() -> None:
    monthly = Recurrence("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,-1;BYHOUR=9", date(2026, 1, 1), BEIJING)
    days = [day.astimezone(BEIJING).date() for day in monthly.between(at(2026, 2, 17), at(2026, 5, 1))]
    assert days == [date(2026, 2, 17), date(2026, 3, 18), date(2026, 3, 19), date(2026, 4, 16), date(2026, 4, 17)]


@pytest.mark.parametrize(
    "rule",
    [
        "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",
        "RSCALE=CHINESE;FREQ=WEEKLY;BYDAY=MO",
        "RSCALE=CHINESE;FREQ=YEARLY;BYMONTHDAY=1",
        "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1",
        "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31",
        "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1",
        "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=24",
    ],
)
def test_a_lunar_rule_that_cannot_be_followed_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        Recurrence(rule, date(2026, 1, 1), BEIJING)


@given(rules, moments, st.booleans(), st.sampled_from([BEIJING, NEW_YORK]))
def test_the_occasion_before_is_the_one_whose_next_this_is(
    rule: str, moment: datetime, workdays: bool, zone: ZoneInfo
) -> None:
    recurrence = Recurrence(rule, date(2025, 1, 1), zone, OFFICIAL.rest if workdays else never_skips)
    found = recurrence.after(moment)
    assert found is not None
    before = recurrence.before(found)
    assert before is not None
    assert recurrence.after(before) == found


@given(moments, st.sampled_from([BEIJING, NEW_YORK]))
def test_steps_are_the_occasions_and_what_lies_between_them(moment: datetime, zone: ZoneInfo) -> None:
    recurrence = Recurrence(MORNINGS, date(2026, 1, 1), zone, OFFICIAL.rest)
    steps = list(islice(recurrence.steps(moment), 30))
    fired = [step.at for step in steps if step.skip is None]
    assert fired == recurrence.between(moment + timedelta(microseconds=1), steps[-1].at)
    assert all(not is_workday(step.at.astimezone(zone).date()) for step in steps if step.skip is not None)
