"""One firing of a plan, and how it becomes rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.plan import Plan
from scheduler.calendar import ONE_DAY
from scheduler.days import Solemn, span
from scheduler.occasions import Recurrence
from scheduler.rules import Rules


@dataclass(frozen=True, slots=True)
class Firing:
    """A plan at one of its occasions; `now` may be later, after downtime."""

    plan: Plan
    recurrence: Recurrence
    rules: Rules
    occasion: datetime
    now: datetime
    solemn: Solemn = field(default_factory=Solemn)

    @property
    def day(self) -> date:
        """The organisation's date of the occasion."""
        return self.rules.hours.day(self.occasion)

    @property
    def covers(self) -> list[date]:
        """The days that are this firing's: its own and those before it on which the plan didn't fire.

        Every day after a plan's first one is some firing's, and only one's, also when the rule or the days have been
        changed in between; the first firing has but its own.
        """
        before = self.recurrence.before(self.occasion)
        first = self.rules.hours.day(before) + ONE_DAY if before else self.day
        if covered := self.plan.covered_to:
            first = max(covered + ONE_DAY, min(first, self.day - LONGEST_REST))
        return list(span(first, self.day))

    @property
    def key(self) -> str:
        """What makes the occasion unique: its date, and the hour where it isn't the first of its day."""
        before = self.recurrence.before(self.occasion)
        if before is None or self.rules.hours.day(before) < self.day:
            return self.day.isoformat()
        return f"{self.day.isoformat()}T{self.occasion.astimezone(self.rules.hours.zone):%H%M}"


class Planner(Protocol):
    """What a file in this folder offers."""

    def ring_until(self, firing: Firing) -> datetime:
        """After this nothing of the firing is sent by itself."""

    def show_until(self, firing: Firing) -> datetime:
        """After this nothing of it is shown at all, and a missed firing is not planned any more."""

    def plan(self, db: Session, firing: Firing, until: "Until") -> None:
        """Writes the rows of this firing, in the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Until:
    """The two limits of lateness."""

    ring: datetime
    show: datetime

    def within(self, end: datetime | None) -> "Until":
        """The same, but not beyond the end of what is shown, where it has one."""
        return Until(min(self.ring, end), min(self.show, end)) if end else self


@dataclass(frozen=True, slots=True)
class Draft:
    """What a planner says with one broadcast.

    `part` tells several broadcasts of one firing apart. Without an audience the planner writes the pushes itself.
    `waiting`: it isn't sent before the secretary's word. `starts_at`, where that isn't the occasion.
    """

    kind: BroadcastKind
    facts: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    audience: Mapping[str, Any] | None = None
    item_id: int | None = None
    waiting: bool = False
    starts_at: datetime | None = None


def write_broadcast(db: Session, firing: Firing, until: Until, draft: Draft) -> int | None:
    """The id of the new broadcast of this firing, or None if another process wrote it first."""
    row = {
        "plan_id": firing.plan.id,
        "occasion": f"{firing.key}{draft.part and '/' + draft.part}",
        "kind": draft.kind,
        "facts": dict(draft.facts),
        "branch_id": firing.plan.branch_id,
        "item_id": draft.item_id,
        "audience": dict(draft.audience or {}),
        "state": BroadcastState.WAITING if draft.waiting else BroadcastState.OPEN,
        "created_at": firing.now,
        "starts_at": draft.starts_at or firing.occasion,
        "ring_until": until.ring,
        "show_until": until.show,
        "planned_to": None if draft.audience is None else 0,
    }
    dialect = postgresql if db.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Broadcast).on_conflict_do_nothing(index_elements=["plan_id", "occasion"])
    return db.connection().execute(statement.returning(col(Broadcast.id)), row).scalar()


# No days off in a row are more, so that what lies further back was left out on purpose: the plan was paused.
LONGEST_REST = timedelta(days=14)

# Plans that fire more rarely than this and were missed by downtime are not made up for.
LONGEST_LATENESS = timedelta(days=62)
