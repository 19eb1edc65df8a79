"""What the plans are going to do: the next firings, and the days that they leave out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.branch import Branch
from models.plan import Plan, PlanKind
from scheduler.days import Reason, Skip, Solemn, days_of, solemn_days
from scheduler.occasions import RuleError
from scheduler.rules import Rules
from scheduler.tick import recurrence_of

# Plans whose firings bring joy, which a solemn day puts off.
_PUT_OFF = (PlanKind.BOOK, PlanKind.BIRTHDAY)

# So many skipped days in a row are shown, that a plan which hardly ever fires doesn't fill the screen.
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Coming:
    """A moment that a plan's rule names: `skip` is why nothing happens then.

    On a solemn day `solemn` is its name, and `until` when what is put off comes; a topic must be suitable then.
    """

    plan: Plan
    at: datetime
    skip: Skip | None = None
    solemn: str | None = None
    until: datetime | None = None


def plans_of(db: Session, path: str) -> list[tuple[Plan, Branch]]:
    """The plans of a sub-tree, each with its branch."""
    query = select(Plan, Branch).join(Branch, col(Branch.id) == Plan.branch_id)
    return list(db.exec(query.where(col(Branch.path).startswith(path)).order_by(col(Plan.id))))


def coming(db: Session, plan: Plan, branch: Branch, rules: Rules, now: datetime, count: int) -> list[Coming]:
    """The next `count` firings of a plan with what it leaves out between them; [] if it can't be followed."""
    try:
        recurrence = recurrence_of(plan, rules, days_of(db.connection(), branch.path))
    except RuleError:
        return []
    solemn = solemn_days(db.connection(), rules.solemn_days, rules.hours.day(now))
    found: list[Coming] = []
    fired = 0
    for step, _ in zip(recurrence.steps(now), range(_MOST_STEPS), strict=False):
        found.append(_coming(plan, branch, step.at, step.skip, solemn, rules))
        fired += found[-1].skip is None
        if fired == count:
            return found
    # What is left out after the last firing says nothing.
    return found


def _coming(plan: Plan, branch: Branch, at: datetime, skip: Skip | None, solemn: Solemn, rules: Rules) -> Coming:
    day = rules.hours.day(at)
    name = solemn.name(day, branch.path)
    if skip is not None or name is None or plan.kind == PlanKind.BIRTHDAY_LIST:
        return Coming(plan, at, skip)
    if plan.kind == PlanKind.QUIZ:
        return Coming(plan, at, Skip(Reason.SOLEMN, name))
    if plan.kind not in _PUT_OFF:
        return Coming(plan, at, solemn=name)
    free = solemn.free_from(day, branch.path)
    return Coming(plan, at, solemn=name, until=rules.hours.at(free, at.astimezone(rules.hours.zone).time()))


def together(db: Session, path: str, rules: Rules, now: datetime, count: int) -> list[Coming]:
    """The next firings of all plans of a sub-tree, in order of time, and what is left out before the last of them.

    Not of nudges: their plan opens each day at midnight, and every member who asked for one chose an hour of their own.
    """
    shown = ((plan, branch) for plan, branch in plans_of(db, path) if not plan.paused and plan.kind != PlanKind.NUDGE)
    each = (coming(db, plan, branch, rules, now, count) for plan, branch in shown)
    return list(_first(sorted((one for some in each for one in some), key=lambda one: one.at), count))


def _first(all_: list[Coming], count: int) -> Iterator[Coming]:
    for one in all_:
        yield one
        count -= one.skip is None
        if count == 0:
            return
