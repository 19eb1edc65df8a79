"""Dates as rosters write them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.dates import SERIAL_ZERO, Bounds, Known, read_date
from bot.files.faults import Unclear
from models.member import Precision

LIVES = st.dates(date(1928, 1, 1), date(2100, 12, 31))


@given(LIVES)
def test_every_way_of_writing_a_day_means_that_day(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    for written in (
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        f"{year}年{month}月{number}日",
        f"{year}/{month}/{number}",
        f"{year}.{month:02}.{number:02}",
        f"{year} 年 {month:02} 月 {number:02} 日",
        f"{year}{month:02}{number:02}",
        f"{year}／{month}／{number}",
        str((day - SERIAL_ZERO).days),
    ):
        assert read_date(written) == Known(day), written


@given(LIVES)
def test_a_month_alone_is_the_first_of_it_and_says_so(day: date) -> None:
    month = Known(day.replace(day=1), Precision.MONTH)
    for written in (
        f"{day.year}.{day.month:02}",
        f"{day.year}-{day.month:02}",
        f"{day.year}年{day.month}月",
        f"{day.year}/{day.month}",
        f"{day.year}{day.month:02}",
    ):
        assert read_date(written) == month, written


def test_a_spreadsheets_number_for_a_month_may_have_lost_its_zero() -> None:
    with pytest.raises(Unclear, match="date_january_or_october"):
        read_date("1985.1")
    assert read_date("1985.2") == Known(date(1985, 2, 1), Precision.MONTH)
    assert read_date("1985.10") == Known(date(1985, 10, 1), Precision.MONTH)


@pytest.mark.parametrize("written", ["1985", "85年7月", "七月", "1985-7-1x", "31/12/1985", "1985-07-01 08:30", "-"])
def test_what_is_no_date_is_not_guessed_at(written: str) -> None:
    with pytest.raises(Unclear, match="date_unclear"):
        read_date(written)


@pytest.mark.parametrize("written", ["1985-02-29", "1985年13月", "1985.00", "1985-06-31", "19851301"])
def test_a_day_that_never_was_is_refused(written: str) -> None:
    with pytest.raises(Unclear, match="date_impossible"):
        read_date(written)


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_unclear_and_never_anything_else(text: str) -> None:
    with suppress(Unclear):
        assert isinstance(read_date(text).day, date)


def test_a_life_lies_between_the_packs_first_year_and_today() -> None:
    bounds = Bounds(date(2026, 7, 1), 1921)
    for day in (date(1921, 1, 1), date(2026, 7, 1)):
        assert bounds.check(Known(day)).day == day
    with pytest.raises(Unclear, match="date_early"):
        bounds.check(Known(date(1920, 12, 31)))
    with pytest.raises(Unclear, match="date_future"):
        bounds.check(Known(date(2026, 7, 2)))
