"""Whom a broadcast that goes out now wouldn't reach by itself, and why; what to do about each is in `bot/texts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import grant
from models.branch import Branch
from models.broadcast import BroadcastKind
from models.consent import has_left
from models.follower import Follower
from models.member import Member, Status
from models.window import Window
from scheduler.cause import Asker, Cause, told
from scheduler.explain import Asking
from scheduler.routes import Route, Standing, choices
from scheduler.settle import REFUSED

# Those people can do most about first.
ORDER = (
    *(Cause.NOT_BOUND, Cause.NOT_FOLLOWING, Cause.NOT_AGREED, Cause.WINDOW_NEVER, Cause.WINDOW, Cause.COUNT_USED),
    *(Cause.NO_GRANT, Cause.POLICY, Cause.NO_PUSH, Cause.BLOCKED, Cause.FROZEN, Cause.NO_WECHAT),
)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A member, and why nothing reaches them now."""

    member: Member
    cause: Cause


def unreachable(db: Session, path: str, asking: Asking) -> list[Unreached]:
    """The members of the sub-tree `path` whom nothing reaches now, in the order of `ORDER`, then of the roster.

    What this asker may not know is told as `NO_WECHAT`, whose cure is the same: somebody phones, or says it in person.
    """
    in_reach = (col(Branch.path).startswith(path), col(Member.status) != Status.INACTIVE)
    granted = _granted(db, asking)
    rows = db.exec(_reading().where(*in_reach)).all()
    found = [Unreached(row.Member, cause) for row in rows if (cause := _cause(row, row.openid in granted, asking))]
    return _in_order([Unreached(one.member, _as_told(one.cause, asking.asker)) for one in found])


def why_unreachable(db: Session, member_id: int, asking: Asking) -> Cause | None:
    """Why nothing reaches one member now, as this asker may know it; None if something does."""
    row = db.exec(_reading().where(col(Member.id) == member_id)).one()
    if row.Member.status == Status.INACTIVE:
        # To a leader the same as somebody who left.
        return Cause.NO_WECHAT if asking.asker is Asker.LEADER else Cause.NOT_BY_STATUS
    cause = _cause(row, row.openid in _granted(db, asking), asking)
    return cause and _as_told(cause, asking.asker)


def _reading() -> Any:
    return (
        select(  # type: ignore[call-overload]
            *(Member, col(Follower.openid), col(Follower.agreed_at), col(Follower.refused)),
            *(col(Follower.window_left), col(Follower.window_until), has_left(col(Member.id)).label("has_left")),
        )
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .outerjoin(Follower, col(Follower.member_id) == col(Member.id))
        .order_by(col(Branch.path), col(Member.name), col(Member.id))
    )


def by_cause(found: Sequence[Unreached]) -> dict[Cause, list[str]]:
    """The names for each cause."""
    names: dict[Cause, list[str]] = {}
    for one in found:
        names.setdefault(one.cause, []).append(one.member.name)
    return names


def _in_order(found: list[Unreached]) -> list[Unreached]:
    return sorted(found, key=lambda one: ORDER.index(one.cause))


def _as_told(cause: Cause, asker: Asker) -> Cause:
    return cause if told(cause, asker) is cause else Cause.NO_WECHAT


def _granted(db: Session, asking: Asking) -> set[str]:
    """Those whom a subscription notice about a broadcast would reach."""
    notice = asking.rules.notices.get(BroadcastKind.TEXT) if asking.account.may_notify else None
    return grant.holders(db.connection(), notice.template_id) if notice else set()


def _cause(row: Any, granted: bool, asking: Asking) -> Cause | None:
    if row.Member.without_wechat:
        return Cause.NO_WECHAT
    if row.openid is None:
        return Cause.NOT_FOLLOWING if row.has_left else Cause.NOT_BOUND
    # The night passes by itself.
    at = asking.rules.hours.wakes_at(asking.now)
    standing = Standing(
        account=asking.account,
        ring_until=at + timedelta(days=1),
        show_until=at + timedelta(days=1),
        agreed=row.agreed_at is not None,
        refused=bool(row.refused),
        granted=granted,
        template=BroadcastKind.TEXT in asking.rules.templates,
        window=Window(row.window_left, row.window_until),
    )
    best = choices(standing, at, asking.rules.hours)[0]
    if best.route is not Route.HELD or best.cause is None:
        return None
    if best.cause is Cause.WINDOW and row.window_until is None:
        return Cause.WINDOW_NEVER
    return REFUSED.get(row.refused, best.cause) if best.cause is Cause.BLOCKED else best.cause
