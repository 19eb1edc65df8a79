"""Members who asked to be nudged, and what they do; for the stories about nudges."""

from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session

from models import checkin, preference
from models.follower import Follower
from models.plan import Basis, PlanKind
from tests.scheduler.stage import Stage, at

DAYS = "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0"
OWN = time(20, 30)
FAR = at(1, 0, month=12)


def plan(stage: Stage, branch: int | None = None, first: datetime | None = None) -> int:
    return stage.plan(PlanKind.NUDGE, DAYS, first or at(1, 0), branch, basis=Basis.ASKED)


def asks(stage: Stage, member_id: int, own: time = OWN, **chosen: Any) -> None:
    stage.write(lambda db: preference.choose(db, member_id, nudge_at=own, **chosen))


def somebody(stage: Stage, name: str = "甲", **fields: Any) -> int:
    """Who asked, and whose window is open for months: the limits, not the window, decide."""
    member_id = stage.reachable(name, until=FAR, left=5, **fields)
    asks(stage, member_id)
    return member_id


def writes(stage: Stage, member_id: int, now: datetime) -> None:
    """A message of theirs."""

    def write(db: Session) -> None:
        follower = db.get_one(Follower, f"o{member_id}")
        follower.last_at, follower.window_left, follower.window_until, follower.refused = now, 5, FAR, ""

    stage.write(write)


def checks_in(stage: Stage, member_id: int, now: datetime, day: date) -> None:
    writes(stage, member_id, now)
    row = {"member_id": member_id, "day": day, "at": now, "note": "", "pages": 0, "chapters": 0, "words": 0}
    stage.write(lambda db: checkin.record(db.connection(), [row]))
