"""What a broadcast will do before it does it: who sees it at once, who when they next write, who needs a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col

from models import grant
from models.broadcast import BroadcastKind
from models.follower import Follower
from models.member import Member, Status
from models.plan import Basis
from models.window import Window
from scheduler.audience import member_ids
from scheduler.cause import Cause
from scheduler.routes import Account, Route, Standing, choices
from scheduler.rules import Rules

# Nothing we could do by ourselves would reach these, whatever they write to us.
_PHONE = frozenset({Cause.NOT_BOUND, Cause.NOT_AGREED, Cause.BLOCKED})


@dataclass(frozen=True, slots=True)
class Forecast:
    """The names of those who see it at once, when they next write, and after a telephone call, in roster order."""

    now: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many people it is for, however they hear of it."""
        return len(self.now) + len(self.next) + len(self.phone)


def forecast(db: Session, audience: Mapping[str, Any], account: Account, rules: Rules, now: datetime) -> Forecast:
    """What would become of a broadcast that is confirmed at `now`, if nobody wrote before it goes out.

    It goes out after the grace, and not before the quiet hours are over. `audience` as in `scheduler.audience`.
    """
    at = rules.hours.wakes_at(now + timedelta(seconds=rules.grace_seconds))
    ids, given = member_ids(db, audience, rules.hours.day(now))
    query = (
        ids.with_only_columns(
            *(col(Member.name), col(Member.without_wechat), col(Follower.openid), col(Follower.agreed_at)),
            *(col(Follower.refused), col(Follower.window_left), col(Follower.window_until)),
            maintain_column_froms=True,
        )
        .outerjoin(Follower, col(Follower.member_id) == col(Member.id))
        .where(col(Member.status) != Status.INACTIVE)
        .order_by(col(Member.branch_id), col(Member.name))
    )
    rows = list(db.connection().execute(query, given))
    notice = rules.notices.get(BroadcastKind.TEXT)
    openids = {row.openid for row in rows if row.openid} if notice and account.may_notify else set()
    granted = {openid for openid, _ in grant.left(db.connection(), openids, [notice.template_id] if notice else [])}
    found: dict[str, list[str]] = {"now": [], "next": [], "phone": []}
    for row in rows:
        found[_when(row, account, rules, at, granted=row.openid in granted)].append(row.name)
    return Forecast(**{when: tuple(names) for when, names in found.items()})


def _when(row: Any, account: Account, rules: Rules, at: datetime, *, granted: bool) -> str:
    if row.without_wechat:
        return "phone"
    ends = rules.shown_for(at, rules.broadcast_show_days)
    standing = Standing(
        account=account,
        ring_until=ends,
        show_until=ends,
        bound=row.openid is not None,
        agreed=row.agreed_at is not None,
        refused=bool(row.refused),
        granted=granted,
        template=BroadcastKind.TEXT in rules.templates,
        window=Window(row.window_left or 0, row.window_until),
    )
    found = choices(standing, at, rules.hours)
    if any(_rings(choice.route, rules) for choice in found):
        return "now"
    return "phone" if found[0].cause in _PHONE else "next"


def _rings(route: Route, rules: Rules) -> bool:
    return route not in (Route.HELD, Route.EXPIRED) and rules.policy.allowed(Basis.SERVICE, route)
