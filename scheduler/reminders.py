"""Personal reminders: when they ring, and how they become pushes.

They are no nudges: a nudge comes when we find that something hasn't been done, a reminder when its member said, with
what they said. So the nudges' limits don't count them; each member has a few reminders, and each rings once a day at
most.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from models import reminder
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.member import Member, Status
from models.preference import of as preference_of
from models.push import UNSENT, Push, PushStatus
from models.reminder import Reminder
from models.statement import insert_for
from scheduler.calendar import Hours
from scheduler.cause import Cause
from scheduler.days import Days, Skip, days_of
from scheduler.occasions import Recurrence, RuleError
from scheduler.rules import Rules

# As many as the platform lets us write after a message: more of them would use up what all else needs.
MOST = 5

# Later than this it isn't rung any more, since what it was for is over; what was missed is told below the next answer,
# for some days, and of what repeats only the last time.
RINGS_FOR = timedelta(hours=2)
SHOWN_FOR = timedelta(days=3)

# A reminder for the evening's quiet hours comes so long before them.
LEAD = timedelta(minutes=15)

# Small enough that messages needn't wait for it.
BATCH = 100


def outside_night(hours: Hours, at: datetime) -> datetime:
    """`at`, or where the night would hold it: when that ends on the same date, else just before it begins."""
    if not hours.quiet(at):
        return at
    wakes, day = hours.wakes_at(at), hours.day(at)
    if hours.day(wakes) == day:
        return wakes
    before = hours.at(day, hours.quiet_from) - LEAD
    return before if hours.day(before) == day and not hours.quiet(before) else wakes


def recurrence(kept: Reminder, rules: Rules, days: Days) -> Recurrence:
    """When a repeating reminder rings. Raises `RuleError`."""

    def skips(day: date) -> Skip | None:
        return days.rest(day) if kept.workdays_only else None

    return Recurrence(kept.rrule, kept.starts_on, rules.hours.zone, skips)


def next_time(db: Session, kept: Reminder, rules: Rules, now: datetime) -> datetime | None:
    """When a reminder rings next after `now`; None if it never does again."""
    if not kept.rrule:
        return kept.next_at if kept.next_at and kept.next_at > now else None
    try:
        return recurrence(kept, rules, _days(db, kept)).after(now)
    except RuleError:
        return None


def _days(db: Session, kept: Reminder) -> Days:
    home = db.get_one(Branch, db.get_one(Member, kept.member_id).branch_id)
    return days_of(db.connection(), home.path)


def ring(db: Session, rules: Rules, now: datetime) -> int:
    """Owes the next reminders that are due, in the caller's transaction; how many there were."""
    due = reminder.due(db, now, BATCH)
    for kept in due:
        assert kept.next_at is not None
        member = db.get_one(Member, kept.member_id)
        at = _last_time(db, kept, rules, now)
        coming = next_time(db, kept, rules, now)
        if at is not None and not _rests(db, kept, member, rules, at):
            _owe(db, kept, member, at, min(at + SHOWN_FOR, coming or at + SHOWN_FOR))
        kept.next_at = coming
        if coming is None:
            db.delete(kept)
        else:
            db.add(kept)
    return len(due)


def _last_time(db: Session, kept: Reminder, rules: Rules, now: datetime) -> datetime | None:
    """The latest time that has come: after downtime the earlier ones say nothing more. None if that day is off now."""
    assert kept.next_at is not None
    if not kept.rrule:
        return kept.next_at
    return next(reversed(recurrence(kept, rules, _days(db, kept)).between(kept.next_at, now)), None)


def _rests(db: Session, kept: Reminder, member: Member, rules: Rules, at: datetime) -> bool:
    """Whether the member is gone, or on leave: then only what they want for that very day rings."""
    if member.status == Status.INACTIVE:
        return True
    away = preference_of(db, kept.member_id).away_until
    return bool(kept.rrule) and away is not None and away >= rules.hours.study_day(at)


def _owe(db: Session, kept: Reminder, member: Member, at: datetime, shown_until: datetime) -> None:
    """Writes the push, once for each time."""
    row = {
        "kind": BroadcastKind.REMINDER,
        "occasion": f"{kept.id}/{at:%Y%m%dT%H%M}",
        "facts": {"text": kept.text},
        "branch_id": member.branch_id,
        "audience": {},
        "state": BroadcastState.OPEN,
        "created_at": at,
        "starts_at": at,
        "ring_until": at + RINGS_FOR,
        "show_until": shown_until,
        "planned_to": None,
    }
    insert = insert_for(db.connection())(Broadcast).values(row).on_conflict_do_nothing()
    broadcast_id = db.connection().execute(insert.returning(col(Broadcast.id))).scalar()
    if broadcast_id is not None:
        db.add(Push(broadcast_id=broadcast_id, member_id=kept.member_id, run_at=at))


def withdraw(db: Session, kept: Reminder) -> None:
    """Cancels what a reminder still owes: its member has just stopped it."""
    mine = select(col(Broadcast.id)).where(
        col(Broadcast.kind) == BroadcastKind.REMINDER, col(Broadcast.occasion).startswith(f"{kept.id}/")
    )
    unsent = (col(Push.member_id) == kept.member_id, col(Push.status).in_(UNSENT), col(Push.broadcast_id).in_(mine))
    ended = {"status": PushStatus.CANCELLED, "cause": Cause.NOT_BY_STATUS, "owner": "", "free_at": None}
    db.connection().execute(update(Push).where(*unsent).values(ended))
