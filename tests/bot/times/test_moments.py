"""Chinese times, as they are typed before 「广播」."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.misread import Misread
from bot.texts import Texts
from bot.times import moment, number

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 7, 1, 10, 0, tzinfo=BEIJING)  # a Wednesday


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("09:00", "2026-07-02 09:00"),
        ("11:00", "2026-07-01 11:00"),
        ("明天 9:00", "2026-07-02 09:00"),
        ("明天9点", "2026-07-02 09:00"),
        ("明早七点一刻", "2026-07-02 07:15"),
        ("今晚八点", "2026-07-01 20:00"),
        ("后天上午十点二十", "2026-07-03 10:20"),
        ("大后天 8：05", "2026-07-04 08:05"),
        ("周五下午三点半", "2026-07-03 15:30"),
        ("周三 9:00", "2026-07-08 09:00"),
        ("本周日 9:00", "2026-07-05 09:00"),
        ("下周三晚上八点", "2026-07-08 20:00"),
        ("下下周一 8:00", "2026-07-13 08:00"),
        ("7月3日 15:00", "2026-07-03 15:00"),
        ("六月三十号上午九点", "2027-06-30 09:00"),
        ("31号上午九点", "2026-07-31 09:00"),
        ("2026年8月1日 9:00", "2026-08-01 09:00"),
        ("2026-07-05 09:00", "2026-07-05 09:00"),
        ("中午一点", "2026-07-01 13:00"),
        ("下週三晚上八點", "2026-07-08 20:00"),
        ("农历八月十五晚上八点", "2026-09-25 20:00"),
        ("農曆八月十五 ２０：００", "2026-09-25 20:00"),
        ("晚上十二点", "2026-07-02 00:00"),
        ("半小时后", "2026-07-01 10:30"),
        ("10 分钟后", "2026-07-01 10:10"),
        ("两个小时后", "2026-07-01 12:00"),
    ],
)
def test_what_is_meant(written: str, expected: str) -> None:
    assert f"{moment(written, NOW):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("明早", "no_hour"),
        ("明天三点", "half_unclear"),
        ("明天晚上三点", "half_unclear"),
        ("明晚", "no_hour"),
        ("2月30日 9:00", "no_such_day"),
        ("2026-13-01 9:00", "no_such_day"),
        ("今天 9:00", "past"),
        ("本周一 9:00", "past"),
        ("2020-01-01 09:00", "past"),
        ("2028年1月1日 9:00", "too_far"),
        ("25:00", "unclear"),
        ("9:70", "unclear"),
        ("上午15点", "unclear"),
        ("昨天 9:00", "unclear"),
        ("零分钟后", "unclear"),
        ("", "unclear"),
    ],
)
def test_what_is_none_or_could_be_two_is_refused_with_a_sentence(written: str, key: str) -> None:
    with pytest.raises(Misread) as refused:
        moment(written, NOW)
    assert refused.value.key == f"when.{key}"
    assert refused.value.said(Texts.load("party"))


@given(st.integers(0, 60 * 24 * 1500), st.integers(1, 60 * 24 * 300))
def test_any_moment_of_the_next_months_can_be_written_out(later: int, minutes: int) -> None:
    asked = NOW + timedelta(minutes=later)
    meant = (asked + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    if meant > asked:
        assert moment(f"{meant:%Y-%m-%d %H:%M}", asked) == meant
        assert moment(f"{meant.year}年{meant.month}月{meant.day}日{meant.hour}:{meant.minute:02}", asked) == meant


@given(st.text(alphabet="今明后天下周一二三五七月日号上午晚点半分钟小时:0123 ", max_size=12))
def test_whatever_is_written_the_answer_lies_ahead_or_is_a_sentence(written: str) -> None:
    try:
        found = moment(written, NOW)
    except Misread:
        return
    assert NOW < found <= NOW + timedelta(days=367)


def test_two_hours_later_is_two_hours_where_the_clocks_are_put_forward() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 29, 1, 0, tzinfo=berlin)
    assert f"{moment('2小时后', before):%H:%M}" == "04:00"


DIGITS = "零一二三四五六七八九"


def spoken(value: int) -> str:
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    head = f"{DIGITS[hundreds]}百" if hundreds else ""
    middle = f"{DIGITS[tens] if head or tens > 1 else ''}十" if tens else "零" * bool(head and ones)
    return f"{head}{middle}{DIGITS[ones] if ones or not (head or tens) else ''}"


@given(st.integers(0, 999))
def test_numbers_are_read_in_digits_and_in_characters(value: int) -> None:
    assert number(str(value)) == number(spoken(value)) == value


@pytest.mark.parametrize("written", ["", "百", "十百", "五五", "半", "一百十五五", "-1"])
def test_what_is_no_number_is_none(written: str) -> None:
    assert number(written) in (None, 100 if written == "百" else None)
