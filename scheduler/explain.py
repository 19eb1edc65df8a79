"""Why a member hasn't got it: one cause of the closed list, with the facts its sentence needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, select

from models import claim, halt
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.follower import Follower
from models.member import Member, Status
from models.push import UNSENT, Push, PushStatus
from scheduler.cause import Cause
from scheduler.halts import EVERYTHING
from scheduler.outgoing import granted, standing
from scheduler.routes import Account, Route, choices
from scheduler.rules import Rules

# Who asks means something of these days.
LOOK_BACK = timedelta(days=7)

_ARRIVED = (PushStatus.ACCEPTED, PushStatus.DELIVERED)

# What ran out or was taken back long ago is nobody's question once something newer has come.
_STILL_OWED = (*UNSENT, PushStatus.SENDING, PushStatus.FAILED, PushStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The cause, and which push it is about; all but the cause are None where it is about none in particular.

    `at` is when the push was due or, if it went out, when that was; `wakes_at` when the quiet hours end, `until` when
    it stops being shown, `text` the words of an admin's broadcast.
    """

    cause: Cause
    kind: BroadcastKind | None = None
    text: str = ""
    at: datetime | None = None
    until: datetime | None = None
    wakes_at: datetime | None = None
    route: str = ""


def explain(db: Session, member_id: int, account: Account, rules: Rules, now: datetime) -> Explanation:
    """Why a member hasn't got the latest push that they should have; if they have all, about the latest they got."""
    member = db.get_one(Member, member_id)
    if member.status == Status.INACTIVE:
        return Explanation(Cause.NOT_BY_STATUS)
    if member.without_wechat:
        return Explanation(Cause.NO_WECHAT)
    rows = _recent(db, member_id, now)
    missing = [row for row in rows if row.status in _STILL_OWED]
    if not rows:
        return Explanation(_of_follower(db, member_id))
    row = (missing or rows)[0]
    return Explanation(
        cause=_cause(db, row, account, rules, now),
        kind=BroadcastKind(row.kind),
        text=row.broadcast_facts.get("text", ""),
        at=row.sent_at if row.status in _ARRIVED else row.starts_at,
        until=row.show_until,
        wakes_at=rules.hours.wakes_at(now),
        route=row.route,
    )


def _recent(db: Session, member_id: int, now: datetime) -> list[Row[Any]]:
    query = (
        select(  # type: ignore[call-overload]
            *(col(Push.id), col(Push.status), col(Push.cause), col(Push.route), col(Push.sent_at), col(Push.run_at)),
            *(col(Push.repeat_until), claim.promised().label("promised")),
            *(col(Broadcast.kind), col(Broadcast.state), col(Broadcast.starts_at), col(Broadcast.ring_until)),
            *(col(Broadcast.show_until), col(Broadcast.facts).label("broadcast_facts"), col(Follower.openid)),
            *(col(Follower.agreed_at), col(Follower.refused), col(Follower.window_left), col(Follower.window_until)),
        )
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .outerjoin(Follower, col(Follower.member_id) == col(Push.member_id))
        .where(col(Push.member_id) == member_id, col(Broadcast.kind) != BroadcastKind.ANSWER)
        .where(col(Broadcast.starts_at) > now - LOOK_BACK)
        .order_by(col(Broadcast.starts_at).desc(), col(Push.id).desc())
    )
    return list(db.connection().execute(query).all())


def _of_follower(db: Session, member_id: int) -> Cause:
    follower = db.exec(select(Follower).where(Follower.member_id == member_id)).first()
    if follower is None:
        return Cause.NOT_BOUND
    return Cause.NOTHING if follower.agreed_at else Cause.NOT_AGREED


def _cause(db: Session, row: Row[Any], account: Account, rules: Rules, now: datetime) -> Cause:
    if row.status in UNSENT:
        stopped = _stopped(db, row, now)
        return stopped or _held_or_due(db, row, account, rules, now)
    if row.status == PushStatus.FAILED:
        return Cause(row.cause)
    if row.status == PushStatus.CANCELLED:
        known = (Cause.RECALLED, Cause.STRUCK)
        return Cause(row.cause) if row.cause in known else Cause.NOT_BY_STATUS
    return Cause(row.status)


def _stopped(db: Session, row: Row[Any], now: datetime) -> Cause | None:
    """Whether it is the broadcast, not the member, that keeps it."""
    if row.state == BroadcastState.RECALLED:
        return Cause.RECALLED
    if row.show_until <= now:
        return Cause.EXPIRED
    if row.state == BroadcastState.WAITING:
        return Cause.APPROVAL
    paused = select(Push.id).where(Push.id == row.id, ~claim.not_paused())
    if row.state == BroadcastState.PAUSED or db.exec(paused).first():
        return Cause.PAUSED
    return Cause.GRACE if row.starts_at > now else None


def _held_or_due(db: Session, row: Row[Any], account: Account, rules: Rules, now: datetime) -> Cause:
    """By what holds now, not by what held when it was last looked at."""
    has_grant = bool(granted(db.connection(), [row], rules))
    best = choices(standing(row, account, rules, has_grant), now, rules.hours)[0]
    if best.route is Route.HELD:
        assert best.cause is not None, "what is held has a cause"
        never = best.cause is Cause.WINDOW and row.window_until is None
        return Cause.WINDOW_NEVER if never else best.cause
    if row.status == PushStatus.HELD:
        # It could go now, but was held when it was its turn: it comes with the next answer.
        return Cause.ACCOUNT if row.cause == Cause.ACCOUNT else Cause.LATE
    if row.cause == Cause.QUOTA and row.run_at > now:
        return Cause.QUOTA
    if best.not_before is not None:
        return Cause.QUIET
    if any(one.name == EVERYTHING and now < one.until for one in halt.read(db.connection())):
        return Cause.ACCOUNT
    return Cause.RETRYING if row.cause == Cause.RETRYING else Cause.WAITING
