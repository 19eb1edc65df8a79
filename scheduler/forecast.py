"""What a broadcast will do before it does it: who sees it at once, who when they next write, who needs a call."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col

from models import grant
from models.broadcast import BroadcastKind
from models.follower import Follower
from models.member import Member, Status
from models.plan import Basis
from models.preference import Preference
from models.window import Window
from scheduler import leave
from scheduler.audience import member_ids
from scheduler.cause import Cause
from scheduler.routes import Account, Choice, Route, Standing, choices
from scheduler.rules import Rules

# Nothing we could do by ourselves would reach these, whatever they write to us.
_PHONE = frozenset({Cause.NOT_BOUND, Cause.NOT_AGREED, Cause.BLOCKED, Cause.NO_WECHAT})

# Nobody reads a longer list, and an audience may be a hundred thousand people.
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many go by which route for which cause, and the names of some of them.

    `counts` are what the pushes will show afterwards: the route and what keeps them from a better one. The names are of
    those who see it at once, when they next write, and after a telephone call, `MOST_NAMES` at most.
    """

    counts: Mapping[tuple[Route, Cause | None], int] = field(default_factory=Counter)
    now: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many people it is for, however they hear of it."""
        return sum(self.counts.values())

    @property
    def now_count(self) -> int:
        """How many see it at once."""
        return sum(count for (route, _), count in self.counts.items() if route is not Route.HELD)

    @property
    def phone_count(self) -> int:
        """How many won't see it unless somebody tells them."""
        return sum(self.causes(phone=True).values())

    @property
    def next_count(self) -> int:
        """How many see it when they next write."""
        return sum(self.causes(phone=False).values())

    def causes(self, *, phone: bool) -> dict[Cause, int]:
        """Why not at once, the commonest first: of those to telephone, or of those who have only to write."""
        held = [(cause, count) for (route, cause), count in self.counts.items() if route is Route.HELD and cause]
        ranked = sorted(held, key=lambda pair: (-pair[1], pair[0]))
        return {cause: count for cause, count in ranked if (cause in _PHONE) is phone}


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
            col(Preference.away_until),
            maintain_column_froms=True,
        )
        .outerjoin(Follower, col(Follower.member_id) == col(Member.id))
        .outerjoin(Preference, col(Preference.member_id) == col(Member.id))
        .where(col(Member.status) != Status.INACTIVE)
        .order_by(col(Member.branch_id), col(Member.name))
    )
    rows = list(db.connection().execute(query, given))
    granted = _granted(db, {row.openid for row in rows if row.openid}, account, rules)
    alike: Counter[_Kind] = Counter()
    names: dict[_Kind, list[str]] = {}
    for name, without, openid, agreed_at, refused, left, until, away_until in rows:
        # Of the window only whether it is open then matters, so that a hundred thousand people are a few kinds.
        window = (left or 0, until is not None and until > at)
        away = leave.holds(BroadcastKind.TEXT, away_until, rules.hours, at)
        known = (openid is not None, agreed_at is not None, bool(refused), openid in granted)
        kind = _Kind(without, *known, *window, away)
        alike[kind] += 1
        listed = names.setdefault(kind, [])
        if len(listed) < MOST_NAMES:
            listed.append(name)
    return _summed(alike, names, {kind: _best(kind, account, rules, at) for kind in alike})


class _Kind(NamedTuple):
    """What the routes of members who are alike have in common."""

    without_wechat: bool
    bound: bool
    agreed: bool
    refused: bool
    granted: bool
    left: int
    open_then: bool
    away: bool


def _granted(db: Session, openids: set[str], account: Account, rules: Rules) -> set[str]:
    """Those who have accepted a notice for broadcasts."""
    notice = rules.notices.get(BroadcastKind.TEXT)
    if notice is None or not account.may_notify:
        return set()
    return grant.holders(db.connection(), notice.template_id) & openids


def _summed(alike: Mapping[_Kind, int], names: Mapping[_Kind, Sequence[str]], best: Mapping[_Kind, Choice]) -> Forecast:
    counts: Counter[tuple[Route, Cause | None]] = Counter()
    groups: dict[str, list[str]] = {"now": [], "next": [], "phone": []}
    for kind, count in alike.items():
        counts[best[kind].route, best[kind].cause] += count
        groups[_when(best[kind])] += names[kind]
    return Forecast(counts, **{when: tuple(listed[:MOST_NAMES]) for when, listed in groups.items()})


def _best(kind: _Kind, account: Account, rules: Rules, at: datetime) -> Choice:
    if kind.without_wechat:
        return Choice(Route.HELD, Cause.NO_WECHAT)
    if kind.away and kind.bound and kind.agreed and not kind.refused:
        # A leave is nobody's business but its owner's: it is counted with all that members choose for themselves.
        return Choice(Route.HELD, Cause.NOT_BY_STATUS)
    ends = rules.shown_for(at, rules.broadcast_show_days)
    standing = Standing(
        account=account,
        ring_until=ends,
        show_until=ends,
        bound=kind.bound,
        agreed=kind.agreed,
        refused=kind.refused,
        granted=kind.granted,
        template=BroadcastKind.TEXT in rules.templates,
        window=Window(kind.left, ends if kind.open_then else at),
    )
    found = choices(standing, at, rules.hours)
    # What the policy forbids is no way, however open it is.
    return next((choice for choice in found if _rings(choice.route, rules)), found[-1])


def _when(best: Choice) -> str:
    if best.route not in (Route.HELD, Route.EXPIRED):
        return "now"
    return "phone" if best.cause in _PHONE else "next"


def _rings(route: Route, rules: Rules) -> bool:
    return route not in (Route.HELD, Route.EXPIRED) and rules.policy.allowed(Basis.SERVICE, route)
