"""From claimed rows to messages: each row by its route, put off, held or expired.

Where a window is short of messages, its last one is a digest of all that is due.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from models import claim, nudge
from models.broadcast import BroadcastKind
from models.claim import Claimed
from models.database import running_now
from models.halt import Halt, HaltKind
from models.member import Status
from models.push import PushStatus
from scheduler import leave
from scheduler.cause import Cause
from scheduler.messenger import Outgoing
from scheduler.outgoing import facts_of, goes_with_others, granted, line_up, outgoing, standing
from scheduler.routes import Account, Route, Standing, choices
from scheduler.rules import Rules
from scheduler.solemn import Hold

# Long enough for a claimed batch to be sent, and for a call to time out; a lost row is found out after it.
LEASE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Sorting:
    """What decides about a row besides the row itself.

    `halted`: the halt that keeps us from a route, if one does. `fits`: whether one message can carry these pushes.
    `queued`: how many customer-service messages to a follower are claimed already, and not yet paid for.
    """

    now: datetime
    account: Account
    rules: Rules
    halted: Callable[[Route], Halt | None]
    fits: Callable[[Route, Sequence[Outgoing]], bool]
    queued: Callable[[str], int]
    solemn: Hold


@dataclass(frozen=True, slots=True)
class Ready:
    """One message that may go now: its pushes, by which route, and how often the first of them was tried before.

    `pinned`: an earlier try may have arrived, so that only this route's key keeps it from arriving twice.
    """

    pushes: tuple[Outgoing, ...]
    route: Route
    attempts: int = 0
    pinned: bool = False

    @property
    def openid(self) -> str:
        """Whom it is for."""
        return self.pushes[0].openid

    def only(self, ids: Set[int]) -> "Ready | None":
        """The same message with just these of its pushes; None if it has none of them."""
        left = tuple(push for push in self.pushes if push.id in ids)
        return replace(self, pushes=left) if left else None


@dataclass(slots=True)
class Found:
    """What one claim brought: messages to send, and how many rows it looked at."""

    sendable: list[Ready] = field(default_factory=list)
    claimed: int = 0


def claim_due(db: Session, owner: str, sorting: Sorting) -> Found:
    """Claims due rows, gives back those that can't be sent now (with the reason), and returns the others."""
    connection, now = db.connection(), sorting.now
    ids = claim.claim(connection, owner, now, LEASE)
    found = Found(claimed=len(ids))
    if not ids:
        return found
    sorter = _Sorter(connection, sorting)
    sorter.take(claim.claimed(connection, ids))
    if short := sorter.short_of_messages():
        # Their last message is to carry all that is due to them.
        sorter.take(claim.claimed(connection, claim.claim_of(connection, owner, now, LEASE, short)))
    found.sendable = sorter.messages()
    claim.put_off(connection, owner, sorter.put_off)
    return found


_CANCELLED = {"status": PushStatus.CANCELLED, "cause": Cause.NOT_BY_STATUS}


