"""Why a member hasn't got it: one cause of the closed list, with the facts its sentence needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row
from sqlmodel import Session, col, select

from models import claim, grant, halt
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.consent import has_left
from models.follower import Follower
from models.halt import HaltKind
from models.member import Member, Status
from models.preference import Preference
from models.push import SHOWN, UNSENT, Push, PushStatus
from scheduler import leave
from scheduler.cause import Asker, Cause, told
from scheduler.halts import EVERYTHING
from scheduler.outgoing import granted, standing
from scheduler.routes import Account, Route, choices
from scheduler.rules import Rules
from scheduler.settle import REFUSED

# Who asks means something of these days.
LOOK_BACK = timedelta(days=7)

# Between the member and us: a late answer, that they haven't checked in, what somebody asked to be reminded of, that
# others liked what they wrote.
_PRIVATE = (
    *(BroadcastKind.ANSWER, BroadcastKind.NUDGE, BroadcastKind.INVITATION),
    *(BroadcastKind.NEWS, BroadcastKind.REMINDER),
)

_ARRIVED = (PushStatus.ACCEPTED, PushStatus.DELIVERED)

# What ran out or was taken back long ago is nobody's question once something newer has come.
_STILL_OWED = (*UNSENT, PushStatus.SENDING, PushStatus.FAILED, PushStatus.UNKNOWN)

# It waits for a day or an hour that somebody has set.
_PUT_OFF = (Cause.QUOTA, Cause.SOLEMN)

# What a cancelled push keeps saying; anything else is the member's own choice or their place on the roster.
_CANCELLED = (Cause.RECALLED, Cause.WITHDRAWN, Cause.STRUCK, Cause.MUTED)

_HALTS = {
    HaltKind.SLOW: Cause.HALTED,
    HaltKind.QUOTA: Cause.QUOTA,
    HaltKind.FEATURE: Cause.ACCOUNT,
    HaltKind.ACCOUNT: Cause.ACCOUNT,
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """The cause, and which push it is about; all but the cause are None where it is about none in particular.

    `at` is when the push was due or, if it went out, when that was; `seen_at` when the member answered or opened it;
    `wakes_at` when the quiet hours end, `until` when it stops being shown, `text` the words of an admin's broadcast.
    """

    cause: Cause
    push_id: int | None = None
    kind: BroadcastKind | None = None
    text: str = ""
    at: datetime | None = None
    seen_at: datetime | None = None
    until: datetime | None = None
    wakes_at: datetime | None = None
    route: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when, and what decides about routes."""

    asker: Asker
    account: Account
    rules: Rules
    now: datetime


def explain(db: Session, member_id: int, asking: Asking) -> Explanation:
    """Why a member hasn't got the latest push that they should have; if they have all, about the latest they got."""
    member = db.get_one(Member, member_id)
    if found := _of_roster(member, asking.asker):
        return Explanation(found)
    mine = (col(Push.member_id) == member_id, col(Broadcast.kind).not_in(_PRIVATE))
    rows = _read(db, *mine, col(Broadcast.starts_at) > asking.now - LOOK_BACK)
    if asking.asker is Asker.MEMBER:
        # What they don't know of yet they don't learn of here.
        rows = [row for row in rows if told(_cause(db, row, asking), Asker.MEMBER) is not Cause.NOTHING]
    if not rows:
        return Explanation(told(_of_follower(db, member_id), asking.asker))
    missing = [row for row in rows if row.status in _STILL_OWED and _seen_at(row) is None]
    return _explanation(db, (missing or rows)[0], asking)


def explain_push(db: Session, push_id: int, asking: Asking) -> Explanation | None:
    """What became of one push; None if there is none of that number."""
    rows = _read(db, col(Push.id) == push_id)
    if not rows:
        return None
    row = rows[0]
    if row.status in _STILL_OWED and _seen_at(row) is None:
        found = _of_roster(db.get_one(Member, row.member_id), asking.asker)
        if found is not None:
            return Explanation(found, push_id=push_id)
    return _explanation(db, row, asking)


def _of_roster(member: Member, asker: Asker) -> Cause | None:
    """What the roster alone says of a member."""
    if member.status == Status.INACTIVE:
        return Cause.NOT_BY_STATUS
    # Whoever asks for themselves writes by WeChat, whatever the roster says.
    return Cause.NO_WECHAT if member.without_wechat and asker is not Asker.MEMBER else None


def _read(db: Session, *which: ColumnElement[bool]) -> list[Row[Any]]:
    """The pushes that are meant, the latest first, with all that decides about them."""
    query = (
        select(  # type: ignore[call-overload]
            *(col(Push.id), col(Push.member_id), col(Push.status), col(Push.cause), col(Push.route)),
            *(col(Push.sent_at), col(Push.run_at), col(Push.acknowledged_at), col(Push.opened_at)),
            *(col(Push.repeat_until), claim.promised().label("promised")),
            *(col(Broadcast.kind), col(Broadcast.state), col(Broadcast.starts_at), col(Broadcast.ring_until)),
            *(col(Broadcast.show_until), col(Broadcast.facts).label("broadcast_facts"), col(Follower.openid)),
            *(col(Follower.agreed_at), col(Follower.refused), col(Follower.window_left), col(Follower.window_until)),
            col(Preference.away_until),
        )
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .outerjoin(Follower, col(Follower.member_id) == col(Push.member_id))
        .outerjoin(Preference, col(Preference.member_id) == col(Push.member_id))
        .where(*which)
        .order_by(col(Broadcast.starts_at).desc(), col(Push.id).desc())
    )
    return list(db.connection().execute(query).all())


