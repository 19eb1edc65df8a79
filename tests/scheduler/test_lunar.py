"""The lunar calendar against a table of another making, and against holidays that really were."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from chinese_calendar.constants import Holiday, holidays
from hypothesis import given
from hypothesis import strategies as st

from scheduler.lunar import YEARS, LunarDate, clear_and_bright, kept_on, lunar, months, solar

TABLE = Path(__file__).with_name("lunar_months.txt")
# The new moon comes within seconds of midnight: almanacs differ about where this month begins.
UNCERTAIN = 2057

days = st.dates(date(1900, 1, 31), date(2099, 12, 31))


def table() -> list[tuple[int, date, int, str, int]]:
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        (int(year), date.fromisoformat(first), int(leap), bits, int(april)) for year, first, leap, bits, april in lines
    ]


def test_every_month_of_two_centuries_is_that_of_another_program() -> None:
    rows = table()
    assert [year for year, *_ in rows] == list(YEARS)
    for year, first, leap, bits, april in rows:
        found = months(year)
        assert clear_and_bright(year) == date(year, 4, april)
        assert found[0].first == first
        assert next((month.number for month in found if month.leap), 0) == leap
        if year != UNCERTAIN:
            assert "".join(str(month.length - 29) for month in found) == bits


@pytest.mark.parametrize("year", range(2008, 2027))
def test_the_holidays_of_the_past_fell_on_their_lunar_days(year: int) -> None:
    def was(day: date, *names: Holiday) -> bool:
        # A festival on a weekend has its day off beside it, and that is the one which the notice lists.
        near = {holidays.get(day + timedelta(days=days)) for days in (-1, 0, 1)}
        return any(name.value in near for name in names)

    assert was(solar(LunarDate(year, 1, 1)), Holiday.spring_festival)
    assert was(solar(LunarDate(year, 5, 5)), Holiday.dragon_boat_festival)
    assert was(clear_and_bright(year), Holiday.tomb_sweeping_day)
    # Within the national days, the notice calls all of them by that name.
    assert was(solar(LunarDate(year, 8, 15)), Holiday.mid_autumn_festival, Holiday.national_day)


@given(days)
def test_there_and_back_again(day: date) -> None:
    assert solar(lunar(day)) == day


@given(days)
def test_the_day_after_is_the_next_lunar_day_or_the_first_of_a_month(day: date) -> None:
    today, tomorrow = lunar(day), lunar(day + timedelta(days=1))
    assert tomorrow.day in (today.day + 1, 1)
    assert today.day <= 30


@pytest.mark.parametrize(
    ("year", "month", "day", "leap", "kept"),
    [
        (2024, 12, 30, False, date(2025, 1, 28)),  # a short twelfth month: its 29th is New Year's Eve
        (2023, 12, 30, False, date(2024, 2, 9)),
        (2025, 6, 1, True, date(2025, 7, 25)),  # there is a leap sixth month
        (2026, 6, 1, True, date(2026, 7, 14)),  # there is none: the ordinary one
        (2033, 11, 15, True, date(2034, 1, 5)),  # the leap eleventh month that many tables get wrong
        (2026, 1, 1, False, date(2026, 2, 17)),
    ],
)
def test_a_lunar_day_is_kept_every_year(year: int, month: int, day: int, leap: bool, kept: date) -> None:
    assert kept_on(month, day, year, leap=leap) == kept


@given(st.integers(1901, 2098), st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_every_lunar_day_is_kept_once_in_each_lunar_year(year: int, month: int, day: int, leap: bool) -> None:
    found = lunar(kept_on(month, day, year, leap=leap))
    assert (found.year, found.month) == (year, month)
    assert found.day in (day, 29)


@pytest.mark.parametrize(
    "day", [LunarDate(2024, 12, 30), LunarDate(2026, 6, 1, leap=True), LunarDate(2026, 13, 1), LunarDate(2200, 1, 1)]
)
def test_a_day_that_there_is_not_is_refused(day: LunarDate) -> None:
    with pytest.raises(ValueError, match=r"no"):
        solar(day)
