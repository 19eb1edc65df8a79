"""The queue's claims: which rows are due, whose they are, what gives them back.

A claim is a lease: `owner` holds the row until `free_at` (running time), however long ago its process died. What a
claim allows is asked again in `models.sending`, in the commit just before the call.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    DateTime,
    Executable,
    FromClause,
    Integer,
    Text,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.database import given, given_each, packed, running_now
from models.follower import Follower
from models.member import Member, Status
from models.pause import Pause
from models.preference import Preference
from models.push import Push, PushStatus
from models.statement import EachRow, Statement

# How many rows a claim takes: enough to keep its cost off the single send, few enough to be quick.
BATCH = 100

_OfBroadcast, _OfMember, _Paused = aliased(Branch), aliased(Branch), aliased(Branch)

_is_due: ColumnElement[bool] = col(Push.status) == PushStatus.DUE


def word(value: str) -> ColumnElement[Any]:
    """One of our own words as part of a statement's text, which so can be compiled once."""
    return literal_column(f"'{value}'", Text)


def not_paused() -> ColumnElement[bool]:
    """That no admin has paused the broadcast's or the member's part of the tree; for queries on Push."""
    paused = (
        exists()
        .where(col(Pause.branch_id) == col(_Paused.id))
        .where(
            or_(
                col(_OfBroadcast.path).startswith(col(_Paused.path)),
                col(_OfMember.path).startswith(col(_Paused.path)),
            )
        )
        .where(col(Broadcast.id) == col(Push.broadcast_id), col(_OfBroadcast.id) == col(Broadcast.branch_id))
        .where(col(Member.id) == col(Push.member_id), col(_OfMember.id) == col(Member.branch_id))
        .correlate_except(Pause, _Paused, _OfBroadcast, _OfMember, Broadcast, Member)
    )
    return ~paused


def is_open(now: datetime | ColumnElement[datetime], *, rings: bool = False) -> ColumnElement[bool]:
    """That the broadcast of a push has started and nobody has stopped it, and that it still `rings`; on Push."""
    started = and_(col(Broadcast.state) == word(BroadcastState.OPEN), col(Broadcast.starts_at) <= now)
    ringing = col(Broadcast.ring_until) > now if rings else true()
    return exists().where(col(Broadcast.id) == col(Push.broadcast_id), started, ringing).correlate_except(Broadcast)


def claim(connection: Connection, owner: str, now: datetime, lease: timedelta) -> list[int]:
    """Makes up to `BATCH` pushes that are due the owner's for as long as the lease; their ids.

    Both conditions on the status are needed: without the second, PostgreSQL hands a row out again that was waited for.
    """
    running = running_now(connection)
    ask = {"owner": owner, "now": now, "running": running, "free_at": running + lease}
    return [push_id for (push_id,) in _claim.run(connection, [ask])]


def claim_of(
    connection: Connection, owner: str, now: datetime, lease: timedelta, members: Collection[int]
) -> list[int]:
    """The same for whatever else is due to these members."""
    running = running_now(connection)
    ask = {"owner": owner, "now": now, "running": running, "free_at": running + lease}
    rows = [{**ask, "member_id": member_id} for member_id in members]
    return [push_id for (push_id,) in _claim_of.run(connection, rows)] if rows else []


class Claimed(NamedTuple):
    """A claimed push with what decides its route, and what its words are made of."""

    id: int
    broadcast_id: int
    member_id: int
    facts: dict[str, Any]
    attempts: int
    repeat_until: datetime | None
    name: str
    member_status: Status
    kind: BroadcastKind
    starts_at: datetime
    ring_until: datetime
    show_until: datetime
    openid: str | None
    agreed_at: datetime | None
    refused: str | None
    window_left: int | None
    window_until: datetime | None
    # Whether a late answer is promised to the member, for which a message is kept back.
    promised: bool
    path: str
    # The last day of their leave, if they have taken one.
    away_until: date | None = None


def claimed(connection: Connection, ids: Sequence[int]) -> list[Claimed]:
    """These pushes, in the order in which they are to go."""
    return [Claimed(*row) for row in _claimed.run(connection, [{"id": push_id} for push_id in ids])]


def _claiming(connection: Connection) -> Executable:
    def asked() -> tuple[FromClause, ColumnElement[bool]]:
        ask = given(connection, owner=Text(), now=DateTime(True), running=DateTime(True), free_at=DateTime(True))
        free = or_(col(Push.free_at).is_(None), col(Push.free_at) <= ask.c.running)
        return ask, and_(col(Push.status) == word(PushStatus.DUE), free)

    ask, free = asked()
    found = (
        select(col(Push.id))
        .join(ask, true())
        .where(free, col(Push.run_at) <= ask.c.now, is_open(ask.c.now), not_paused())
        .order_by(col(Push.run_at), col(Push.id))
        # The offset is written out, since SQLite's dialect would hand over a parameter for it.
        .limit(literal_column(str(BATCH)))
        .offset(literal_column("0"))
        .with_for_update(of=Push, skip_locked=True)
        .cte("found")
    )
    again, still_free = asked()
    claimed = update(Push).where(col(Push.id) == found.c.id, still_free)
    return claimed.values(owner=again.c.owner, free_at=again.c.free_at).returning(col(Push.id))