def _explanation(db: Session, row: Row[Any], asking: Asking) -> Explanation:
    return Explanation(
        cause=told(_cause(db, row, asking), asking.asker),
        push_id=row.id,
        kind=BroadcastKind(row.kind),
        text=row.broadcast_facts.get("text") or row.broadcast_facts.get("card", {}).get("title", ""),
        # When a lost one went out wasn't recorded.
        at=(row.status in _ARRIVED and row.sent_at) or row.starts_at,
        seen_at=_seen_at(row),
        until=row.show_until,
        wakes_at=asking.rules.hours.wakes_at(asking.now),
        route=row.route,
    )


def _seen_at(row: Row[Any]) -> datetime | None:
    """When the member themselves showed that they have it."""
    if row.status not in SHOWN:
        return None
    seen: datetime | None = row.acknowledged_at or row.opened_at
    return seen


def _of_follower(db: Session, member_id: int) -> Cause:
    follower = db.exec(select(Follower).where(Follower.member_id == member_id)).first()
    if follower is None:
        return _without_phone(db, member_id)
    return Cause.NOTHING if follower.agreed_at else Cause.NOT_AGREED


def _without_phone(db: Session, member_id: int) -> Cause:
    return Cause.NOT_FOLLOWING if db.exec(select(has_left(member_id))).one() else Cause.NOT_BOUND


def _cause(db: Session, row: Row[Any], asking: Asking) -> Cause:
    if row.status in UNSENT:
        return _stopped(db, row, asking.now) or _held_or_due(db, row, asking)
    if _seen_at(row):
        return Cause.ACKNOWLEDGED if row.acknowledged_at else Cause.OPENED
    if row.status == PushStatus.CANCELLED:
        return Cause(row.cause) if row.cause in _CANCELLED else Cause.NOT_BY_STATUS
    if row.status == PushStatus.FAILED or row.cause == Cause.DIGEST:
        return Cause(row.cause)
    return Cause(row.status)


def _stopped(db: Session, row: Row[Any], now: datetime) -> Cause | None:
    """Whether it is the broadcast, not the member, that keeps it."""
    if row.state == BroadcastState.RECALLED:
        return Cause.RECALLED
    if row.state == BroadcastState.WITHDRAWN:
        return Cause.WITHDRAWN
    if row.show_until <= now:
        return Cause.EXPIRED
    if row.state == BroadcastState.WAITING:
        return Cause.APPROVAL
    paused = select(Push.id).where(Push.id == row.id, ~claim.not_paused())
    if row.state == BroadcastState.PAUSED or db.exec(paused).first():
        return Cause.PAUSED
    if row.starts_at <= now:
        return None
    return Cause.GRACE if row.kind == BroadcastKind.TEXT else Cause.NOT_YET


def _held_or_due(db: Session, row: Row[Any], asking: Asking) -> Cause:
    """By what holds now, not by what held when it was last looked at."""
    now, rules = asking.now, asking.rules
    if leave.holds(row.kind, row.away_until, rules.hours, now):
        return Cause.AWAY
    has_grant = bool(granted(db.connection(), [row], rules))
    best = choices(standing(row, asking.account, rules, has_grant), now, rules.hours)[0]
    if best.route is Route.HELD:
        assert best.cause is not None, "what is held has a cause"
        return _closer(db, row, best.cause, asking)
    if row.status == PushStatus.HELD:
        # It could go now, but was held when it was its turn: it comes with the next answer.
        return Cause(row.cause) if row.cause in (Cause.ACCOUNT, Cause.POLICY) else Cause.LATE
    if row.cause in _PUT_OFF and row.run_at > now:
        return Cause(row.cause)
    if best.not_before is not None:
        return Cause.QUIET
    if halted := _halted(db, best.route, now):
        return halted
    return Cause.RETRYING if row.cause == Cause.RETRYING else Cause.WAITING


def _closer(db: Session, row: Row[Any], cause: Cause, asking: Asking) -> Cause:
    """What people can do something about, where the route only knows that it is closed."""
    if cause is Cause.BLOCKED:
        return REFUSED.get(row.refused, cause)
    if cause is Cause.NOT_BOUND:
        return _without_phone(db, row.member_id)
    if cause in (Cause.WINDOW, Cause.COUNT_USED) and row.cause == Cause.MASS_FAILED:
        return Cause.MASS_FAILED
    if cause in (Cause.WINDOW, Cause.COUNT_USED) and _is_spent(db, row, asking):
        return Cause.NO_GRANT
    return Cause.WINDOW_NEVER if cause is Cause.WINDOW and row.window_until is None else cause


def _is_spent(db: Session, row: Row[Any], asking: Asking) -> bool:
    """Whether the member accepted notices for this kind of push, and has got as many."""
    notice = asking.rules.notices.get(row.kind) if asking.account.may_notify else None
    return notice is not None and grant.is_spent(db.connection(), row.openid, notice.template_id)


def _halted(db: Session, route: Route, now: datetime) -> Cause | None:
    """What the platform doesn't let us do at all, the whole account first."""
    halts = {one.name: one for one in halt.read(db.connection()) if now < one.until}
    found = halts.get(EVERYTHING) or halts.get(route)
    return _HALTS[found.kind] if found else None


def details(db: Session, push_id: int) -> dict[str, Any]:
    """What is stored of one push for whoever looks after the machine: times, route, errcode, the platform's rid."""
    push = db.get_one(Push, push_id)
    names = ("id", "broadcast_id", "status", "cause", "route", "attempts", "errcode", "rid")
    times = ("run_at", "sent_at", "acknowledged_at", "opened_at")
    return {name: getattr(push, name) for name in (*names, *times)}
