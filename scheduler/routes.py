"""Which ways to a follower are open now, in order. Pure: a state in, choices out.

The platform's rules are in `models.window` (what a message or a tap opens) and here (what an account may do).
"""

from collections.abc import Iterator
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
    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"
    MASS = "mass"
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

    @property
    def may_notify(self) -> bool:
        """Whether it may send subscription notices to those who accepted them."""
        return self is Account.VERIFIED_SERVICE

    @property
    def may_use_templates(self) -> bool:
        """Whether it may send template messages."""
        return self in (Account.VERIFIED_SERVICE, Account.TEST)


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides how a push can reach its member now.

    `refused` is the platform's word that it won't deliver to this follower; `writing`, that a message of theirs
    is just being answered; `promised`, that the push is itself a late answer, which no night holds back;
    `reserved`, the messages kept back for such an answer; `granted`, that the follower has accepted a subscription
    notice for this kind of push; `template`, that the operator lets this kind go by template message; `pinned`, that
    it may have gone that way already, so that only a repeat with the same key is safe.
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
    granted: bool = False
    template: bool = False
    pinned: bool = False
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
    if standing.writing and standing.bound and standing.agreed and not standing.pinned:
        found.append(Choice(Route.PASSIVE))
    obstacle = _obstacle(standing, now)
    if obstacle is None:
        wakes = now if standing.promised else hours.wakes_at(now)
        if wakes >= standing.ring_until:
            obstacle = Cause.LATE
        else:
            cause, not_before = (Cause.QUIET, wakes) if wakes > now else (None, None)
            found += [Choice(route, cause, not_before) for route in _ringing(standing, now)]
            obstacle = cause or _shut(standing, now)
    return (*found, Choice(Route.HELD, obstacle))


def _obstacle(standing: Standing, now: datetime) -> Cause | None:
    """What forbids every way of sending by ourselves at `now`, the cause that people can do most about first."""
    obstacles = (
        (Cause.NOT_BOUND, not standing.bound),
        (Cause.NOT_AGREED, not standing.agreed),
        (Cause.BLOCKED, standing.refused),
        (Cause.NO_PUSH, not standing.account.may_write_first),
        # Not the window: their next message would not bring it either.
        (Cause.UNKNOWN, standing.pinned and not any(_ringing(standing, now))),
        (_shut(standing, now), not any(_ringing(standing, now))),
        (Cause.LATE, now >= standing.ring_until),
    )
    return next((cause for cause, holds in obstacles if holds), None)


def _ringing(standing: Standing, now: datetime) -> Iterator[Route]:
    """The ways on which the follower's phone rings, those that cost nothing first."""
    if not standing.pinned:
        if _shut(standing, now) is None:
            yield Route.CUSTOM
        if standing.granted and standing.account.may_notify:
            yield Route.SUBSCRIPTION
    if standing.template and standing.account.may_use_templates:
        yield Route.TEMPLATE


def _shut(standing: Standing, now: datetime) -> Cause | None:
    """Why the window lets no customer-service message through."""
    if not standing.window.until or now >= standing.window.until:
        return Cause.WINDOW
    return Cause.COUNT_USED if standing.window.left <= standing.reserved else None
