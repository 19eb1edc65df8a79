"""The lunar calendar: months and their lengths, leap months, the way to and from dates, and 清明. Pure.

The months are those of lunar-python, which computes them by the rules of GB/T 33661; `tests/scheduler/test_lunar.py`
compares it with published tables.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import LunarYear, Solar

# Before and after these years nobody is born or plans anything; the library's own precision ends there as well.
YEARS = range(1900, 2100)

# From a Julian day at noon to the days that Python counts.
_JULIAN = 1721425
# The place of 清明 among the year's 31 solar terms, the first of which is the 大雪 of the year before.
_CLEAR_AND_BRIGHT = 8


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a lunar year: its number, whether it is the leap one of that number, where it begins, how long."""

    number: int
    leap: bool
    first: date
    length: int


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar; `leap` where its month is the leap one."""

    year: int
    month: int
    day: int
    leap: bool = False


@lru_cache(maxsize=256)
def months(year: int) -> tuple[Month, ...]:
    """The twelve or thirteen months of a lunar year, in order. Raises ValueError outside of `YEARS`."""
    if year not in YEARS:
        raise ValueError(f"no lunar months are known of {year}")
    return tuple(
        Month(abs(month.getMonth()), month.isLeap(), _date(month.getFirstJulianDay()), month.getDayCount())
        for month in LunarYear.fromYear(year).getMonthsInYear()
    )


def _date(julian: float) -> date:
    return date.fromordinal(int(julian + 0.5) - _JULIAN)


def solar(day: LunarDate) -> date:
    """The date of a lunar day. Raises ValueError where that year has no such month, or the month no such day."""
    month = next((one for one in months(day.year) if (one.number, one.leap) == (day.month, day.leap)), None)
    if month is None or not 1 <= day.day <= month.length:
        raise ValueError(f"there is no {day}")
    return month.first + timedelta(days=day.day - 1)


def lunar(day: date) -> LunarDate:
    """The lunar day that a date is."""
    year = day.year if day >= months(day.year)[0].first else day.year - 1
    month = next(one for one in reversed(months(year)) if one.first <= day)
    return LunarDate(year, month.number, (day - month.first).days + 1, month.leap)


def kept_on(month: int, day: int, year: int, *, leap: bool = False) -> date:
    """The date in the lunar `year` on which a lunar day is kept that recurs every year.

    A leap month is kept in the ordinary one of its number where the year has none, and the 30th of a month that has
    only 29 days on the 29th: so 腊月三十 is always the last day of the year.
    """
    named = [one for one in months(year) if one.number == month]
    found = named[-1] if leap else named[0]
    return found.first + timedelta(days=min(day, found.length) - 1)


@lru_cache(maxsize=256)
def clear_and_bright(year: int) -> date:
    """清明 of that year."""
    moment = Solar.fromJulianDay(LunarYear.fromYear(year).getJieQiJulianDays()[_CLEAR_AND_BRIGHT])
    return date(moment.getYear(), moment.getMonth(), moment.getDay())
