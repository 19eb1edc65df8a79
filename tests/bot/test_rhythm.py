"""What people write about times, dates and rhythms."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rhythm import NotUnderstood, clock_time, cron, day, number, rhythm
from scheduler.occasions import Recurrence

BEIJING = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("20:30", time(20, 30)),
        ("20：30", time(20, 30)),
        ("晚上八点半", time(20, 30)),
        ("晚上8点", time(20)),
        ("早上七点四十分", time(7, 40)),
        ("中午12点", time(12)),
        ("中午一点", time(13)),
        ("下午3点十五", time(15, 15)),
        ("十二点整", time(12)),
        ("21点", time(21)),
    ],
)
def test_times_as_people_write_them(said: str, meant: time) -> None:
    assert clock_time(said) == meant


@pytest.mark.parametrize("said", ["", "八", "25:00", "8:75", "晚点", "8点70分", "十十点"])
def test_what_is_no_time_is_not_guessed(said: str) -> None:
    with pytest.raises(NotUnderstood):
        clock_time(said)


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
    ],
)
def test_dates_as_people_write_them(said: str, meant: date) -> None:
    assert day(said, TODAY) == meant


@pytest.mark.parametrize("said", ["", "2月30日", "2027年2月29日", "13月1日", "很快", "5月"])
def test_what_is_no_date_is_not_guessed(said: str) -> None:
    with pytest.raises(NotUnderstood):
        day(said, TODAY)


@given(st.integers(0, 99))
def test_numbers_in_characters_are_numbers(value: int) -> None:
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    written = digits[value] if value < 10 else f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}"
    assert number(written) == number(str(value)) == value


def next_three(said: str) -> list[str]:
    recurrence = Recurrence(rhythm(said).rule, date(2026, 6, 29), BEIJING)
    steps = recurrence.steps(datetime(2026, 7, 1, 6, tzinfo=BEIJING))
    return [f"{next(steps).at.astimezone(BEIJING):%Y-%m-%d %H:%M}" for _ in range(3)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("每天 7:40", ["2026-07-01 07:40", "2026-07-02 07:40", "2026-07-03 07:40"]),
        ("每周一三五 早上七点四十分", ["2026-07-01 07:40", "2026-07-03 07:40", "2026-07-06 07:40"]),
        ("隔周五 12:00", ["2026-07-03 12:00", "2026-07-17 12:00", "2026-07-31 12:00"]),
        ("每月25日 8:00", ["2026-07-25 08:00", "2026-08-25 08:00", "2026-09-25 08:00"]),
        ("每月第二个周二 9:00", ["2026-07-14 09:00", "2026-08-11 09:00", "2026-09-08 09:00"]),
        ("每月最后一个星期五 9:00", ["2026-07-31 09:00", "2026-08-28 09:00", "2026-09-25 09:00"]),
        ("每月最后一天 9:00", ["2026-07-31 09:00", "2026-08-31 09:00", "2026-09-30 09:00"]),
        ("每年 7月1日 9:00", ["2026-07-01 09:00", "2027-07-01 09:00", "2028-07-01 09:00"]),
        ("农历腊月三十 9:00", ["2027-02-05 09:00", "2028-01-25 09:00", "2029-02-12 09:00"]),
        ("农历八月十五 9:00", ["2026-09-25 09:00", "2027-09-15 09:00", "2028-10-03 09:00"]),
        ("农历闰六月初一 9:00", ["2026-07-14 09:00", "2027-07-04 09:00", "2028-07-22 09:00"]),
        ("农历每月十五 9:00", ["2026-07-28 09:00", "2026-08-27 09:00", "2026-09-25 09:00"]),
        ("40 7 * * 1-5", ["2026-07-01 07:40", "2026-07-02 07:40", "2026-07-03 07:40"]),
        ("0 9,15 1 */3 *", ["2026-07-01 09:00", "2026-07-01 15:00", "2026-10-01 09:00"]),
        ("freq=daily;byhour=9;byminute=0;bysecond=0", ["2026-07-01 09:00", "2026-07-02 09:00", "2026-07-03 09:00"]),
    ],
)
def test_rhythms_as_people_write_them(said: str, meant: list[str]) -> None:
    assert next_three(said) == meant


def test_words_say_whether_working_days_are_meant() -> None:
    assert (rhythm("工作日 7:40").workdays, rhythm("每天 7:40").workdays, rhythm("每周三 7:40").workdays) == (
        *(True, False),
        None,
    )


@pytest.mark.parametrize("said", ["", "有空的时候 8:00", "每月32日 8:00", "每周 8:00", "每天", "农历闰十三月初一 9:00"])
def test_what_is_no_rhythm_is_refused(said: str) -> None:
    with pytest.raises(NotUnderstood):
        rhythm(said)


@pytest.mark.parametrize("fields", ["* * * * *", "0 9 1 * 1", "61 9 * * *", "0 9 * * 8", "0 9 x * *"])
def test_what_cron_says_and_a_rule_cannot_is_refused(fields: str) -> None:
    with pytest.raises((NotUnderstood, ValueError)):
        cron(fields)
