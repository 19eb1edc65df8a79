"""Days and hours as the organisation lives them: time zone, working days, quiet hours, anniversaries. Pure."""

from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

ONE_DAY = timedelta(days=1)

# Years for which the State Council's notice is in the library; it is published in the November before.
OFFICIAL_YEARS = range(min(holidays).year, max(holidays).year + 1)

# Days off whose date the regulation itself fixes (month, day), so that they need no yearly notice. The holidays
# of the lunar calendar and the exchanged weekends do, and are missing in a year without one.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


def has_official_days(day: date) -> bool:
    """Whether the year's notice about holidays and exchanged weekends (调休) is known."""
    return day.year in OFFICIAL_YEARS


def is_workday(day: date) -> bool:
    """Whether people work on `day` in mainland China, exchanged weekends (调休) included.

    In a year without a notice: Monday to Friday, except the holidays whose date is fixed.
    """
    on_weekdays = day.weekday() < 5
    if has_official_days(day):
        return day in workdays or (on_weekdays and day not in holidays)
    return on_weekdays and (day.month, day.day) not in FIXED_HOLIDAYS


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
