"""What people write about what comes again."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.misread import Misread
from bot.times import cron, rhythm
from scheduler.occasions import Recurrence

BEIJING = ZoneInfo("Asia/Shanghai")


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
        ("每个工作日早上七点半", ["2026-07-01 07:30", "2026-07-02 07:30", "2026-07-03 07:30"]),
        ("每周三晚上八点", ["2026-07-01 20:00", "2026-07-08 20:00", "2026-07-15 20:00"]),
        ("每週一三五七點半", ["2026-07-01 07:30", "2026-07-03 07:30", "2026-07-06 07:30"]),
        ("每晚九点", ["2026-07-01 21:00", "2026-07-02 21:00", "2026-07-03 21:00"]),
        ("每两周的周五 12:00", ["2026-07-03 12:00", "2026-07-17 12:00", "2026-07-31 12:00"]),
        ("每月二十五号早上八点", ["2026-07-25 08:00", "2026-08-25 08:00", "2026-09-25 08:00"]),
        ("农历八月十五九点", ["2026-09-25 09:00", "2027-09-15 09:00", "2028-10-03 09:00"]),
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
    with pytest.raises(Misread):
        rhythm(said)


@pytest.mark.parametrize("fields", ["* * * * *", "0 9 1 * 1", "61 9 * * *", "0 9 * * 8", "0 9 x * *"])
def test_what_cron_says_and_a_rule_cannot_is_refused(fields: str) -> None:
    with pytest.raises(Misread):
        cron(fields)
