"""What the page asks about the branch: who is who, whose birthday comes next, how a broadcast fared. Only reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.branch import Branch, BranchKind
from models.broadcast import Broadcast, BroadcastKind
from models.follower import Follower
from models.member import Member, Status
from models.plan import Plan, PlanKind
from models.push import UNSENT, Push, PushStatus
from models.role import RoleKind, roles_of
from models.window import Window
from scheduler.calendar import ONE_DAY
from scheduler.cause import Cause
from scheduler.planners import birthdays
from scheduler.routes import Account
from scheduler.rules import Rules

SENT = (PushStatus.ACCEPTED, PushStatus.DELIVERED)
# Of those who are still waiting, the page needs a few names.
WAITING_NAMES = 10
YEAR = 366


@dataclass(frozen=True, slots=True)
class Moment:
    """The demo at the moment of a question: what the account may do, the product's rules, the time."""

    account: Account
    rules: Rules
    now: datetime


def everybody(db: Session, moment: Moment) -> list[dict[str, Any]]:
    """The branch, group by group: openid ("" for whoever follows with none), name, group, role, reach, following."""
    query = (
        select(Member, Branch, Follower)
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .outerjoin(Follower, col(Follower.member_id) == col(Member.id))
        .where(Member.status != Status.INACTIVE)
        .order_by(col(Branch.path), col(Member.id))
    )
    return [_described(db, moment, member, branch, follower) for member, branch, follower in db.exec(query)]


def _described(
    db: Session, moment: Moment, member: Member, branch: Branch, follower: Follower | None
) -> dict[str, Any]:
    return {
        "openid": follower.openid if follower else "",
        "name": member.name,
        "group": branch.name if branch.kind == BranchKind.GROUP else "",
        "role": _role(db, member, moment),
        "reach": _reach(member, follower, moment),
        "following": follower is not None,
    }


def _role(db: Session, member: Member, moment: Moment) -> str:
    held = {kind for kind, _path in roles_of(db, member.id or 0, moment.rules.hours.day(moment.now))}
    ranks = (RoleKind.SECRETARY, RoleKind.ADMIN, RoleKind.LEADER)
    return next((rank.value for rank in ranks if rank in held), "member")


def _reach(member: Member, follower: Follower | None, moment: Moment) -> str:
    """`open`: may be written to now; `closed`, `used`: the window or its count is over; `passive`: only answered."""
    if member.without_wechat:
        return "phone"
    if follower is None:
        return "unbound"
    if not moment.account.may_write_first:
        return "passive"
    window = Window(follower.window_left, follower.window_until)
    if window.is_open(moment.now):
        return "open"
    return "used" if window.until is not None and moment.now < window.until else "closed"


def next_birthday(db: Session, moment: Moment) -> dict[str, Any]:
    """When somebody who follows is greeted next, and who: {"at", "people": [{openid, name, years, reach}]}.

    {"at": None, "people": []} if that is nobody within a year.
    """
    plan = db.exec(select(Plan).where(Plan.kind == PlanKind.BIRTHDAY)).first()
    today = moment.rules.hours.day(moment.now)
    for ahead in range(YEAR if plan else 0):
        day = today + ahead * ONE_DAY
        at = moment.rules.hours.at(day, moment.rules.birthday_at)
        if plan is None or at <= moment.now:
            continue
        people = [_greeted(db, one, moment) for one in birthdays.on_day(db, plan, day) if not one.struck]
        if following := [one for one in people if one["openid"]]:
            return {"at": at.isoformat(), "people": following}
    return {"at": None, "people": []}


def _greeted(db: Session, one: birthdays.Celebrated, moment: Moment) -> dict[str, Any]:
    member = db.get_one(Member, one.member_id)
    follower = db.exec(select(Follower).where(Follower.member_id == one.member_id)).first()
    return {
        "openid": follower.openid if follower else "",
        "name": one.name,
        "years": one.years,
        "reach": _reach(member, follower, moment),
    }


def latest(db: Session, kind: BroadcastKind, moment: Moment) -> dict[str, Any]:
    """The latest broadcast of a kind that has begun: its title, when, how many have it, how many wait, and who.

    Only those who follow are counted: nobody else is going to write.
    """
    begun = select(Broadcast).where(Broadcast.kind == kind, Broadcast.starts_at <= moment.now)
    broadcast = db.exec(begun.order_by(col(Broadcast.starts_at).desc())).first()
    if broadcast is None:
        return {"title": "", "at": None, "sent": 0, "held": 0, "waiting": []}
    by_status = (
        select(Push.status, func.count())
        .join(Follower, col(Follower.member_id) == col(Push.member_id))
        .where(Push.broadcast_id == broadcast.id)
        .group_by(col(Push.status))
    )
    counts = dict(db.exec(by_status).all())
    return {
        "title": broadcast.facts.get("title", ""),
        "at": broadcast.starts_at.astimezone(moment.rules.hours.zone).isoformat(),
        "sent": sum(counts.get(status, 0) for status in SENT),
        "held": sum(counts.get(status, 0) for status in UNSENT),
        "waiting": _waiting(db, broadcast),
    }


def _waiting(db: Session, broadcast: Broadcast) -> list[dict[str, str]]:
    """Those who follow but haven't got it, whoever has to write first because their window is over before others."""
    query = (
        select(Member.name, Follower.openid)
        .join(Push, col(Push.member_id) == col(Member.id))
        .join(Follower, col(Follower.member_id) == col(Member.id))
        .where(Push.broadcast_id == broadcast.id, col(Push.status).in_(UNSENT))
        .order_by(col(Push.cause) != Cause.WINDOW, col(Member.id))
        .limit(WAITING_NAMES)
    )
    return [{"name": name, "openid": openid} for name, openid in db.exec(query)]
