"""When something that repeats happens next: RFC 5545 rules on the organisation's clock. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from scheduler import lunar_rule
from scheduler.days import Skip
from scheduler.lunar_rule import LunarRule

# How far the search for the next occasion goes: a rule that hits no working day in so many tries never will.
MOST_TRIES = 1000

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

# How far back the search for the occasion before goes, at first and then further.
_LOOKS_BACK = tuple(timedelta(days=days) for days in (9, 70, 800))


class RuleError(ValueError):
    """The text isn't a rule that a plan can follow."""


def never_skips(day: date) -> Skip | None:
    """For what happens on any day."""
    return None


@dataclass(frozen=True, slots=True)
class Step:
    """A moment that a rule names (UTC), and why nothing happens then; None if it does."""

    at: datetime
    skip: Skip | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule such as `FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0`, counted from `starts_on` on the clock of `zone`.

    Days for which `skips` gives a reason are left out. Raises `RuleError` for a text that doesn't parse or whose
    frequency is less than a day. Rules of the lunar calendar: see `scheduler.lunar_rule`.
    """

    rule: str
    starts_on: date
    zone: ZoneInfo
    skips: Callable[[date], Skip | None] = never_skips
    _rule: rrule | LunarRule = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rule", self._parsed())

    def after(self, moment: datetime) -> datetime | None:
        """The first occasion (UTC) later than `moment`; None if there is none any more."""
        return next((at for at in self._from(moment) if at > moment), None)

    def before(self, moment: datetime) -> datetime | None:
        """The last occasion earlier than `moment`; None if there is none within two years."""
        for back in _LOOKS_BACK:
            found = [at for at in self.between(moment - back, moment) if at < moment]
            if found:
                return found[-1]
        return None

    def between(self, first: datetime, last: datetime) -> list[datetime]:
        """The occasions from `first` to `last`, both included, in order."""
        found = []
        for at in self._from(first):
            if at > last:
                break
            if at >= first:
                found.append(at)
        return found

    def steps(self, moment: datetime) -> Iterator[Step]:
        """All that the rule names later than `moment`, those that are skipped with the reason."""
        return (step for step in self._walk(moment) if step.at > moment)

    def _from(self, moment: datetime) -> Iterator[datetime]:
        return (step.at for step in self._walk(moment) if step.skip is None)

    def _walk(self, moment: datetime) -> Iterator[Step]:
        # A day of margin: where the clock is changed, the order on the wall isn't the order in time.
        wall = moment.astimezone(self.zone).replace(tzinfo=None) - timedelta(days=1)
        wall = max(wall, datetime.combine(self.starts_on, time()))
        for local in islice(self._rule.xafter(wall, inc=True), MOST_TRIES):
            yield Step(local.replace(tzinfo=self.zone).astimezone(UTC), self.skips(local.date()))

    def _parsed(self) -> rrule | LunarRule:
        try:
            found = lunar_rule.parse(self.rule)
        except (ValueError, KeyError) as error:
            raise RuleError(f"{self.rule!r}: {error}") from error
        return found or self._gregorian()

    def _gregorian(self) -> rrule:
        if not self.rule.upper().startswith(tuple(f"FREQ={frequency}" for frequency in FREQUENCIES)):
            raise RuleError(f"a rule begins with FREQ= and one of {', '.join(FREQUENCIES)}: {self.rule!r}")
        try:
            parsed = rrulestr(self.rule, dtstart=datetime.combine(self.starts_on, time()))
        except (ValueError, TypeError, KeyError) as error:
            raise RuleError(f"{self.rule!r}: {error}") from error
        if not isinstance(parsed, rrule):
            raise RuleError(f"one rule is wanted, not a set: {self.rule!r}")
        return parsed
