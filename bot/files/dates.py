"""Dates as people write them in rosters. Pure."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.files.faults import Unclear
from models.member import Precision

# Spreadsheets count days from here; five digits reach from 1927 to 2173.
SERIAL_ZERO = date(1899, 12, 30)

_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})([-/.年])(\d{1,2})月?|(\d{4})()(\d{2})")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Known:
    """A date, and how much of it is known: by the month only, it is the first of the month."""

    day: date
    precision: Precision = Precision.DAY


def read_date(text: str) -> Known:
    """The date that a cell means.

    1985-07-01, 1985年7月1日, 1985/7/1, 1985.7.1, 19850701; by the month only 1985.07, 1985-07, 1985年7月, 198507;
    a spreadsheet's serial number. Raises `Unclear` for anything else, and for a day that doesn't exist.
    """
    text = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", text).strip())
    text = re.sub(r"\s", "", text).replace("。", ".")
    for pattern, made in _FORMS:
        if found := pattern.fullmatch(text):
            return made(*(part for part in found.groups() if part is not None))
    raise Unclear("date_unclear", value=text)


def _day(year: str, month: str, day: str) -> Known:
    return Known(_existing(int(year), int(month), int(day)))


def _month(year: str, separator: str, month: str) -> Known:
    if (separator, month) == (".", "1"):
        # As a number, a spreadsheet drops the zero at the end of 1985.10.
        raise Unclear("date_january_or_october", year=year)
    return Known(_existing(int(year), int(month), 1), Precision.MONTH)


def _serial(days: str, _time: str = "") -> Known:
    return Known(SERIAL_ZERO + timedelta(days=int(days)))


_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Known]], ...] = (
    (_DAY, _day),
    (_MONTH, _month),
    (_SERIAL, _serial),
)


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unclear("date_impossible", value=f"{year}-{month:02}-{day:02}") from None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a date of someone's life can be: not later than `today`, not before the year `earliest`."""

    today: date
    earliest: int

    def check(self, known: Known) -> Known:
        """The date itself. Raises `Unclear` if it lies outside."""
        if known.day > self.today:
            raise Unclear("date_future", value=known.day.isoformat())
        if known.day.year < self.earliest:
            raise Unclear("date_early", value=known.day.isoformat())
        return known
