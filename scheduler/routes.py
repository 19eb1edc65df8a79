"""Which ways to a follower are open now, in order. Pure: a state in, choices out.

The platform's rules are in `models.window` (what a message or a tap opens) and here (what an account may do).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from models.window import Window
from scheduler.calendar import Hours
from scheduler.cause import Cause


class Route(StrEnum):
    """A way to reach a follower; `held` and `expired` are the ways of not reaching one yet, or any more."""

    PASSIVE = "passive"
    CUSTOM = "custom"
    HELD = "held"
    EXPIRED = "expired"


class Account(StrEnum):
    """What kind of account it is, `wechat.account` of the configuration."""

    SUBSCRIPTION = "subscription"
    VERIFIED_SUBSCRIPTION = "verified-subscription"
    SERVICE = "service"
    VERIFIED_SERVICE = "verified-service"
    TEST = "test"

    @property
    def may_write_first(self) -> bool:
        """Whether it may send customer-service messages; the others can only answer."""
        return self not in (Account.SUBSCRIPTION, Account.SERVICE)


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides how a push can reach its member now.

    `refused` is the platform's word that it won't deliver to this follower; `writing`, that a message of theirs
    is just being answered; `promised`, that the push is itself a late answer, which no night holds back;
    `reserved`, the messages kept back for such an answer.
    """

    account: Account
    ring_until: datetime
    show_until: datetime
    bound: bool = True
    agreed: bool = True
    refused: bool = False
    writing: bool = False
    promised: bool = False
    reserved: int = 0
    window: Window = field(default_factory=Window)


@dataclass(frozen=True, slots=True)
class Choice:
    """A route, from when on (None: now), and what keeps the push from going sooner or by a better one."""

    route: Route
    cause: Cause | None = None
    not_before: datetime | None = None


def choices(standing: Standing, now: datetime, hours: Hours) -> tuple[Choice, ...]:
    """The routes that are open to a push, the best first; never empty.

    The last one is always `held`, or `expired` alone when it is too late to show it at all.
    """
    if now >= standing.show_until:
        return (Choice(Route.EXPIRED, Cause.EXPIRED),)
    found = []
    if standing.writing and standing.bound and standing.agreed:
        found.append(Choice(Route.PASSIVE))
    obstacle = _obstacle(standing, now)
    if obstacle is None:
        wakes = now if standing.promised else hours.wakes_at(now)
        if wakes >= standing.ring_until:
            obstacle = Cause.LATE
        elif wakes > now:
            obstacle = Cause.QUIET
            found.append(Choice(Route.CUSTOM, Cause.QUIET, not_before=wakes))
        else:
            found.append(Choice(Route.CUSTOM))
    return (*found, Choice(Route.HELD, obstacle))


def _obstacle(standing: Standing, now: datetime) -> Cause | None:
    """What forbids a customer-service message at `now`, the cause that people can do most about first."""
    obstacles = (
        (Cause.NOT_BOUND, not standing.bound),
        (Cause.NOT_AGREED, not standing.agreed),
        (Cause.BLOCKED, standing.refused),
        (Cause.NO_PUSH, not standing.account.may_write_first),
        (Cause.WINDOW, standing.window.until is None or now >= standing.window.until),
        (Cause.COUNT_USED, standing.window.left <= standing.reserved),
        (Cause.LATE, now >= standing.ring_until),
    )
    return next((cause for cause, holds in obstacles if holds), None)
