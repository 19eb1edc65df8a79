"""Eleven months after the day of joining: the secretary alone hears whose probation is nearly over."""

from calendar import monthrange
from datetime import date, datetime

from sqlalchemy import Integer
from sqlmodel import Session, col, select

from models.branch import Branch
from models.broadcast import BroadcastKind
from models.database import given, packed
from models.member import Member, Status
from models.owed import owe
from models.role import RoleKind, holders
from scheduler.audience import served_nodes
from scheduler.calendar import anniversary
from scheduler.planners.firing import Draft, Firing, Until, write_broadcast

AFTER_MONTHS = 11

# It stays good until the year is over.
SHOWN_DAYS = 30


def ring_until(firing: Firing) -> datetime:
    """Until the evening of that day."""
    return firing.rules.ring_until(firing.occasion, firing.rules.hours.quiet_from)


def show_until(firing: Firing) -> datetime:
    """Until the year is over."""
    return firing.rules.shown_for(firing.occasion, SHOWN_DAYS)


def plan(db: Session, firing: Firing, until: Until) -> None:
    """One list for each secretary, of those whose nearest they are; nobody else hears of it: no admin, no member."""
    lists: dict[int, list[Member]] = {}
    for member in _nearly_over(db, firing):
        path = db.get_one(Branch, member.branch_id).path
        for secretary in holders(db, (RoleKind.SECRETARY,), path, firing.rules.hours.day(firing.now))[:1]:
            assert secretary.id is not None
            # Whoever is on probation themselves doesn't hear of it this way.
            if secretary.id != member.id:
                lists.setdefault(secretary.id, []).append(member)
    for secretary_id, members in sorted(lists.items()):
        rows = [
            {"name": one.name, "day": anniversary(_joined(one), _joined(one).year + 1).isoformat()} for one in members
        ]
        draft = Draft(BroadcastKind.PROBATION, {"rows": rows}, part=str(secretary_id))
        told = write_broadcast(db, firing, until, draft)
        if told is not None:
            owe(db.connection(), told, firing.occasion, [{"member_id": secretary_id, "facts": {}}])


def _nearly_over(db: Session, firing: Firing) -> list[Member]:
    """Who is on probation and joined eleven months before one of the firing's days.

    Of whom only the month is known, the first of it stands for the day.
    """
    nodes = given(db.connection(), id=Integer())
    rows = packed(db.connection(), [{"id": node} for node in served_nodes(db, firing.plan)])
    query = (
        select(Member)
        .join(nodes, nodes.c.id == col(Member.branch_id))
        .where(Member.status == Status.PROBATIONARY, col(Member.joined_on).is_not(None))
        .order_by(col(Member.name), col(Member.id))
    )
    days = set(firing.covers)
    found = db.exec(query, params={"given": rows}).all()
    return [member for member in found if months_after(_joined(member), AFTER_MONTHS) in days]


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _joined(member: Member) -> date:
    assert member.joined_on is not None
    return member.joined_on
