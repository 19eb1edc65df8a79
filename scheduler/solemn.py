"""What a solemn day holds back, and until when. Asked where a push would leave, so that a new day holds at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update
from sqlmodel import Session, col, select

from models import owed
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.push import Push, PushStatus
from scheduler.cause import Cause
from scheduler.days import Solemn, solemn_days
from scheduler.rules import Rules

# Joy, and what invites to something: it waits for the next day. A topic goes if it is marked as suitable.
JOYFUL = (BroadcastKind.BIRTHDAY, BroadcastKind.OATH, BroadcastKind.BOOK)
# These don't wait for longer than they would anyway: the next day has a question of its own, the next week an
# invitation.
_HELD = (*JOYFUL, BroadcastKind.QUIZ, BroadcastKind.INVITATION)

# How long a broadcast can have been waiting that still matters.
_LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Hold:
    """The solemn days as they stand now, for many pushes."""

    days: Solemn
    rules: Rules
    now: datetime

    def until(self, kind: str, facts: Mapping[str, Any], path: str, starts_at: datetime) -> datetime | None:
        """When such a push may go to a member at `path`: at its own hour of the next free day. None if it may now."""
        if kind not in _HELD and (kind != BroadcastKind.TOPIC or facts.get("solemn")):
            return None
        hours = self.rules.hours
        today = hours.day(self.now)
        free = self.days.free_from(today, path)
        if free == today:
            return None
        return hours.at(free, starts_at.astimezone(hours.zone).time())


def hold(connection: Connection, rules: Rules, now: datetime) -> Hold:
    """What today holds back."""
    return Hold(solemn_days(connection, rules.solemn_days, rules.hours.day(now)), rules, now)


def extend(db: Session, rules: Rules, now: datetime) -> None:
    """Lets what a solemn day held back ring, and be shown, as much later as it begins."""
    days = solemn_days(db.connection(), rules.solemn_days, rules.hours.day(now - _LOOK_BACK))
    query = (
        select(Broadcast, Branch.path)
        .join(Branch, col(Branch.id) == col(Broadcast.branch_id))
        .where(col(Broadcast.state).in_(owed.RUNNING), col(Broadcast.show_until) > now)
        .where(col(Broadcast.kind).in_(JOYFUL))
    )
    hours = rules.hours
    for broadcast, path in db.exec(query):
        first = hours.day(broadcast.starts_at)
        free = days.anywhere_near(path).free_from(first, path)
        later = free - hours.day(broadcast.ring_until)
        if free > first and later > timedelta():
            broadcast.ring_until = _later(rules, broadcast.ring_until, later)
            broadcast.show_until = _later(rules, broadcast.show_until, later)
            db.add(broadcast)


def _later(rules: Rules, moment: datetime, days: timedelta) -> datetime:
    local = moment.astimezone(rules.hours.zone)
    return rules.hours.at(local.date() + days, local.time())


def let_go(db: Session, now: datetime) -> None:
    """Has what is held looked at again at once: a solemn day was taken back."""
    held = (col(Push.status) == PushStatus.DUE, col(Push.cause) == Cause.SOLEMN, col(Push.run_at) > now)
    db.connection().execute(update(Push).where(*held).values(run_at=now))
