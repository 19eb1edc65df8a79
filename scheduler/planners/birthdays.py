"""Political birthdays: the greeting and the oath on the day, the secretary's list of next month on the 25th.

Years count from the day of joining; how long someone has been a full member (党龄) is given only where that day is
known. Whoever's date is known by the month only is on the list, and has no day of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, extract, or_
from sqlmodel import Session, col, select

from models import consent
from models.birthday import BirthdayStrike
from models.branch import Branch
from models.broadcast import BroadcastKind
from models.consent import Purpose
from models.database import given, packed
from models.follower import Follower
from models.member import Member, Precision, Status
from models.owed import owe
from models.plan import Plan
from models.role import RoleKind, holders
from scheduler.audience import served_nodes
from scheduler.calendar import anniversary, celebrated_on, years_since
from scheduler.planners.firing import Draft, Firing, Until, write_broadcast

# When the secretary is told who is next.
AHEAD = timedelta(days=7)

# Longer than any days off: a greeting that is moved to a working day comes within so many.
MOVED_WITHIN = timedelta(days=20)

CELEBRATED = (Status.ACTIVE, Status.PROBATIONARY, Status.RETIRED, Status.MOBILE)


@dataclass(frozen=True, slots=True)
class Celebrated:
    """A member whose day comes: `day` is the first of the month for those whose date is known by the month only.

    `standing` counts the years as a full member, where known; `struck` says the secretary took them off the list.
    """

    member_id: int
    name: str
    day: date
    by_month: bool
    years: int
    standing: int | None
    probationary: bool
    struck: bool
    without_wechat: bool
    # Bound, and hasn't agreed that the day of joining is used to congratulate them.
    unasked: bool


def ring_until(firing: Firing) -> datetime:
    """Until the evening, by default."""
    return firing.rules.ring_until(firing.occasion, firing.rules.birthday_ring_until)


def show_until(firing: Firing) -> datetime:
    """For some days, worded as late."""
    return firing.rules.shown_for(firing.occasion, firing.rules.birthday_show_days)


def plan(db: Session, firing: Firing, until: Until) -> None:
    """A greeting, and the oath where the pack has one, for those whose day it is and who weren't struck.

    A plan that keeps to working days greets on the next one those whose day was none. A week ahead the secretary is
    told, once for all whose day is the same firing's.
    """
    _tell_ahead(db, firing, until)
    coming = [one for day in firing.covers for one in on_day(db, firing.plan, day)]
    people = [one for one in coming if not (one.struck or one.without_wechat or one.unasked)]
    if not people:
        return
    waiting = firing.plan.needs_approval
    greeting = write_broadcast(db, firing, until, Draft(BroadcastKind.BIRTHDAY, waiting=waiting))
    if greeting is None:
        return
    rows = [{"member_id": one.member_id, "facts": _own(one, firing)} for one in people]
    owe(db.connection(), greeting, firing.occasion, rows)
    if firing.rules.oath:
        oath = write_broadcast(db, firing, until, Draft(BroadcastKind.OATH, part="oath", waiting=waiting))
        assert oath is not None, "the greeting and the oath are written together"
        owe(db.connection(), oath, firing.occasion, [row | {"facts": {}} for row in rows])
    if waiting:
        _ask_secretary(db, firing, until, people)


def _tell_ahead(db: Session, firing: Firing, until: Until) -> None:
    coming = [one for day in firing.covers for one in on_day(db, firing.plan, day + AHEAD) if not one.struck]
    if coming:
        tell_secretary(db, firing, until, {"ahead": listed(db, coming)}, part="ahead")


def _own(one: Celebrated, firing: Firing) -> dict[str, Any]:
    day = {"day": one.day.isoformat()} if one.day != firing.day else {}
    if one.probationary:
        return {"probationary": True, **day}
    return {"years": one.years, **day} | ({"standing": one.standing} if one.standing else {})


def listed(db: Session, people: Sequence[Celebrated]) -> list[dict[str, Any]]:
    """The rows of a secretary's list."""
    bound = set(db.exec(select(Follower.member_id).where(col(Follower.agreed_at).is_not(None))))
    return [_listed(one, one.member_id in bound) for one in people]


