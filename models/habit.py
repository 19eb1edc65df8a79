"""What somebody's days amount to: the run the next check-in carries on, weeks that reached a goal, and a score. Pure.

All of it comes from two things alone, the days of check-ins and the days of leave, in whatever order they were written.
A day of leave neither breaks nor lengthens anything; a check-in counts on any day.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

ONE_DAY = timedelta(days=1)
WEEK = 7
# What those who have set no goal are measured by: as often as there is something to study.
USUAL_GOAL = 5

# From the first to the last day of a leave, both included.
Span = tuple[date, date]

# After so many days that kept to the goal every day, a score is half way from where it was to the top.
_HALF_WAY = 13
# A week without study counts less where the week before had more than the goal.
_WINDOW = 2 * WEEK


def carried_on(length: int, last_day: date, away_until: date | None, day: date) -> int:
    """The length after a check-in on `day`, which is later than `last_day` and than the begin of any leave."""
    before = day - ONE_DAY
    return length + 1 if before == last_day or before <= (away_until or last_day) else 1


@dataclass(frozen=True, slots=True)
class Run:
    """The run that the next check-in carries on; all days after `last_day` up to `away_until` are leave.

    A run that a gap has ended already has the length 0, and its `last_day` is the day before the leave.
    """

    length: int
    last_day: date
    away_until: date | None = None

    def on(self, today: date) -> int:
        """The length as it stands today: a gap that is over has ended it, today itself may still come."""
        return self.length if today - ONE_DAY <= max(self.last_day, self.away_until or self.last_day) else 0


def away_days(leaves: Iterable[Span]) -> set[date]:
    """Every day of these leaves."""
    return {first + number * ONE_DAY for first, last in leaves for number in range((last - first).days + 1)}


def run_from(days: Collection[date], leaves: Collection[Span]) -> Run | None:
    """The run as the rows say it, in whatever order they came; None where there are none."""
    known, away = set(days), away_days(leaves)
    if not known and not away:
        return None
    away_until = max(away, default=date.min)
    last = end = max(known, default=date.min)
    length = 0
    for day in _backwards(last):
        if day not in known and day not in away:
            break
        length += day in known
    while known and end + ONE_DAY in away:
        end += ONE_DAY
    if away_until > end:
        # Leaves that overlap are one, whichever was taken first.
        return Run(0, next(day for day in _backwards(away_until) if day not in away), away_until)
    return Run(length, last, end if end > last else None)


def _backwards(day: date) -> Iterable[date]:
    while day > date.min:
        yield day
        day -= ONE_DAY


def monday(day: date) -> date:
    """The first day of the week of `day`."""
    return day - day.weekday() * ONE_DAY


def weeks_in_a_row(days: Collection[date], leaves: Collection[Span], goal: int, today: date) -> int:
    """How many weeks in a row reached the goal; this week counts once it has, and doesn't break anything before.

    A week asks for no more than the days it has besides leave; one that is all leave is passed over.
    """
    known, away = set(days), away_days(leaves)
    week, this_week = monday(today), monday(today)
    count = 0
    while known and week >= monday(min(known)):
        of_week = {week + number * ONE_DAY for number in range(WEEK)}
        free = of_week - (away - known)
        reached = len(of_week & known) >= min(goal, len(free))
        if free and reached:
            count += 1
        elif free and week != this_week:
            break
        week -= WEEK * ONE_DAY
    return count


def strength(days: Collection[date], leaves: Collection[Span], goal: int, today: date) -> int:
    """A score from 0 to 100 that forgives: each day moves it a little towards how far the last two weeks kept the goal.

    It is an exponentially smoothed mean; the rarer the goal, the slower it moves. Days of leave are passed over, and
    today as long as nothing has been written.
    """
    known, away = set(days), away_days(leaves)
    kept = 0.5 ** (sqrt(goal / WEEK) / _HALF_WAY)
    score, window = 0.0, list[bool]()
    day = min(known, default=today)
    while day <= today:
        if day in known or (day not in away and day != today):
            window = [*window, day in known][-_WINDOW:]
            wanted = max(1.0, goal * len(window) / WEEK)
            score = score * kept + min(1.0, sum(window) / wanted) * (1 - kept)
        day += ONE_DAY
    return round(100 * score)
