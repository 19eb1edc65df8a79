"""Mass messages: the rest of a broadcast, ordered by a person each time, never to everybody and for nothing personal.

What may be ordered, whom it would reach and what the quota leaves. `scheduler.mass_sending` sends what was ordered.
"""

import hashlib
import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlmodel import Session

from models import mass, mass_quota
from models.broadcast import SAME_FOR_ALL, Broadcast, BroadcastState
from models.mass import MassSend, Recipient
from scheduler.cause import Cause
from scheduler.halts import PLATFORM_DAYS
from scheduler.outgoing import basis
from scheduler.routes import Account, Route
from scheduler.rules import Rules

T = TypeVar("T")

# One follower alone is refused (40130); so many openids fit one call.
FEWEST, MOST = 2, 10_000
# What a service account's followers may each get in a calendar month, and a subscription account send in a day.
EACH_A_MONTH, A_DAY = 4, 1

#: "has no masssend quota": the platform knows of messages that we don't, such as those made in its console.
QUOTA_ERRCODE = 45028

#: Why a push waits that a mass message could bring: nobody chose this, and no night or halt will end by itself.
UNREACHED = (
    *(Cause.WINDOW, Cause.COUNT_USED, Cause.NO_GRANT, Cause.NO_PUSH, Cause.LATE, Cause.ACCOUNT, Cause.FAILED),
    *(Cause.NOT_BOUND, Cause.NOT_AGREED, Cause.MASS_FAILED),
)


class Refusal(StrEnum):
    """Why nothing can be ordered; its words are `mass.refused_<refusal>`."""

    ACCOUNT = "account"
    PERSONAL = "personal"
    POLICY = "policy"
    OVER = "over"
    NOT_YET = "not_yet"
    ORDERED = "ordered"
    NOBODY = "nobody"
    ALONE = "alone"
    SPENT = "spent"
    SPENT_TODAY = "spent_today"


@dataclass(frozen=True, slots=True)
class Rest:
    """Whom a mass message would reach, and the names of those whose quota of this month is used up.

    `left` is what the quota still has afterwards: messages this month for whoever has fewest, or today's.
    """

    people: tuple[Recipient, ...] = ()
    spent: tuple[str, ...] = ()
    left: int = 0
    refusal: Refusal | None = None

    @property
    def digest(self) -> str:
        """By which a confirmation knows that it is about the very same people."""
        return hashlib.sha256(repr([one.push_id for one in self.people]).encode()).hexdigest()


def by_openid(account: Account) -> bool:
    """Whether this account names those it is for one by one; the others that may send at all take a tag."""
    return account is Account.VERIFIED_SERVICE


def able(account: Account) -> bool:
    """Whether this kind of account can send mass messages at all."""
    return account in (Account.VERIFIED_SERVICE, Account.VERIFIED_SUBSCRIPTION)


def rest(db: Session, broadcast: Broadcast, account: Account, rules: Rules, now: datetime) -> Rest:
    """What a mass message ordered now for the rest of this broadcast would do, or why there can't be one."""
    if refusal := _not_now(db, broadcast, account, rules, now):
        return Rest(refusal=refusal)
    assert broadcast.id is not None
    people = mass.unreached(db.connection(), broadcast.id, UNREACHED, rules.hours.study_day(now))
    found = _within_month(db, people, now) if by_openid(account) else _within_day(db, people, now)
    if found.refusal or len(found.people) >= FEWEST:
        return found
    refusal = Refusal.ALONE if found.people else Refusal.SPENT if found.spent else Refusal.NOBODY
    return Rest(found.people, found.spent, refusal=refusal)


def _not_now(db: Session, broadcast: Broadcast, account: Account, rules: Rules, now: datetime) -> Refusal | None:
    assert broadcast.id is not None
    refusals = (
        (Refusal.ACCOUNT, not able(account)),
        (Refusal.PERSONAL, broadcast.kind not in SAME_FOR_ALL),
        (Refusal.POLICY, not rules.policy.allowed(basis(db, broadcast), Route.MASS)),
        (Refusal.OVER, broadcast.state != BroadcastState.OPEN or now >= broadcast.ring_until),
        (Refusal.NOT_YET, broadcast.starts_at > now or broadcast.planned_to is not None),
        (Refusal.ORDERED, mass.undecided(db, broadcast.id)),
    )
    return next((refusal for refusal, holds in refusals if holds), None)


def _within_month(db: Session, people: Sequence[Recipient], now: datetime) -> Rest:
    since = month_start(now)
    had = mass_quota.had(db.connection(), since)
    most = 0 if mass_quota.refused_since(db.connection(), since, QUOTA_ERRCODE) else EACH_A_MONTH
    left = {one.push_id: most - had.get(one.openid, 0) for one in people}
    reached = tuple(one for one in people if left[one.push_id] > 0)
    spent = tuple(one.name for one in people if left[one.push_id] <= 0)
    return Rest(reached, spent, min((left[one.push_id] for one in reached), default=1) - 1)


def _within_day(db: Session, people: Sequence[Recipient], now: datetime) -> Rest:
    since = PLATFORM_DAYS.at(PLATFORM_DAYS.day(now), datetime.min.time())
    left = A_DAY - mass_quota.count_since(db.connection(), since)
    if left <= 0 or mass_quota.refused_since(db.connection(), since, QUOTA_ERRCODE):
        return Rest(refusal=Refusal.SPENT_TODAY)
    return Rest(tuple(people), left=left - 1)


def month_start(now: datetime) -> datetime:
    """When the platform's month began, in Beijing."""
    return PLATFORM_DAYS.at(PLATFORM_DAYS.day(now).replace(day=1), datetime.min.time())


def parts(people: Sequence[T], most: int = MOST) -> list[Sequence[T]]:
    """People in as few parts as the platform takes, of like sizes, so that nobody is left alone."""
    count = -(-len(people) // most)
    bounds = [len(people) * part // count for part in range(count + 1)] if count else [0]
    return [people[start:end] for start, end in itertools.pairwise(bounds)]


def order(
    db: Session, broadcast: Broadcast, found: Rest, *, by: int | None, account: Account, rules: Rules, now: datetime
) -> list[int]:
    """Writes what was ordered, to these people and nobody else; it is sent after the grace. The ids of its parts."""
    assert broadcast.id is not None
    first = mass.last_part(db, broadcast.id) + 1
    starts_at = now + timedelta(seconds=rules.grace_seconds)
    # A subscription account has one message a day, however many it is for.
    divided = parts(found.people) if by_openid(account) else [found.people]
    ids = []
    for part, people in enumerate(divided, first):
        key = f"cz-{secrets.token_hex(12)}"
        sent = MassSend(
            broadcast_id=broadcast.id, part=part, ordered_by=by, ordered_at=now, key=key, starts_at=starts_at
        )
        db.add(sent)
        db.flush()
        assert sent.id is not None
        mass.carry(db.connection(), sent.id, people)
        ids.append(sent.id)
    return ids
