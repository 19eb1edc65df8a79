"""Dates of birth, by either calendar: read from one cell, settled once the row's calendar is known. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from bot.files.dates import Bounds, Known, read_date
from bot.files.faults import Unclear
from bot.misread import Misread
from bot.times import lunar_day, number
from models.member import Calendar, Precision
from scheduler.lunar import LunarDate, lunar, solar

_NUMBERS = re.compile(r"(\d{4})[-/.年](闰?)(\d{1,2})[-/.月](\d{1,2})日?")
_WORDS = re.compile(
    r"(?:农历|阴历)?(\d{4})年(闰?)([正冬腊]|\d{1,2}|[一二三四五六七八九十]{1,2})月([初廿]?[一二三四五六七八九十\d]{1,3})日?"
)
# What only the lunar calendar has; 「七月一日」 may be of either.
_LUNAR = re.compile("[农阴闰正冬腊初廿]")
_MONTHS = {"正": 1, "冬": 11, "腊": 12}


@dataclass(frozen=True, slots=True)
class Birth:
    """A date of birth as it was written; `lunar` where the words themselves say so."""

    year: int
    month: int
    day: int
    leap: bool = False
    lunar: bool = False

    def __str__(self) -> str:
        return f"{self.year}年{'闰' * self.leap}{self.month}月{self.day}日"


def read_birth(text: str) -> Birth:
    """「1985-07-01」「1985年腊月三十」「1985年闰4月12日」. Raises `Unclear`."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if found := _NUMBERS.fullmatch(plain):
        year, leap, month, day = found.groups()
        return Birth(int(year), int(month), int(day), leap=bool(leap), lunar=bool(leap))
    if found := _WORDS.fullmatch(plain):
        year, leap, month, day = found.groups()
        try:
            return Birth(
                int(year),
                _MONTHS.get(month) or number(month) or 0,
                lunar_day(day),
                bool(leap),
                lunar=bool(_LUNAR.search(plain)),
            )
        except Misread:
            raise Unclear("date_unclear", value=text) from None
    known = read_date(text)
    if known.precision is Precision.MONTH:
        raise Unclear("date_needs_day", value=text)
    return Birth(known.day.year, known.day.month, known.day.day)


def settled(birth: Birth, calendar: Calendar | None, bounds: Bounds) -> tuple[date, Calendar]:
    """The date of our calendar, and the calendar by which it is kept. Raises `Unclear`."""
    kept = Calendar.LUNAR if birth.lunar else calendar or Calendar.SOLAR
    try:
        day = (
            solar(LunarDate(birth.year, birth.month, birth.day, birth.leap))
            if kept is Calendar.LUNAR
            else _solar(birth)
        )
    except ValueError:
        key = "lunar_impossible" if kept is Calendar.LUNAR else "date_impossible"
        raise Unclear(key, value=str(birth)) from None
    return bounds.check(Known(day)).day, kept


def _solar(birth: Birth) -> date:
    return date(birth.year, birth.month, birth.day)


def written(born_on: date, calendar: Calendar) -> str:
    """A date of birth as `read_birth` takes it."""
    if calendar == Calendar.SOLAR:
        return born_on.isoformat()
    day = lunar(born_on)
    if day.leap:
        return f"{day.year}年闰{day.month}月{day.day}日"
    return f"{day.year}-{day.month:02}-{day.day:02}"
