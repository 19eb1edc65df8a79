"""On the 25th, next month's political birthdays to the secretary."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.follower import Follower
from models.plan import Plan, PlanKind
from scheduler.planners import birthdays
from scheduler.planners.birthdays import Celebrated
from scheduler.planners.firing import Firing, Until


def ring_until(firing: Firing) -> datetime:
    """Until the evening of that day."""
    return firing.rules.ring_until(firing.occasion, firing.rules.hours.quiet_from)


def show_until(firing: Firing) -> datetime:
    """As long as a greeting."""
    return firing.rules.shown_for(firing.occasion, firing.rules.birthday_show_days)


def plan(db: Session, firing: Firing, until: Until) -> None:
    """The list of the month after the occasion's; a month without anybody has none."""
    first = (firing.day.replace(day=28) + timedelta(days=4)).replace(day=1)
    people = birthdays.in_month(db, _greeting_plan(db, firing.plan), first.year, first.month)
    if people:
        bound = set(db.exec(select(Follower.member_id).where(col(Follower.agreed_at).is_not(None))))
        rows = [_row(one, one.member_id in bound) for one in people if not one.struck]
        birthdays.tell_secretary(db, firing, until, {"month": first.month, "rows": rows})


def _greeting_plan(db: Session, plan: Plan) -> Plan:
    """The plan whose greetings are announced; without one, its people are those of the list's own plan."""
    query = select(Plan).where(Plan.branch_id == plan.branch_id, Plan.kind == PlanKind.BIRTHDAY)
    return db.exec(query).first() or plan


def _row(one: Celebrated, bound: bool) -> dict[str, Any]:
    # A window lasts two days at most, so nobody can be reached by themselves a week ahead as far as we know now.
    arrival = "phone" if one.without_wechat else "next" if bound else "unbound"
    row: dict[str, Any] = {"name": one.name, "arrival": arrival}
    if not one.by_month:
        row["day"] = one.day.isoformat()
    if not one.probationary:
        row["years"] = one.years
    return row
