"""When something that repeats happens next."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import is_workday
from scheduler.occasions import Recurrence, RuleError

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
    mornings = Recurrence(MORNINGS, date(2026, 1, 1), BEIJING, workdays_only=True)
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
    recurrence = Recurrence(rule, date(2026, 1, 1), zone, workdays_only=workdays)
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
