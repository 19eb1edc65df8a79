"""The first of the two steps: what falls due becomes rows. Called by a job, and directly by tests and the demo."""

import logging
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, or_, select

from models import nudge, owed
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.calendar_day import EVERYWHERE
from models.member import Member
from models.plan import Plan, PlanKind
from models.preference import not_this_week, wanting
from models.writer import Writer
from scheduler import approvals, invitations, reminders, solemn
from scheduler.audience import member_ids, reachable
from scheduler.cause import Cause
from scheduler.days import Days, Solemn, days_of, solemn_days
from scheduler.occasions import Recurrence, RuleError
from scheduler.planners import birthday_lists, birthdays, books, nudges, own_turns, probation, quizzes, topics
from scheduler.planners.firing import LONGEST_LATENESS, Firing, Planner, Until
from scheduler.rules import Rules

logger = logging.getLogger(__name__)

PLANNERS: dict[PlanKind, Planner] = {
    PlanKind.TOPIC: topics,
    PlanKind.BOOK: books,
    PlanKind.BIRTHDAY: birthdays,
    PlanKind.BIRTHDAY_LIST: birthday_lists,
    PlanKind.NUDGE: nudges,
    PlanKind.QUIZ: quizzes,
    PlanKind.PROBATION: probation,
}

# Broadcasts that are over before their time, and what becomes of their pushes.
_STOPPED = {BroadcastState.RECALLED: Cause.RECALLED, BroadcastState.WITHDRAWN: Cause.WITHDRAWN}

# The pushes of a broadcast are written so long before it starts.
PLANNED_BEFORE = timedelta(minutes=10)


async def tick(writer: Writer[Any], rules: Rules, now: datetime) -> None:
    """Fires the plans that are due, writes the pushes of all broadcasts, ends what was not approved or is too late.

    Any number of processes may do this at once: each occasion is planned once. Every step is a short transaction of
    its own, so that a restart goes on where it stopped and messages don't wait.
    """
    for plan_id in await writer.run(partial(_due_plans, now=now)):
        await writer.run(partial(_fire, plan_id=plan_id, rules=rules, now=now))
    while await writer.run(partial(reminders.ring, rules=rules, now=now)):
        pass
    for broadcast_id in await writer.run(partial(_unplanned, now=now)):
        while await writer.run(partial(_plan_batch, broadcast_id=broadcast_id, rules=rules, now=now)):
            pass
    await writer.run(partial(solemn.extend, rules=rules, now=now))
    await writer.run(partial(approvals.lapse, rules=rules, now=now))
    while await writer.run(lambda db: owed.expire(db.connection(), now)):
        pass
    for state, cause in _STOPPED.items():
        while await writer.run(partial(_cancel_rest, state=state, cause=cause)):
            pass
    await writer.run(lambda db: owed.settle(db.connection(), now))


def _cancel_rest(db: Session, state: BroadcastState, cause: Cause) -> int:
    return owed.cancel_rest(db.connection(), state, cause)


def recurrence_of(plan: Plan, rules: Rules, days: Days) -> Recurrence:
    """A plan's rule on the organisation's clock and its branch's days. Raises `RuleError` if it can't be read."""
    return Recurrence(plan.rrule, plan.starts_on, rules.hours.zone, partial(days.skip, plan))


def retime(db: Session, rules: Rules, now: datetime, path: str = EVERYWHERE) -> None:
    """Looks anew when the plans of a sub-tree fire next: after their rules or the days have changed.

    What is due already stays due.
    """
    query = select(Plan, Branch.path).join(Branch, col(Branch.id) == Plan.branch_id)
    for plan, at in db.exec(query.where(col(Branch.path).startswith(path), col(Plan.next_at) > now)):
        plan.next_at = recurrence_of(plan, rules, days_of(db.connection(), at)).after(now)
        db.add(plan)


def _due_plans(db: Session, now: datetime) -> list[int]:
    due = or_(col(Plan.next_at) <= now, col(Plan.next_at).is_(None))
    query = select(Plan.id).where(col(Plan.paused).is_(False), due).order_by(col(Plan.id))
    return [plan_id for plan_id in db.exec(query) if plan_id is not None]


