"""The days as one part of the tree has them: the official calendar, corrected by the days in the database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from models.branch import Branch, within
from models.calendar_day import EVERYWHERE, DayKind, Mark, marked
from models.plan import Plan, PlanKind
from scheduler.calendar import OFFICIAL_YEARS, ONE_DAY, holiday, is_exchanged, is_weekend
from scheduler.lunar import clear_and_bright

# The word for 清明 among the solemn days of every year; the others are a month and a day, 12-13.
CLEAR_AND_BRIGHT = "清明"

# So many days off at least make a year's notice: fewer are somebody's own correction.
NOTICE_DAYS = 5

# What a closure stops. Birthdays don't move because an office is closed.
_CLOSING = (PlanKind.TOPIC, PlanKind.BOOK, PlanKind.QUIZ)


class Reason(StrEnum):
    """Why a plan doesn't fire on a day."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    CLOSURE = "closure"
    SOLEMN = "solemn"


@dataclass(frozen=True, slots=True)
class Skip:
    """The reason, and what that day is called."""

    reason: Reason
    name: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one branch; what is nearer to it comes before what holds for more."""

    marks: Mapping[date, Mark] = field(default_factory=dict)
    closures: Mapping[date, str] = field(default_factory=dict)

    def skip(self, plan: Plan, day: date) -> Skip | None:
        """Why a plan doesn't fire on `day`; None if it may."""
        if day in self.closures and (plan.workdays_only or plan.kind in _CLOSING):
            return Skip(Reason.CLOSURE, self.closures[day])
        return self.rest(day, on_makeup_days=plan.on_makeup_days) if plan.workdays_only else None

    def rest(self, day: date, *, on_makeup_days: bool = True) -> Skip | None:
        """Why `day` is no working day; None if it is one."""
        mark = self.marks.get(day)
        if mark is not None and mark.kind is DayKind.OFF:
            return Skip(Reason.HOLIDAY, mark.name)
        if mark is not None or is_exchanged(day):
            return None if on_makeup_days or not is_weekend(day) else Skip(Reason.MAKEUP)
        if name := holiday(day):
            return Skip(Reason.HOLIDAY, name)
        return Skip(Reason.WEEKEND) if is_weekend(day) else None


OFFICIAL = Days()


def days_of(connection: Connection, path: str) -> Days:
    """The days of the branch at `path`."""
    every = marked(connection, DayKind.OFF, DayKind.WORK, DayKind.CLOSURE)
    # In this order the nearest one stays.
    known = sorted((mark for mark in every if within(path, mark.path)), key=lambda mark: len(mark.path))
    return Days(
        marks={mark.day: mark for mark in known if mark.kind is not DayKind.CLOSURE},
        closures={mark.day: mark.name for mark in known if mark.kind is DayKind.CLOSURE},
    )


def closed_nodes(connection: Connection, nodes: Iterable[Branch], day: date) -> list[int]:
    """Which of these nodes are closed on `day`."""
    closed = [mark.path for mark in marked(connection, DayKind.CLOSURE, since=day) if mark.day == day]
    return [node.id for node in nodes if node.id is not None and any(within(node.path, root) for root in closed)]


def knows_year(connection: Connection, year: int) -> bool:
    """Whether the year's notice is in the library, or somebody has imported it."""
    if year in OFFICIAL_YEARS:
        return True
    off = marked(connection, DayKind.OFF, since=date(year, 1, 1))
    return sum(mark.path == EVERYWHERE and mark.day.year == year for mark in off) >= NOTICE_DAYS


@dataclass(frozen=True, slots=True)
class Solemn:
    """Solemn days: those of every year, and those an admin added, each for a sub-tree."""

    yearly: tuple[str, ...] = ()
    added: tuple[tuple[date, str, str], ...] = ()

    def name(self, day: date, path: str) -> str | None:
        """What makes `day` solemn for the node at `path`; None if nothing does. A day without a name is ""."""
        if word := next((word for word in self.yearly if _is(word, day)), None):
            return word if word == CLEAR_AND_BRIGHT else ""
        return next((name for when, name, root in self.added if when == day and within(path, root)), None)

    def anywhere_near(self, path: str) -> "Solemn":
        """The same days as the node at `path` has them with everything above and below it."""
        near = ((day, name, EVERYWHERE) for day, name, root in self.added if within(path, root) or within(root, path))
        return Solemn(self.yearly, tuple(near))

    def free_from(self, day: date, path: str) -> date:
        """The first day from `day` on that isn't solemn there."""
        while self.name(day, path) is not None:
            day += ONE_DAY
        return day


def _is(word: str, day: date) -> bool:
    return clear_and_bright(day.year) == day if word == CLEAR_AND_BRIGHT else f"{day:%m-%d}" == word


def solemn_days(connection: Connection, yearly: Iterable[str], since: date) -> Solemn:
    """The solemn days from `since` on."""
    added = tuple((mark.day, mark.name, mark.path) for mark in marked(connection, DayKind.SOLEMN, since=since))
    return Solemn(tuple(yearly), added)


def span(first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included."""
    return (first + ONE_DAY * number for number in range((last - first).days + 1))
