"""What a leave holds back: everything but birthdays, and what the member has asked for by writing."""

from datetime import date, datetime, time

from models.broadcast import BroadcastKind
from scheduler.calendar import ONE_DAY, Hours

# Recurring reminders rest by themselves (scheduler/reminders.py); who asks for one during a leave means it.
LET_THROUGH = (BroadcastKind.BIRTHDAY, BroadcastKind.OATH, BroadcastKind.ANSWER, BroadcastKind.REMINDER)


def holds(kind: str, away_until: date | None, hours: Hours, now: datetime) -> bool:
    """Whether a push of this kind waits until its member is back."""
    return away_until is not None and away_until >= hours.study_day(now) and kind not in LET_THROUGH


def over_at(away_until: date, hours: Hours) -> datetime:
    """When a leave is over, and the night after it."""
    return hours.wakes_at(hours.at(away_until + ONE_DAY, time(hours.day_turns_at)))
