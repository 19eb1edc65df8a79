"""A day: 「明天」「下周五」「7月20日」「农历八月十五」; and the last of several, 「三天」「到下周五」."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.misread import Misread
from bot.script import half_width, simplified
from bot.times.numbers import NUMBER, number
from scheduler.lunar import kept_on, lunar

_NEAR = {"今": 0, "明": 1, "后": 2, "大后": 3}
WEEKDAYS = {character: place for place, character in enumerate("一二三四五六日")} | {"天": 6}
LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}

LUNAR_MONTH = rf"(?P<leap>闰?)(?P<lunar_month>[正冬腊]|{NUMBER})月"
LUNAR_DAY = rf"(?P<lunar_day>[初廿]?{NUMBER})日?"

# For other patterns; all alternatives have groups of their own.
DAY = (
    r"(?:(?P<near>今|明|大后|后)(?:天|日|儿|(?=[早晚]))"
    r"|(?P<week>下下|下|这|本)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    rf"|农历{LUNAR_MONTH}{LUNAR_DAY}"
    rf"|(?:(?:(?P<year>\d{{4}})年)?(?P<month>{NUMBER})月)?(?P<day>{NUMBER})[日号]"
    r"|(?:(?P<full_year>\d{4})[-./])?(?P<numeric>\d{1,2}[-./]\d{1,2})(?!\d))"
)
_DAY = re.compile(DAY)
LENGTH = rf"(?:(?P<count>{NUMBER})(?P<unit>天|日|个?星期|周|个?礼拜|个月)|(?P<half>半)个?月)"
_LENGTH = re.compile(LENGTH)
_UNTIL = re.compile(r"(?:从?今天(?:起|开始))?(?P<until>到)?(?P<what>.+?)(?:为止)?")

# A day named without its year is meant this far ahead, and no further, where it ends something that begins now.
_HALF_A_YEAR = timedelta(days=183)
# 29 February comes within eight years.
_YEARS = 9


def day(text: str, today: date) -> date:
    """The day that is named; one without a year is the next such day. Raises `Misread`."""
    found = _DAY.fullmatch("".join(simplified(half_width(text)).split()))
    if found is None:
        raise Misread("when.no_day", text=text.strip())
    return named_day(found, text.strip(), today)


def last_day(text: str, today: date) -> date:
    """The last of the days somebody wrote, 「到7月20日」「三天」, never before today. Raises `Misread`."""
    written = text.strip()
    found = _UNTIL.fullmatch("".join(simplified(half_width(text)).split()))
    if found is None:
        raise Misread("when.no_day", text=written)
    length = None if found["until"] else _LENGTH.fullmatch(found["what"])
    end = _after(length, today, written) if length else day(found["what"], today)
    if end < today or (not _has_year(found["what"]) and end - today > _HALF_A_YEAR and length is None):
        raise Misread("when.past", text=written)
    return end


def _has_year(plain: str) -> bool:
    return re.match(r"\d{4}", plain) is not None


def _after(length: re.Match[str], today: date, written: str) -> date:
    """The last day when so many begin today: of one day it is today."""
    if length["half"]:
        return today + timedelta(days=14)
    count = number(length["count"])
    if not count:
        raise Misread("when.no_day", text=written)
    days = 1 if length["unit"] in ("天", "日") else 30 if length["unit"] == "个月" else 7
    return today + timedelta(days=count * days - 1)


def named_day(found: re.Match[str], written: str, today: date) -> date:
    """What the groups of `DAY` say. Raises `Misread`."""
    try:
        if found["near"]:
            return today + timedelta(days=_NEAR[found["near"]])
        if found["weekday"]:
            return _weekday(WEEKDAYS[found["weekday"]], found["week"], today)
        if found["lunar_day"]:
            return _lunar(found, today)
        if found["numeric"]:
            of_year, of_month = (int(part) for part in re.split("[-./]", found["numeric"]))
            return _date(int(found["full_year"] or 0), of_year, of_month, today)
        month = number(found["month"]) or 0 if found["month"] else None
        return _date(int(found["year"] or 0), month, number(found["day"]) or 0, today)
    except (ValueError, OverflowError):
        raise Misread("when.no_such_day", text=written) from None


def _weekday(weekday: int, week: str | None, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if week:
        return monday + timedelta(days=weekday + 7 * week.count("下"))
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _date(year: int, month: int | None, of_month: int, today: date) -> date:
    """That date, or the next with this number in the month that is named or any: 「31 日」 passes over June."""
    if year:
        return date(year, month or 0, of_month)
    return next(found for found in _dates(month, of_month, today) if found >= today)


def _dates(month: int | None, of_month: int, today: date) -> Iterator[date]:
    for years in range(_YEARS):
        for place in range(1, 13):
            if month in (None, place):
                try:
                    yield date(today.year + years, place, of_month)
                except ValueError:
                    continue
    raise ValueError(of_month)


def _lunar(found: re.Match[str], today: date) -> date:
    """The next such day of the lunar calendar, kept as anniversaries are: 腊月三十 is the last day of its year."""
    month = LUNAR_MONTHS.get(found["lunar_month"]) or number(found["lunar_month"]) or 0
    if not 1 <= month <= 12:
        raise ValueError(month)
    of_month, this = lunar_day(found["lunar_day"]), lunar(today).year
    coming = (kept_on(month, of_month, year, leap=bool(found["leap"])) for year in (this, this + 1))
    return next(end for end in coming if end >= today)


def lunar_day(written: str) -> int:
    """「初一」「十五」「廿三」「三十」 as a number from 1 to 30. Raises `Misread`."""
    plain = "二十" + written[1:] if written.startswith("廿") else written.removeprefix("初")
    found = number(plain)
    if found is None or not 1 <= found <= 30:
        raise Misread("when.no_such_day", text=written)
    return found
