"""When something that repeats happens next: RFC 5545 rules on the organisation's clock. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from scheduler.calendar import is_workday

# How far the search for the next occasion goes: a rule that hits no working day in so many tries never will.
MOST_TRIES = 1000

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


class RuleError(ValueError):
    """The text isn't a rule that a plan can follow."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule such as `FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0`, counted from `starts_on` on the clock of `zone`.

    With `workdays_only`, occasions on other days are left out. Raises `RuleError` for a text that doesn't parse
    or whose frequency is less than a day.
    """

    rule: str
    starts_on: date
    zone: ZoneInfo
    workdays_only: bool = False

    def __post_init__(self) -> None:
        self._parsed()

    def after(self, moment: datetime) -> datetime | None:
        """The first occasion (UTC) later than `moment`; None if there is none any more."""
        return next((at for at in self._from(moment) if at > moment), None)

    def between(self, first: datetime, last: datetime) -> list[datetime]:
        """The occasions from `first` to `last`, both included, in order."""
        found = []
        for at in self._from(first):
            if at > last:
                break
            if at >= first:
                found.append(at)
        return found

    def _from(self, moment: datetime) -> Iterator[datetime]:
        # A day of margin: where the clock is changed, the order on the wall isn't the order in time.
        wall = moment.astimezone(self.zone).replace(tzinfo=None) - timedelta(days=1)
        for local in islice(self._parsed().xafter(wall, inc=True), MOST_TRIES):
            if not self.workdays_only or is_workday(local.date()):
                yield local.replace(tzinfo=self.zone).astimezone(UTC)

    def _parsed(self) -> rrule:
        if not self.rule.upper().startswith(tuple(f"FREQ={frequency}" for frequency in FREQUENCIES)):
            raise RuleError(f"a rule begins with FREQ= and one of {', '.join(FREQUENCIES)}: {self.rule!r}")
        try:
            parsed = rrulestr(self.rule, dtstart=datetime.combine(self.starts_on, time()))
        except (ValueError, TypeError, KeyError) as error:
            raise RuleError(f"{self.rule!r}: {error}") from error
        if not isinstance(parsed, rrule):
            raise RuleError(f"one rule is wanted, not a set: {self.rule!r}")
        return parsed