def _claiming_of(connection: Connection) -> Executable:
    ask = given_each(
        connection,
        owner=Text(),
        now=DateTime(True),
        running=DateTime(True),
        free_at=DateTime(True),
        member_id=Integer(),
    )
    free = or_(col(Push.free_at).is_(None), col(Push.free_at) <= ask.c.running)
    # The word is a part of the text, so that the index of what is unsent serves.
    due = and_(text("push.status = 'due'"), col(Push.member_id) == ask.c.member_id, free, col(Push.run_at) <= ask.c.now)
    claimed = update(Push).where(due, is_open(ask.c.now), not_paused())
    return claimed.values(owner=ask.c.owner, free_at=ask.c.free_at).returning(col(Push.id))


def promised() -> ColumnElement[bool]:
    """That a late answer is owed to the member of a push, for which a message is kept back; on Push."""
    owed, answer = aliased(Push), aliased(Broadcast)
    unsent = col(owed.status).in_((word(PushStatus.DUE), word(PushStatus.HELD)))
    return (
        exists()
        .where(col(owed.member_id) == col(Push.member_id), unsent)
        .where(col(answer.id) == col(owed.broadcast_id), col(answer.kind) == word(BroadcastKind.ANSWER))
        .correlate_except(owed, answer)
    )


def _reading(connection: Connection) -> Executable:
    asked = given(connection, id=Integer())
    query = select(
        *(col(Push.id), col(Push.broadcast_id), col(Push.member_id), col(Push.facts), col(Push.attempts)),
        col(Push.repeat_until),
        *(col(Member.name), col(Member.status), col(Broadcast.kind), col(Broadcast.starts_at)),
        *(col(Broadcast.ring_until), col(Broadcast.show_until), col(Follower.openid), col(Follower.agreed_at)),
        *(col(Follower.refused), col(Follower.window_left), col(Follower.window_until)),
        promised(),
        *(col(Branch.path), col(Preference.away_until)),
    )
    return (
        query.join(asked, asked.c.id == col(Push.id))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .join(Member, col(Member.id) == col(Push.member_id))
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .outerjoin(Follower, col(Follower.member_id) == col(Push.member_id))
        .outerjoin(Preference, col(Preference.member_id) == col(Push.member_id))
        .order_by(col(Push.run_at), col(Push.broadcast_id), col(Push.id))
    )


_claim, _claim_of, _claimed = Statement(_claiming), EachRow(_claiming_of), Statement(_reading)


def put_off(connection: Connection, owner: str, rows: Collection[Mapping[str, Any]]) -> None:
    """Gives claimed pushes back unsent, rows of id, status, cause, run_at (None: as it was): held, expired, or due."""
    if not rows:
        return
    new = given(connection, id=Integer(), status=Text(), cause=Text(), run_at=DateTime(True))
    connection.execute(
        update(Push)
        .where(col(Push.id) == new.c.id, _is_due, col(Push.owner) == owner)
        .values(status=new.c.status, cause=new.c.cause, run_at=_moved(new), owner="", free_at=None),
        {"given": packed(connection, rows)},
    )


def _moved(new: FromClause) -> ColumnElement[datetime]:
    return func.coalesce(new.c.run_at, col(Push.run_at))


def waiting(connection: Connection) -> dict[str, int]:
    """How many pushes are due, and how many in flight: as quick as there are few, however many have been."""

    def count(status: PushStatus) -> int:
        # The word is a part of the text, so that the index of just these rows serves.
        return connection.execute(select(func.count()).where(col(Push.status) == word(status))).scalar_one()

    return {str(status): count(status) for status in (PushStatus.DUE, PushStatus.SENDING)}


def release(connection: Connection, owner: str) -> None:
    """Gives back everything an owner has claimed and not yet marked."""
    mine = update(Push).where(_is_due, col(Push.owner) == owner)
    connection.execute(mine.values(owner="", free_at=None))


def inherit(connection: Connection, heir: str) -> int:
    """Where one process alone sends: whatever other owners hold is over at once; returns how many sends became unknown.

    Their leases needn't run out, since they are dead, or this process would not have started.
    """
    theirs = col(Push.owner).not_in(("", heir))
    connection.execute(update(Push).where(_is_due, theirs).values(owner="", free_at=None))
    return _lose(connection, theirs)


def lose(connection: Connection, running: datetime) -> int:
    """Makes sends whose lease has run out `unknown`; returns how many."""
    return _lose(connection, col(Push.free_at) <= running)


def _lose(connection: Connection, gone: ColumnElement[bool]) -> int:
    """The sends of dead processes: unknown, unless the same message may safely be sent once more."""
    lost = and_(col(Push.status) == PushStatus.SENDING, gone)
    again = update(Push).where(lost, col(Push.repeat_until) > running_now(connection))
    connection.execute(again.values(status=PushStatus.DUE, cause="retrying", owner="", free_at=None))
    unknown = {"status": PushStatus.UNKNOWN, "cause": "unknown", "owner": "", "free_at": None, "repeat_until": None}
    return connection.execute(update(Push).where(lost).values(**unknown)).rowcount


def resend_unknown(connection: Connection, broadcast_id: int) -> int:
    """Makes a broadcast's `unknown` pushes due again, because a person decided so; returns how many."""
    unknown = and_(col(Push.broadcast_id) == broadcast_id, col(Push.status) == PushStatus.UNKNOWN)
    due = update(Push).where(unknown).values(status=PushStatus.DUE, cause="", attempts=0, free_at=None)
    count = connection.execute(due).rowcount
    if count:
        settled = and_(col(Broadcast.id) == broadcast_id, col(Broadcast.state) == BroadcastState.SETTLED)
        connection.execute(update(Broadcast).where(settled).values(state=BroadcastState.OPEN))
    return count
