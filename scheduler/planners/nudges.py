"""Nudges: for those who asked, at their own hour, if they haven't checked in by then.

The plan fires as its day begins, and opens the day's broadcast where anybody has asked. Its pushes are written minute
by minute, as one member's hour after the other comes: so what members choose or do in the course of the day counts at
once.
The limits are in `models.nudge`.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlmodel import Session, col

from models import nudge, owed
from models.broadcast import Broadcast, BroadcastKind
from models.follower import Follower
from models.member import Member
from models.plan import Plan, PlanKind
from models.preference import Preference
from models.push import Push
from scheduler.audience import member_ids, of_plan, reachable
from scheduler.calendar import ONE_DAY, Hours
from scheduler.planners.firing import Draft, Firing, Until, write_broadcast
from scheduler.rules import Rules

# So long before the quiet hours, or before the platform's window closes, a nudge that has to be earlier is sent.
LEAD = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)


def ring_until(firing: Firing) -> datetime:
    """Until the study day is over."""
    return ends(firing.rules.hours, firing.day)


def show_until(firing: Firing) -> datetime:
    """No longer than that either."""
    return ends(firing.rules.hours, firing.day)


def plan(db: Session, firing: Firing, until: Until) -> None:
    """The day's broadcast, if anybody has asked; `fill` writes its pushes."""
    if not db.connection().execute(select(exists().where(col(Preference.nudge_at).is_not(None)))).scalar():
        return
    write_broadcast(db, firing, until, Draft(BroadcastKind.NUDGE, audience=of_plan(firing.plan)))


def look_again(db: Session, rules: Rules, now: datetime) -> None:
    """Lets the plans fire for today once more: somebody has asked, and perhaps nobody had when the day began."""
    today = rules.hours.at(rules.hours.day(now), time())
    later = (col(Plan.kind) == PlanKind.NUDGE, col(Plan.next_at) > now)
    db.connection().execute(update(Plan).where(*later).values(next_at=today))


def begins(hours: Hours, day: date) -> datetime:
    """When a study day begins."""
    return hours.at(day, time(hours.day_turns_at))


def ends(hours: Hours, day: date) -> datetime:
    """When it is over."""
    return begins(hours, day + ONE_DAY)


def moment_on(hours: Hours, day: date, own: time) -> datetime | None:
    """When somebody whose own hour is `own` is nudged on a study day; None if summer time leaves it nothing but night.

    An hour in the quiet hours waits for their end, or comes before them where they last longer than the day.
    """
    first, last = begins(hours, day), ends(hours, day)
    wished = hours.at(day + ONE_DAY if own.hour < hours.day_turns_at else day, own)
    wakes = hours.wakes_at(wished)
    if wakes < last:
        return None if hours.quiet(wakes) else wakes
    quiet_from = hours.at(hours.day(wished), hours.quiet_from)
    if quiet_from > wished:
        quiet_from = hours.at(hours.day(wished) - ONE_DAY, hours.quiet_from)
    earlier = hours.wakes_at(max(first, quiet_from - LEAD))
    return earlier if earlier < quiet_from and not hours.quiet(earlier) else None


def fill(db: Session, broadcast: Broadcast, rules: Rules, now: datetime) -> int:
    """Writes the next pushes of a day's broadcast, in the caller's transaction; 0 when nobody else's hour has come."""
    assert broadcast.id is not None
    assert broadcast.planned_to is not None
    day = rules.hours.day(broadcast.starts_at)
    minute = (now - begins(rules.hours, day)) // _MINUTE
    if minute < broadcast.planned_to or now >= broadcast.show_until:
        return 0
    found = _due(db, broadcast, rules, now)
    allotted = nudge.allot(db.connection(), broadcast.id, found, day, nudge.asking(day))
    owed.owe(db.connection(), broadcast.id, now, [{"member_id": one, "facts": {}} for one in sorted(allotted)])
    if len(found) == owed.BATCH:
        return len(found)
    broadcast.planned_to = minute + 1
    db.add(broadcast)
    return 0


def _due(db: Session, broadcast: Broadcast, rules: Rules, now: datetime) -> list[int]:
    """Members whose hour has come since the last time and whom the limits leave a place, at most a batch of them."""
    day = rules.hours.day(broadcast.starts_at)
    since = begins(rules.hours, day) + (broadcast.planned_to or 0) * _MINUTE
    chosen = db.connection().execute(select(col(Preference.nudge_at)).distinct()).scalars()
    moments = {own: at for own in chosen if own and (at := moment_on(rules.hours, day, own))}
    come: ColumnElement[bool] = col(Preference.nudge_at).in_([own for own, at in moments.items() if since <= at <= now])
    if rules.nudge_before_close and not rules.hours.quiet(now):
        come = or_(come, _closing([own for own, at in moments.items() if at > now], now))
    audience, given = member_ids(db, broadcast.audience, day)
    planned = exists().where(col(Push.broadcast_id) == broadcast.id, col(Push.member_id) == col(Member.id))
    query = (
        audience.join(Preference, col(Preference.member_id) == col(Member.id))
        .join(Follower, col(Follower.member_id) == col(Member.id))
        .where(*reachable(), col(Follower.agreed_at).is_not(None), col(Follower.refused) == "")
        .where(come, ~planned, *nudge.asking(day), *nudge.within_limits(day))
    )
    return list(db.connection().execute(query.order_by(col(Member.id)).limit(owed.BATCH), given).scalars())


def _closing(later: list[time], now: datetime) -> ColumnElement[bool]:
    """Those whose hour is still to come and whose window is about to close."""
    closes = col(Follower.window_until)
    return and_(col(Preference.nudge_at).in_(later), closes > now, closes <= now + LEAD, col(Follower.window_left) > 0)
