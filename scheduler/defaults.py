"""The plans that the top of a tree begins with: they serve everybody below who has no plan of their own."""

from collections.abc import Mapping
from datetime import datetime, time

from sqlmodel import Session, col, select

from models.branch import Branch
from models.plan import Basis, Plan, PlanKind
from models.quiz import has_bank
from scheduler.days import days_of
from scheduler.rules import Rules
from scheduler.tick import recurrence_of

# The day of the month on which the secretary gets the next month's birthdays: time enough to prepare.
LIST_DAY = 25

# What members get they agreed to; the list is the secretary's own work.
BASES = {
    PlanKind.TOPIC: Basis.CONSENTED,
    PlanKind.BOOK: Basis.CONSENTED,
    PlanKind.BIRTHDAY: Basis.CONSENTED,
    PlanKind.BIRTHDAY_LIST: Basis.SERVICE,
    PlanKind.NUDGE: Basis.ASKED,
    PlanKind.QUIZ: Basis.CONSENTED,
    PlanKind.PROBATION: Basis.SERVICE,
}


def default_plans(db: Session, branch: Branch, rules: Rules, now: datetime) -> list[Plan]:
    """Makes the plans that a branch doesn't have yet; returns the new ones.

    A topic on working mornings, a book every second Friday, birthdays every day, next month's on the 25th, nudges for
    those who ask, probations that end and, where there is a bank of questions, one of them on working days.
    """
    rhythms = {
        PlanKind.TOPIC: f"FREQ=DAILY;{_at(rules.topic_at)}",
        PlanKind.BOOK: f"FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;{_at(rules.book_at)}",
        PlanKind.BIRTHDAY: f"FREQ=DAILY;{_at(rules.birthday_at)}",
        PlanKind.BIRTHDAY_LIST: f"FREQ=MONTHLY;BYMONTHDAY={LIST_DAY};{_at(rules.birthday_at)}",
        # The rule gives the days, members their own hours.
        PlanKind.NUDGE: f"FREQ=DAILY;{_at(time())}",
        PlanKind.PROBATION: f"FREQ=DAILY;{_at(rules.birthday_at)}",
    }
    if has_bank(db.connection(), rules.hours.day(now)):
        rhythms[PlanKind.QUIZ] = _quiz(rules)
    return _missing(db, branch, rhythms, rules, now)


def quiz_plans(db: Session, rules: Rules, now: datetime) -> None:
    """Makes a plan of questions for each top that has none yet: somebody has imported a bank."""
    for branch in db.exec(select(Branch).where(col(Branch.parent_id).is_(None)).order_by(col(Branch.id))).all():
        _missing(db, branch, {PlanKind.QUIZ: _quiz(rules)}, rules, now)


def _missing(db: Session, branch: Branch, rhythms: Mapping[PlanKind, str], rules: Rules, now: datetime) -> list[Plan]:
    assert branch.id is not None
    there = set(db.exec(select(Plan.kind).where(col(Plan.branch_id) == branch.id)))
    plans = [
        Plan(
            branch_id=branch.id,
            kind=kind,
            rrule=rrule,
            starts_on=rules.hours.day(now),
            workdays_only=kind in (PlanKind.TOPIC, PlanKind.QUIZ),
            basis=BASES[kind],
        )
        for kind, rrule in rhythms.items()
        if kind not in there
    ]
    days = days_of(db.connection(), branch.path)
    for plan in plans:
        plan.next_at = recurrence_of(plan, rules, days).after(now)
    db.add_all(plans)
    return plans


def _quiz(rules: Rules) -> str:
    return f"FREQ=DAILY;{_at(rules.quiz_at)}"


def _at(wall: time) -> str:
    return f"BYHOUR={wall.hour};BYMINUTE={wall.minute};BYSECOND=0"
