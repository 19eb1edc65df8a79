"""On the 25th, next month's political birthdays to the secretary."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from models.plan import Plan, PlanKind
from scheduler.days import knows_year
from scheduler.planners import birthdays
from scheduler.planners.firing import Firing, Until

logger = logging.getLogger(__name__)

# The notice about next year comes in November.
NEAR = timedelta(days=62)


def ring_until(firing: Firing) -> datetime:
    """Until the evening of that day."""
    return firing.rules.ring_until(firing.occasion, firing.rules.hours.quiet_from)


def show_until(firing: Firing) -> datetime:
    """As long as a greeting."""
    return firing.rules.shown_for(firing.occasion, firing.rules.birthday_show_days)


def plan(db: Session, firing: Firing, until: Until) -> None:
    """The list of the month after the occasion's, and whether the year's days off are still unknown.

    A month without anybody has no list, where nothing else is to be said.
    """
    first = (firing.day.replace(day=28) + timedelta(days=4)).replace(day=1)
    people = birthdays.in_month(db, _greeting_plan(db, firing.plan), first.year, first.month)
    rows = birthdays.listed(db, [one for one in people if not one.struck])
    facts: dict[str, Any] = {"month": first.month, "rows": rows} if people else {}
    if unknown := _unknown_year(db, firing.day):
        logger.warning("the holidays of %d are not known: import them with `chenzhong import days`", unknown)
        facts["unknown_year"] = unknown
    if facts:
        birthdays.tell_secretary(db, firing, until, facts)


def _unknown_year(db: Session, day: date) -> int | None:
    """The year whose notice is missing although it should be out, since its beginning is near; None if all is well."""
    years = (day.year, (day + NEAR).year)
    return next((year for year in years if not knows_year(db.connection(), year)), None)


def _greeting_plan(db: Session, plan: Plan) -> Plan:
    """The plan whose greetings are announced; without one, its people are those of the list's own plan."""
    query = select(Plan).where(Plan.branch_id == plan.branch_id, Plan.kind == PlanKind.BIRTHDAY)
    return db.exec(query).first() or plan
