"""Rules of RFC 7529 that count in the lunar calendar, `RSCALE=CHINESE`: as much of them as plans need. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.lunar import YEARS, Month, lunar, months

_KNOWN = {"RSCALE", "FREQ", "BYMONTH", "BYMONTHDAY", "SKIP", "BYHOUR", "BYMINUTE", "BYSECOND"}


@dataclass(frozen=True, slots=True)
class LunarRule:
    """`RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30;SKIP=BACKWARD`, for one: the last day of the lunar year.

    `FREQ` is YEARLY with months (5L is the leap fifth one) or MONTHLY without. With `SKIP=BACKWARD` a day or a leap
    month that isn't there is the one before it; without, it is left out. Days below zero count from the month's end.
    """

    months: tuple[tuple[int, bool], ...]
    days: tuple[int, ...]
    backward: bool
    walls: tuple[time, ...]

    def xafter(self, wall: datetime, inc: bool = True) -> Iterator[datetime]:
        """The occasions from `wall` on, as `dateutil`'s rules give them."""
        for year in range(lunar(wall.date()).year, YEARS.stop):
            for at in self._of(year):
                if at >= wall:
                    yield at

    def _of(self, year: int) -> list[datetime]:
        days = {day for month in self._months(months(year)) for day in self._days(month)}
        return [datetime.combine(day, at) for day in sorted(days) for at in self.walls]

    def _months(self, of_year: tuple[Month, ...]) -> list[Month]:
        if not self.months:
            return list(of_year)
        there = {(month.number, month.leap): month for month in of_year}
        found = [there.get(asked) or (there[asked[0], False] if self.backward else None) for asked in self.months]
        return [month for month in found if month is not None]

    def _days(self, month: Month) -> Iterator[date]:
        for day in self.days:
            place = day if day > 0 else month.length + 1 + day
            if self.backward:
                place = min(place, month.length)
            if 1 <= place <= month.length:
                yield month.first + timedelta(days=place - 1)


def parse(rule: str) -> LunarRule | None:
    """The lunar rule that a text is; None if it counts in our own calendar. Raises ValueError where it is wrong."""
    parts = [part.partition("=") for part in rule.upper().split(";") if part]
    said = {name: value for name, _, value in parts}
    if said.get("RSCALE", "GREGORIAN") == "GREGORIAN":
        return None
    if said["RSCALE"] != "CHINESE" or set(said) - _KNOWN or said.get("SKIP", "OMIT") not in ("OMIT", "BACKWARD"):
        raise ValueError(f"not a rule of the lunar calendar that plans can follow: {rule}")
    if (said.get("FREQ"), "BYMONTH" in said) not in (("YEARLY", True), ("MONTHLY", False)):
        raise ValueError("FREQ is YEARLY with BYMONTH, or MONTHLY without")
    walls = [time(*at) for at in _products(said)]
    days = _numbers(said["BYMONTHDAY"], -30, 30)
    named = [
        (int(month.removesuffix("L")), month.endswith("L")) for month in said.get("BYMONTH", "").split(",") if month
    ]
    if 0 in days or any(not 1 <= number <= 12 for number, _ in named):
        raise ValueError("months are 1 to 12, days 1 to 30 or -30 to -1")
    return LunarRule(tuple(named), tuple(days), said.get("SKIP") == "BACKWARD", tuple(sorted(walls)))


def _products(said: dict[str, str]) -> Iterator[tuple[int, int, int]]:
    for hour in _numbers(said.get("BYHOUR", "0"), 0, 23):
        for minute in _numbers(said.get("BYMINUTE", "0"), 0, 59):
            for second in _numbers(said.get("BYSECOND", "0"), 0, 59):
                yield hour, minute, second


def _numbers(written: str, low: int, high: int) -> list[int]:
    numbers = [int(number) for number in written.split(",")]
    if any(not low <= number <= high for number in numbers):
        raise ValueError(f"{written} is not within {low} and {high}")
    return numbers