def _listed(one: Celebrated, bound: bool) -> dict[str, Any]:
    # A window lasts two days at most, so nobody can be reached by themselves a week ahead as far as we know now.
    arrival = "phone" if one.without_wechat else "person" if one.unasked else "next" if bound else "unbound"
    row: dict[str, Any] = {"name": one.name, "arrival": arrival}
    if not one.by_month:
        row["day"] = one.day.isoformat()
    if not one.probationary:
        row["years"] = one.years
    return row


def _ask_secretary(db: Session, firing: Firing, until: Until, people: Sequence[Celebrated]) -> None:
    facts = {"ask": True, "names": [one.name for one in people]}
    tell_secretary(db, firing, until, facts, part="ask")


def tell_secretary(db: Session, firing: Firing, until: Until, facts: dict[str, Any], part: str = "") -> None:
    """A push to whoever runs the plan's branch: its secretary, else its nearest admin."""
    path = db.get_one(Branch, firing.plan.branch_id).path
    day = firing.rules.hours.day(firing.now)
    nearest = holders(db, (RoleKind.SECRETARY,), path, day)[:1] or holders(db, (RoleKind.ADMIN,), path, day)[:1]
    if not nearest:
        return
    told = write_broadcast(db, firing, until, Draft(BroadcastKind.BIRTHDAY_LIST, facts, part=part))
    if told is not None:
        owe(db.connection(), told, firing.occasion, [{"member_id": member.id, "facts": {}} for member in nearest])


def on_day(db: Session, plan: Plan, day: date) -> list[Celebrated]:
    """Those whose day it is, by name; year 0 is no anniversary."""
    pairs = [_month_and_day(month, number) for month, number in celebrated_on(day)]
    found = _find(db, plan, day.year, and_(col(Member.joined_precision) == Precision.DAY, or_(*pairs)))
    return [one for one in found if one.day == day]


def in_month(db: Session, plan: Plan, year: int, month: int) -> list[Celebrated]:
    """Those whose day or month comes in that month, in order; those known by the month only come last."""
    found = _find(db, plan, year, extract("month", col(Member.joined_on)) == month)
    return sorted(found, key=lambda one: (one.by_month, one.day, one.member_id))


def _month_and_day(month: int, day: int) -> ColumnElement[bool]:
    joined = col(Member.joined_on)
    return and_(extract("month", joined) == month, extract("day", joined) == day)


def _find(db: Session, plan: Plan, year: int, when: ColumnElement[bool]) -> list[Celebrated]:
    nodes = given(db.connection(), id=Integer())
    rows = packed(db.connection(), [{"id": node} for node in served_nodes(db, plan)])
    query = (
        select(Member)
        .join(nodes, nodes.c.id == col(Member.branch_id))
        .where(col(Member.status).in_(CELEBRATED), col(Member.ungreeted).is_(False), when)
        .order_by(col(Member.name), col(Member.id))
    )
    members = db.exec(query, params={"given": rows}).all()
    strikes = select(col(BirthdayStrike.member_id), col(BirthdayStrike.day)).where(_in_year(year))
    struck = {(member_id, day) for member_id, day in db.exec(strikes)}
    agreed = Follower.agreed_at
    asked = select(Follower.member_id).where(
        col(agreed).is_not(None), ~consent.agreed(Purpose.SENSITIVE, col(Follower.member_id))
    )
    unasked = set(db.exec(asked))
    found = [_celebrated(member, year, struck, unasked) for member in members]
    return [one for one in found if one.years > 0]


def _in_year(year: int) -> ColumnElement[bool]:
    return col(BirthdayStrike.day).between(date(year, 1, 1), date(year, 12, 31))


def _celebrated(member: Member, year: int, struck: set[tuple[int, date]], unasked: set[int | None]) -> Celebrated:
    assert member.id is not None
    assert member.joined_on is not None
    day = anniversary(member.joined_on, year)
    return Celebrated(
        member_id=member.id,
        name=member.name,
        day=day,
        by_month=member.joined_precision == Precision.MONTH,
        years=year - member.joined_on.year,
        standing=_standing(member, day),
        probationary=member.status == Status.PROBATIONARY,
        struck=(member.id, day) in struck,
        without_wechat=member.without_wechat,
        unasked=member.id in unasked,
    )


def _standing(member: Member, day: date) -> int | None:
    """Whole years since becoming a full member; None where that isn't known for certain, or is none yet."""
    if member.full_on is None or member.status == Status.PROBATIONARY:
        return None
    if member.full_precision == Precision.MONTH and member.full_on.month == day.month:
        return None
    years = years_since(member.full_on, day)
    return years if years > 0 else None
