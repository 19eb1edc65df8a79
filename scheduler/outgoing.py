"""From claimed rows to what can be sent: each row by its route, `sendable`, put off, held or expired."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, Integer, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import claim
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.claim import Claimed
from models.database import given
from models.halt import Halt, HaltKind
from models.member import Member, Status
from models.push import PushStatus
from models.statement import Statement
from models.window import Window
from scheduler.cause import Cause
from scheduler.messenger import Outgoing
from scheduler.routes import Account, Route, Standing, choices
from scheduler.rules import Rules

# Long enough for a claimed batch to be sent, and for a call to time out; a lost row is found out after it.
LEASE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Sorting:
    """What decides about a row besides the row itself. `halted`: the halt that keeps us from a route, if one does."""

    now: datetime
    account: Account
    rules: Rules
    halted: Callable[[Route], Halt | None]
    fits: Callable[[Outgoing], bool]


@dataclass(slots=True)
class Found:
    """What one claim brought: rows to send, each with how often it was tried, and how many rows it looked at."""

    sendable: list[tuple[Outgoing, int]] = field(default_factory=list)
    claimed: int = 0


def claim_due(db: Session, owner: str, sorting: Sorting) -> Found:
    """Claims due rows, gives back those that can't be sent now (with the reason), and returns the others."""
    connection, now = db.connection(), sorting.now
    ids = claim.claim(connection, owner, now, LEASE)
    found = Found(claimed=len(ids))
    if not ids:
        return found
    rows = claim.claimed(connection, ids)
    broadcasts = facts_of(connection, {row.broadcast_id for row in rows})
    put_off = []
    for row in rows:
        push = outgoing(row, broadcasts[row.broadcast_id], sorting.rules, now)
        back = _not_now(row, push, sorting)
        if back is None:
            found.sendable.append((push, row.attempts))
        else:
            put_off.append({"id": row.id, "run_at": None, **back})
    claim.put_off(connection, owner, put_off)
    return found


def _not_now(row: Claimed, push: Outgoing, sorting: Sorting) -> dict[str, Any] | None:
    """Why a row isn't sent now, as the columns to write; None if it is."""
    if row.member_status == Status.INACTIVE:
        return {"status": PushStatus.CANCELLED, "cause": Cause.NOT_BY_STATUS}
    choice = choices(standing(row, sorting.account), sorting.now, sorting.rules.hours)[0]
    if choice.route is not Route.CUSTOM:
        status = PushStatus.EXPIRED if choice.route is Route.EXPIRED else PushStatus.HELD
        return {"status": status, "cause": choice.cause}
    if halt := sorting.halted(choice.route):
        return _during(halt, row)
    if choice.not_before is not None:
        return {"status": PushStatus.DUE, "cause": choice.cause, "run_at": choice.not_before}
    if not sorting.fits(push):
        return {"status": PushStatus.FAILED, "cause": Cause.FAILED}
    return None


def _during(halt: Halt, row: Claimed) -> dict[str, Any]:
    """What becomes of a row whose route is halted: it waits for the end, if it may still ring then."""
    if halt.kind is HaltKind.FEATURE:
        return {"status": PushStatus.HELD, "cause": Cause.ACCOUNT}
    if halt.until >= row.ring_until:
        return {"status": PushStatus.HELD, "cause": Cause.LATE}
    cause = Cause.QUOTA if halt.kind is HaltKind.QUOTA else Cause.RETRYING
    return {"status": PushStatus.DUE, "cause": cause, "run_at": halt.until}


def standing(row: Any, account: Account) -> Standing:
    """What decides the route of a row that has at least the columns of `Claimed` which are read here."""
    return Standing(
        account=account,
        ring_until=row.ring_until,
        show_until=row.show_until,
        bound=row.openid is not None,
        agreed=row.agreed_at is not None,
        refused=bool(row.refused),
        promised=row.kind == BroadcastKind.ANSWER,
        window=Window(row.window_left or 0, row.window_until),
    )


def outgoing(row: Any, broadcast: Mapping[str, Any], rules: Rules, now: datetime) -> Outgoing:
    """A row with everything its words are made of."""
    return Outgoing(
        id=row.id,
        broadcast_id=row.broadcast_id,
        member_id=row.member_id,
        openid=row.openid or "",
        name=row.name,
        kind=row.kind,
        day=rules.hours.day(row.starts_at),
        today=rules.hours.day(now),
        own=row.facts,
        **broadcast,
    )


def facts_of(connection: Connection, broadcast_ids: set[int]) -> dict[int, dict[str, Any]]:
    """What the pushes of a broadcast share (facts, branch, sender), read once for all of them."""
    rows = _shared.run(connection, [{"id": broadcast_id} for broadcast_id in broadcast_ids])
    return {
        broadcast_id: {"facts": facts, "branch": branch, "sender": sender or ""}
        for broadcast_id, facts, branch, sender in rows
    }


def _sharing(connection: Connection) -> Executable:
    asked, author = given(connection, id=Integer()), aliased(Member)
    return (
        select(col(Broadcast.id), col(Broadcast.facts), col(Branch.name), col(author.name).label("sender"))
        .join(asked, asked.c.id == col(Broadcast.id))
        .join(Branch, col(Branch.id) == col(Broadcast.branch_id))
        .outerjoin(author, col(author.id) == col(Broadcast.author_id))
    )


_shared = Statement(_sharing)


def line_up(pushes: Sequence[Outgoing]) -> list[Outgoing]:
    """The order in which pushes are shown to one who writes: promised answers, birthdays, broadcasts, topics, books."""
    return sorted(pushes, key=lambda push: (_ORDER.index(push.kind), push.day, push.id))


_ORDER = (
    BroadcastKind.ANSWER,
    BroadcastKind.BIRTHDAY,
    BroadcastKind.OATH,
    BroadcastKind.TEXT,
    BroadcastKind.BIRTHDAY_LIST,
    BroadcastKind.TOPIC,
    BroadcastKind.BOOK,
)
