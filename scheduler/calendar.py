"""Days and hours as the organisation lives them: time zone, working days, quiet hours, anniversaries. Pure."""

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chinese_calendar.constants import Holiday, holidays, workdays

from scheduler.lunar import YEARS, clear_and_bright, kept_on

ONE_DAY = timedelta(days=1)

# Years for which the State Council's notice is in the library; it is published in the November before.
OFFICIAL_YEARS = range(min(holidays).year, max(holidays).year + 1)


def has_official_days(day: date) -> bool:
    """Whether the year's notice about holidays and exchanged weekends (调休) is in the library."""
    return day.year in OFFICIAL_YEARS


def holiday(day: date) -> str | None:
    """The holiday to which a day off belongs; None where there is none, or only the weekend is off.

    In a year without a notice these are the days that the regulation itself names: the exchanged weekends around them
    are known only from the notice.
    """
    if has_official_days(day):
        return str(Holiday(holidays[day]).chinese) if day in holidays else None
    return statutory_days(day.year).get(day) if day.year in YEARS[1:] else None


def is_exchanged(day: date) -> bool:
    """Whether the notice makes a working day of this weekend, in exchange for another one."""
    return day in workdays and is_weekend(day)


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def is_workday(day: date) -> bool:
    """Whether people work on `day` in mainland China, exchanged weekends (调休) included, as far as is known."""
    return is_exchanged(day) or not (is_weekend(day) or holiday(day))


@lru_cache(maxsize=64)
def statutory_days(year: int) -> Mapping[date, str]:
    """The holidays of the regulation (as amended in November 2024), none of which needs a yearly notice."""
    eve = kept_on(12, 30, year - 1)
    fixed = {
        (1, 1): "元旦",
        (5, 1): "劳动节",
        (5, 2): "劳动节",
        (10, 1): "国庆节",
        (10, 2): "国庆节",
        (10, 3): "国庆节",
    }
    return {
        **{eve + ONE_DAY * number: "春节" for number in range(4)},
        clear_and_bright(year): "清明",
        kept_on(5, 5, year): "端午",
        kept_on(8, 15, year): "中秋",
        **{date(year, month, number): name for (month, number), name in fixed.items()},
    }


def anniversary(since: date, year: int) -> date:
    """The day in `year` on which `since` is celebrated: 29 February on the 28th in common years."""
    if (since.month, since.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return since.replace(year=year)


def celebrated_on(day: date) -> tuple[tuple[int, int], ...]:
    """The (month, day) pairs whose anniversary falls on `day`."""
    pair = (day.month, day.day)
    return (pair, (2, 29)) if pair == (2, 28) and not isleap(day.year) else (pair,)


def years_since(since: date, day: date) -> int:
    """Whole years from `since` to `day`, by the same rule for 29 February; negative before it."""
    return day.year - since.year - (day < anniversary(since, day.year))


# A batch of messages has one `now`, and asks for each of them.
@lru_cache(maxsize=16)
def _day(now: datetime, zone: ZoneInfo, turns_at: int) -> date:
    return (now.astimezone(zone).replace(tzinfo=None) - timedelta(hours=turns_at)).date()


@dataclass(frozen=True, slots=True)
class Hours:
    """The organisation's clock on the wall.

    Nothing is sent by itself from `quiet_from` until `quiet_until` (local; equal ones mean never quiet); the day
    of study turns at `day_turns_at` o'clock (0 to 6), so that reading after midnight can count for the evening.
    """

    zone: ZoneInfo
    quiet_from: time = time(21)
    quiet_until: time = time(7, 30)
    day_turns_at: int = 0

    def day(self, now: datetime) -> date:
        """The organisation's date at `now`."""
        return _day(now, self.zone, 0)

    def study_day(self, now: datetime) -> date:
        """The day for which a check-in at `now` counts."""
        return _day(now, self.zone, self.day_turns_at)

    def at(self, day: date, wall: time) -> datetime:
        """The moment (UTC) when the organisation's clock shows `wall` on `day`.

        A time that summer time skips is taken as much later; one that it repeats, at its first coming.
        """
        return datetime.combine(day, wall, tzinfo=self.zone).astimezone(UTC)

    def quiet(self, now: datetime) -> bool:
        """Whether `now` lies in the quiet hours."""
        wall = now.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= wall < self.quiet_until
        return wall >= self.quiet_from or wall < self.quiet_until

    def wakes_at(self, now: datetime) -> datetime:
        """The first moment from `now` on that isn't quiet: `now` itself outside the quiet hours."""
        if not self.quiet(now):
            return now
        today = self.at(self.day(now), self.quiet_until)
        return today if today > now else self.at(self.day(now) + ONE_DAY, self.quiet_until)
