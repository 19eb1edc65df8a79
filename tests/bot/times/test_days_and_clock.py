"""Times of day, and days, as people write them."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.misread import Misread
from bot.times import clock_time, day, last_day, past_day

TODAY = date(2026, 7, 1)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("20:30", time(20, 30)),
        ("8：05", time(8, 5)),
        ("20点", time(20)),
        ("晚上八点半", time(20, 30)),
        ("每天 晚上 8 点 15 分", time(20, 15)),
        ("早上七点四十", time(7, 40)),
        ("中午12点", time(12)),
        ("晚上８點", time(20)),
        ("早上七点四十分", time(7, 40)),
        ("每晚九点", time(21)),
        ("晚上十二点", time(0)),
        ("十二点整", time(12)),
        ("中午一点", time(13)),
        ("下午三点一刻", time(15, 15)),
        ("晚9点", time(21)),
        ("二十一点", time(21)),
        ("十点整", time(10)),
        ("零点", time(0)),
    ],
)
def test_a_time_of_day(typed: str, meant: time) -> None:
    assert clock_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "8", "25:00", "8:60", "八点六十一", "明天", "20:30 打卡", "半", "点", "晚上"])
def test_what_is_no_time_of_day(typed: str) -> None:
    with pytest.raises(Misread):
        clock_time(typed)


@pytest.mark.parametrize("typed", ["三点", "6点", "晚上两点", "夜里三点"])
def test_what_may_be_night_or_afternoon_is_not_guessed(typed: str) -> None:
    with pytest.raises(Misread) as refused:
        clock_time(typed)
    assert refused.value.key == "when.half_unclear"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("到7月20日", date(2026, 7, 20)),
        ("7月20号", date(2026, 7, 20)),
        ("7.20", date(2026, 7, 20)),
        ("2026-07-20", date(2026, 7, 20)),
        ("到 2027年1月3日 为止", date(2027, 1, 3)),
        ("20号", date(2026, 7, 20)),
        ("今天", TODAY),
        ("到后天", date(2026, 7, 3)),
        ("3天", date(2026, 7, 3)),
        ("一周", date(2026, 7, 7)),
        ("两个星期", date(2026, 7, 14)),
        ("到周五", date(2026, 7, 3)),
        ("下周日", date(2026, 7, 12)),
        ("到周二", date(2026, 7, 7)),
        ("从今天起五天", date(2026, 7, 5)),
        ("七月二十號", date(2026, 7, 20)),
        ("到农历八月十五", date(2026, 9, 25)),
        ("半个月", date(2026, 7, 15)),
    ],
)
def test_the_last_day(typed: str, meant: date) -> None:
    assert last_day(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed", ["", "6月30日", "2月30日", "13月1日", "本周二", "0天", "以后", "2025-12-01", "99999年1月1日"]
)
def test_what_is_no_day_to_come(typed: str) -> None:
    with pytest.raises(Misread):
        last_day(typed, TODAY)


def test_a_day_of_next_month_or_next_year() -> None:
    assert last_day("5号", date(2026, 12, 20)) == date(2027, 1, 5)
    assert last_day("1月5日", date(2026, 12, 20)) == date(2027, 1, 5)
    assert last_day("31号", date(2026, 1, 31)) == date(2026, 1, 31)
    assert last_day("30号", date(2026, 1, 31)) == date(2026, 3, 30)


@given(st.text(max_size=12), st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_nothing_that_anybody_types_is_an_error(typed: str, today: date) -> None:
    with suppress(Misread):
        clock_time(typed)
    with suppress(Misread):
        assert last_day(typed, today) >= today


@given(st.times())
def test_what_a_clock_shows_is_read_as_it_is(own: time) -> None:
    assert clock_time(f"{own:%H:%M}") == own.replace(second=0, microsecond=0)


@given(st.dates(TODAY, TODAY + timedelta(days=180)))
def test_a_day_of_the_coming_months_is_read_as_it_is(day: date) -> None:
    assert last_day(f"到{day.month}月{day.day}日", TODAY) == day


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("5月12日", date(2027, 5, 12)),
        ("7月1日", date(2026, 7, 1)),
        ("十二月十三日", date(2026, 12, 13)),
        ("2027年5月12日", date(2027, 5, 12)),
        ("2026-5-12", date(2026, 5, 12)),
        ("明天", date(2026, 7, 2)),
        ("2月29日", date(2028, 2, 29)),
        ("农历八月十五", date(2026, 9, 25)),
        ("農曆腊月三十", date(2027, 2, 5)),
        ("农历闰六月初一", date(2026, 7, 14)),
    ],
)
def test_the_next_such_day(said: str, meant: date) -> None:
    assert day(said, TODAY) == meant


@pytest.mark.parametrize("said", ["", "2月30日", "2027年2月29日", "13月1日", "很快", "5月", "农历十三月初一", "三天"])
def test_what_is_no_day_is_not_guessed(said: str) -> None:
    with pytest.raises(Misread):
        day(said, TODAY)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("昨天", date(2026, 6, 30)),
        ("前日", date(2026, 6, 29)),
        ("大前天", date(2026, 6, 28)),
        ("今天", TODAY),
        ("周三", TODAY),
        ("週四", date(2026, 6, 25)),
        ("上周三", date(2026, 6, 24)),
        ("上上个星期天", date(2026, 6, 21)),
        ("本周一", date(2026, 6, 29)),
        ("7月1日", TODAY),
        ("七月二号", date(2025, 7, 2)),
        ("6.30", date(2026, 6, 30)),
        ("2026-06-28", date(2026, 6, 28)),
        ("30号", date(2026, 6, 30)),
        ("1日", TODAY),
    ],
)
def test_the_latest_such_day(said: str, meant: date) -> None:
    assert past_day(said, TODAY) == meant


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("明天", "no_day"),
        ("本周五", "to_come"),
        ("2027年1月1日", "to_come"),
        ("31号", "no_such_day"),
        ("2月30日", "no_such_day"),
        ("", "no_day"),
        ("三天", "no_day"),
    ],
)
def test_what_is_no_day_that_is_over_is_refused_with_its_reason(said: str, key: str) -> None:
    with pytest.raises(Misread) as refused:
        past_day(said, TODAY)
    assert refused.value.key == f"when.{key}"