def _fire(db: Session, plan_id: int, rules: Rules, now: datetime) -> None:
    """Plans what a plan owes, and moves it on; whoever else is at the same plan is not waited for."""
    query = select(Plan).where(Plan.id == plan_id, or_(col(Plan.next_at) <= now, col(Plan.next_at).is_(None)))
    plan = db.exec(query.with_for_update(skip_locked=True)).first()
    if plan is None or plan.paused:
        return
    try:
        path = db.get_one(Branch, plan.branch_id).path
        recurrence = recurrence_of(plan, rules, days_of(db.connection(), path))
    except RuleError:
        logger.exception("plan %d can't be followed, and is paused", plan_id)
        plan.paused = True
        return
    # A new plan begins with its next occasion; it has missed none.
    owes = recurrence.between(max(plan.next_at, now - LONGEST_LATENESS), now) if plan.next_at else []
    since = rules.hours.day(now - LONGEST_LATENESS)
    solemn_ones = solemn_days(db.connection(), rules.solemn_days, since) if owes else Solemn()
    for occasion in owes:
        firing = Firing(plan, recurrence, rules, occasion, now, solemn_ones)
        _plan_occasion(db, firing)
        plan.covered_to = firing.day
    plan.next_at = recurrence.after(now)
    db.add(plan)


def _plan_occasion(db: Session, firing: Firing) -> None:
    planner = PLANNERS[PlanKind(firing.plan.kind)]
    until = Until(planner.ring_until(firing), planner.show_until(firing))
    if until.show > firing.now:
        planner.plan(db, firing, until)


def _unplanned(db: Session, now: datetime) -> list[int]:
    unplanned = (col(Broadcast.planned_to).is_not(None), col(Broadcast.state).in_(owed.RUNNING))
    # An admin's broadcast has its people looked up only when it is certain and near: who they are may change. What a
    # plan owes for a later hour is owed from now on, so that whoever asks hears of it.
    certain = or_(col(Broadcast.state) != BroadcastState.WAITING, col(Broadcast.plan_id).is_not(None))
    near = or_(col(Broadcast.starts_at) <= now + PLANNED_BEFORE, col(Broadcast.plan_id).is_not(None))
    query = select(Broadcast.id).where(*unplanned, certain, near).order_by(col(Broadcast.id))
    return [broadcast_id for broadcast_id in db.exec(query) if broadcast_id is not None]


def _plan_batch(db: Session, broadcast_id: int, rules: Rules, now: datetime) -> int:
    """Writes the next pushes of a broadcast; how many, 0 when that was all."""
    query = select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update(skip_locked=True)
    broadcast = db.exec(query).first()
    if broadcast is None or broadcast.planned_to is None or broadcast.state not in owed.RUNNING:
        return 0
    if broadcast.kind == BroadcastKind.NUDGE:
        return nudges.fill(db, broadcast, rules, now)
    if broadcast.kind == BroadcastKind.INVITATION:
        return invitations.fill(db, broadcast, rules, now)
    if broadcast.kind == BroadcastKind.QUIZ:
        return quizzes.fill(db, broadcast, rules, now)
    audience, given = member_ids(db, broadcast.audience, rules.hours.day(now))
    monday = rules.hours.at(nudge.monday(rules.hours.day(broadcast.starts_at)), time())
    wanted = (*wanting(broadcast.kind), *not_this_week(broadcast.kind, monday))
    next_ = audience.where(*reachable(), *wanted, col(Member.id) > broadcast.planned_to).order_by(col(Member.id))
    limit = own_turns.BATCH if broadcast.item_id else owed.BATCH
    found = list(db.connection().execute(next_.limit(limit), given).scalars())
    rows = [{"member_id": member_id, "facts": {}} for member_id in own_turns.share_out(db, broadcast, found, rules)]
    asks = bool(broadcast.facts.get("asks"))
    owed.owe(db.connection(), broadcast_id, broadcast.starts_at, rows, asks=asks)
    broadcast.planned_to = found[-1] if len(found) == limit else None
    db.add(broadcast)
    return 0 if broadcast.planned_to is None else len(found)