class _Sorter:
    """Sorts claimed rows into messages, and into what is `put_off`."""

    def __init__(self, connection: Connection, sorting: Sorting) -> None:
        self._connection = connection
        self._sorting = sorting
        self._ready: list[Ready] = []
        # By openid, what would go by customer-service message, and how many of those there may be.
        self._by_window: dict[str, list[Ready]] = {}
        self._left: dict[str, int] = {}
        self.put_off: list[dict[str, Any]] = []

    def take(self, rows: Sequence[Claimed]) -> None:
        """Sorts these rows."""
        sorting = self._sorting
        shared = facts_of(self._connection, {row.broadcast_id for row in rows})
        grants = granted(self._connection, rows, sorting.rules)
        unwanted = self._unwanted(rows)
        for row in rows:
            push = outgoing(row, shared[row.broadcast_id], sorting.rules, sorting.now)
            state = standing(row, sorting.account, sorting.rules, (push.openid, row.kind) in grants)
            found = _CANCELLED if row.id in unwanted else self._sorted(row, push, state)
            if not isinstance(found, Ready):
                self.put_off.append({"id": row.id, "run_at": None, **found})
            elif found.route is Route.CUSTOM:
                self._by_window.setdefault(push.openid, []).append(found)
                self._left[push.openid] = max(1, state.window.left - state.reserved - sorting.queued(push.openid))
            else:
                self._ready.append(found)

    def _unwanted(self, rows: Sequence[Claimed]) -> set[int]:
        """Nudges that have nothing to remind of any more, or that their member doesn't want any more."""
        hours = self._sorting.rules.hours
        nudges = {row.id: hours.day(row.starts_at) for row in rows if row.kind == BroadcastKind.NUDGE}
        wanted: set[int] = set()
        for day in set(nudges.values()):
            of_day = [push_id for push_id in nudges if nudges[push_id] == day]
            wanted |= nudge.wanted(self._connection, of_day, nudge.asking(day))
        invitations = [row.id for row in rows if row.kind == BroadcastKind.INVITATION]
        if invitations:
            today = hours.study_day(self._sorting.now)
            wanted |= nudge.wanted(self._connection, invitations, nudge.inviting(today))
        return {*nudges, *invitations} - wanted

    def short_of_messages(self) -> list[int]:
        """The members whose window is about to be used up."""
        return [
            ready[0].pushes[0].member_id
            for openid, ready in self._by_window.items()
            if len(ready) >= self._left[openid]
        ]

    def messages(self) -> list[Ready]:
        """What can be sent; where a window is short, its last message carries all the rest."""
        return self._ready + [
            message for openid, ready in self._by_window.items() for message in self._packed(ready, self._left[openid])
        ]

    def _packed(self, ready: list[Ready], left: int) -> Iterator[Ready]:
        if len(ready) <= left:
            yield from ready
            return
        by_id = {one.pushes[0].id: one for one in ready}
        ordered = line_up([one.pushes[0] for one in ready])
        alone = ordered[: left - 1]
        together: list[Outgoing] = []
        for push in ordered[left - 1 :]:
            if (not together or goes_with_others(push)) and self._sorting.fits(Route.CUSTOM, [*together, push]):
                together.append(push)
            else:
                self.put_off.append(
                    {"id": push.id, "run_at": None, "status": PushStatus.HELD, "cause": Cause.COUNT_USED}
                )
        for pushes in (*([push] for push in alone), together):
            yield Ready(tuple(pushes), Route.CUSTOM, max(by_id[push.id].attempts for push in pushes))

    def _sorted(self, row: Claimed, push: Outgoing, state: Standing) -> Ready | dict[str, Any]:
        """The message that a row may be now; else why it isn't one, as the columns to write."""
        if row.member_status == Status.INACTIVE:
            return _CANCELLED
        if row.repeat_until is not None and row.repeat_until <= running_now(self._connection):
            return {"status": PushStatus.UNKNOWN, "cause": Cause.UNKNOWN}
        if until := self._sorting.solemn.until(row.kind, push.facts, row.path, row.starts_at):
            return {"status": PushStatus.DUE, "cause": Cause.SOLEMN, "run_at": until}
        if leave.holds(row.kind, row.away_until, self._sorting.rules.hours, self._sorting.now):
            return _until_back(row, self._sorting.rules)
        instead: dict[str, Any] | None = None
        for choice in choices(state, self._sorting.now, self._sorting.rules.hours):
            if choice.route in (Route.HELD, Route.EXPIRED):
                status = PushStatus.EXPIRED if choice.route is Route.EXPIRED else PushStatus.HELD
                return instead or {"status": status, "cause": choice.cause}
            if not self._sorting.rules.policy.allowed(push.basis, choice.route):
                instead = instead or {"status": PushStatus.HELD, "cause": Cause.POLICY}
            elif halt := self._sorting.halted(choice.route):
                instead = instead or _during(halt, row)
            elif choice.not_before is not None:
                return {"status": PushStatus.DUE, "cause": choice.cause, "run_at": choice.not_before}
            elif self._sorting.fits(choice.route, [push]):
                return Ready((push,), choice.route, row.attempts, state.pinned)
            else:
                instead = instead or {"status": PushStatus.FAILED, "cause": Cause.FAILED}
        raise AssertionError("the last choice is to hold it, or that it is too late")


def _until_back(row: Claimed, rules: Rules) -> dict[str, Any]:
    """What becomes of a row whose member is on leave: it waits for the end, if it may still ring then."""
    assert row.away_until is not None, "only a leave holds it"
    back = leave.over_at(row.away_until, rules.hours)
    if back >= row.ring_until:
        return {"status": PushStatus.HELD, "cause": Cause.AWAY}
    return {"status": PushStatus.DUE, "cause": Cause.AWAY, "run_at": back}


def _during(halt: Halt, row: Claimed) -> dict[str, Any]:
    """What becomes of a row whose route is halted: it waits for the end, if it may still ring then."""
    if halt.kind is HaltKind.FEATURE:
        return {"status": PushStatus.HELD, "cause": Cause.ACCOUNT}
    if halt.until >= row.ring_until:
        return {"status": PushStatus.HELD, "cause": Cause.LATE}
    cause = Cause.QUOTA if halt.kind is HaltKind.QUOTA else Cause.RETRYING
    return {"status": PushStatus.DUE, "cause": cause, "run_at": halt.until}
