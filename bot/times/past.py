"""A day that is over, or today: 「昨天」「上周三」「7月3日」「3号」."""

import re
from datetime import date, timedelta

from bot.misread import Misread
from bot.script import half_width, simplified
from bot.times.days import WEEKDAYS
from bot.times.numbers import NUMBER, number

_AGO = {"今": 0, "昨": 1, "前": 2, "大前": 3}

# For other patterns; all alternatives have groups of their own.
PAST_DAY = (
    r"(?:(?P<ago>今|昨|大前|前)[天日]"
    r"|(?P<week>上上|上|这|本)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    rf"|(?:(?:(?P<year>\d{{4}})\s*年\s*)?(?P<month>{NUMBER})\s*月\s*)?(?P<day>{NUMBER})\s*[日号]"
    r"|(?:(?P<full_year>\d{4})[-./])?(?P<numeric>\d{1,2}[-./]\d{1,2})(?!\d))"
)
_PAST_DAY = re.compile(PAST_DAY)


def past_day(text: str, today: date) -> date:
    """The day that is named, the latest such day up to today. Raises `Misread`."""
    written = text.strip()
    found = _PAST_DAY.fullmatch("".join(simplified(half_width(text)).split()))
    if found is None:
        raise Misread("when.no_day", text=written)
    try:
        day = _named(found, today)
    except ValueError:
        raise Misread("when.no_such_day", text=written) from None
    if day > today:
        raise Misread("when.to_come", text=written)
    return day


def _named(found: re.Match[str], today: date) -> date:
    if found["ago"]:
        return today - timedelta(days=_AGO[found["ago"]])
    if found["weekday"]:
        return _weekday(WEEKDAYS[found["weekday"]], found["week"], today)
    if found["numeric"]:
        month, of_month = (int(part) for part in re.split("[-./]", found["numeric"]))
        return _latest(int(found["full_year"] or 0), month, of_month, today)
    named = number(found["month"]) or 0 if found["month"] else None
    return _latest(int(found["year"] or 0), named, number(found["day"]) or 0, today)


def _weekday(weekday: int, week: str | None, today: date) -> date:
    if week is None:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(days=weekday - 7 * week.count("上"))


def _latest(year: int, month: int | None, of_month: int, today: date) -> date:
    """That date, or the last one with this number; 「30 日」 is not looked for beyond the month before."""
    if year:
        return date(year, month or 0, of_month)
    if month is not None:
        named = date(today.year, month, of_month)
        return named if named <= today else date(today.year - 1, month, of_month)
    if of_month <= today.day:
        return today.replace(day=of_month)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=of_month)
