"""When somebody is nudged on a day: at their own hour, or else before or after the quiet hours of the same day."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import Hours
from scheduler.planners.nudges import begins, ends, moment_on

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 7, 1)

hours = st.builds(
    Hours,
    st.sampled_from([BEIJING, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]),
    st.times(),
    st.times(),
    st.integers(0, 6),
)


@pytest.mark.parametrize(
    ("own", "turns_at", "wall"),
    [
        (time(20, 30), 0, "07-01 20:30"),
        (time(21), 0, "07-01 20:45"),
        (time(23, 59), 0, "07-01 20:45"),
        (time(6), 0, "07-01 07:30"),
        (time(7, 30), 0, "07-01 07:30"),
        # The study day of somebody who reads past midnight ends at three: the night before is too late for it.
        (time(1), 3, "07-01 20:45"),
        (time(6), 3, "07-01 07:30"),
    ],
)
def test_the_night_moves_an_hour_to_the_nearest_that_is_allowed(own: time, turns_at: int, wall: str) -> None:
    at = moment_on(Hours(BEIJING, day_turns_at=turns_at), DAY, own)
    assert at is not None
    assert f"{at.astimezone(BEIJING):%m-%d %H:%M}" == wall


def test_where_less_is_left_of_the_day_than_the_lead_it_is_the_beginning_of_that() -> None:
    brief = Hours(BEIJING, quiet_from=time(8, 10), quiet_until=time(8))
    assert moment_on(brief, DAY, time(20)) == brief.at(DAY, time(8))


def test_a_day_whose_only_awake_hour_is_skipped_by_summer_time_has_no_moment() -> None:
    brief = Hours(ZoneInfo("America/New_York"), quiet_from=time(2, 50), quiet_until=time(2, 10))
    assert moment_on(brief, date(2026, 3, 7), time(12)) is not None
    assert moment_on(brief, date(2026, 3, 8), time(12)) is None


@given(hours, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.times())
def test_the_moment_lies_within_the_day_and_outside_the_quiet_hours(hours: Hours, day: date, own: time) -> None:
    at = moment_on(hours, day, own)
    if at is not None:
        assert begins(hours, day) <= at < ends(hours, day)
        assert not hours.quiet(at)
        assert hours.study_day(at) == day


@given(st.times(), st.times(), st.times())
def test_an_hour_that_is_allowed_is_kept_to_the_minute(quiet_from: time, quiet_until: time, own: time) -> None:
    mine = Hours(BEIJING, quiet_from, quiet_until)
    wished = mine.at(DAY, own)
    if not mine.quiet(wished):
        assert moment_on(mine, DAY, own) == wished
