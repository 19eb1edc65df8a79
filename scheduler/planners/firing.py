"""One firing of a plan, and how it becomes rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.plan import Plan
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

    @property
    def day(self) -> date:
        """The organisation's date of the occasion."""
        return self.rules.hours.day(self.occasion)


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


def write_broadcast(
    db: Session,
    firing: Firing,
    until: Until,
    kind: BroadcastKind,
    facts: Mapping[str, Any],
    *,
    part: str = "",
    audience: Mapping[str, Any] | None = None,
    item_id: int | None = None,
    waiting: bool = False,
) -> int | None:
    """The id of the new broadcast of this firing, or None if another process wrote it first.

    `part` tells several broadcasts of one firing apart. Without an audience the caller writes the pushes itself.
    """
    row = {
        "plan_id": firing.plan.id,
        "occasion": f"{firing.day.isoformat()}{part and '/' + part}",
        "kind": kind,
        "facts": dict(facts),
        "branch_id": firing.plan.branch_id,
        "item_id": item_id,
        "audience": dict(audience or {}),
        "state": BroadcastState.WAITING if waiting else BroadcastState.OPEN,
        "created_at": firing.now,
        "starts_at": firing.occasion,
        "ring_until": until.ring,
        "show_until": until.show,
        "planned_to": None if audience is None else 0,
    }
    dialect = postgresql if db.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Broadcast).on_conflict_do_nothing(index_elements=["plan_id", "occasion"])
    return db.connection().execute(statement.returning(col(Broadcast.id)), row).scalar()


# Plans that fire more rarely than this and were missed by downtime are not made up for.
LONGEST_LATENESS = timedelta(days=62)
