"""The queue's statements: claim pushes, mark them just before their calls, record what became of them.

A claim is a lease: `owner` holds the row until `free_at` (running time), however long ago its process died. What may
be sent is asked again when a row is marked `sending`, in the commit just before its call. Whoever locks followers
and pushes locks the followers first, in openid order, as the webhook does: so the two never wait for each other.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    FromClause,
    Integer,
    Result,
    Row,
    Text,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from models.branch import Branch
from models.broadcast import Broadcast, BroadcastState
from models.database import given, packed
from models.follower import Follower
from models.member import Member, Status
from models.pause import Pause
from models.push import Push, PushStatus
from models.window import MESSAGE

_OfBroadcast, _OfMember, _Paused = aliased(Branch), aliased(Branch), aliased(Branch)

_is_due: ColumnElement[bool] = col(Push.status) == PushStatus.DUE


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
        .correlate(Push)
    )
    return ~paused


def is_open(now: datetime) -> ColumnElement[bool]:
    """That the broadcast of a push has started and was neither stopped nor has it run out; for queries on Push."""
    started = and_(col(Broadcast.state) == BroadcastState.OPEN, col(Broadcast.starts_at) <= now)
    return exists().where(col(Broadcast.id) == col(Push.broadcast_id), started).correlate(Push)


def claim(
    connection: Connection, owner: str, now: datetime, running: datetime, lease: timedelta, limit: int
) -> list[int]:
    """Makes up to `limit` due pushes the owner's until `running + lease`; their ids.

    Both conditions on the status are needed: without the second, PostgreSQL hands a row out again that was waited for.
    """
    free = and_(_is_due, or_(col(Push.free_at).is_(None), col(Push.free_at) <= running))
    found = (
        select(col(Push.id))
        .where(free, col(Push.run_at) <= now, is_open(now), not_paused())
        .order_by(col(Push.run_at), col(Push.id))
        .limit(limit)
        .with_for_update(of=Push, skip_locked=True)
    )
    statement = update(Push).where(col(Push.id).in_(found.scalar_subquery()), free)
    values = {"owner": owner, "free_at": running + lease}
    return sorted(_returned(connection.execute(statement.values(values).returning(col(Push.id)))))


def claimed(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """These pushes with what decides their route, in the order in which they are to go."""
    asked = given(connection, id=Integer())
    query = (
        select(
            *(col(Push.id), col(Push.broadcast_id), col(Push.member_id), col(Push.facts), col(Push.attempts)),
            *(col(Member.name), col(Member.status).label("member_status"), col(Broadcast.starts_at)),
            *(col(Broadcast.kind), col(Broadcast.ring_until), col(Broadcast.show_until), col(Follower.openid)),
            *(col(Follower.agreed_at), col(Follower.refused), col(Follower.window_left), col(Follower.window_until)),
        )
        .join(asked, asked.c.id == col(Push.id))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .join(Member, col(Member.id) == col(Push.member_id))
        .outerjoin(Follower, col(Follower.member_id) == col(Push.member_id))
        .order_by(col(Push.run_at), col(Push.broadcast_id), col(Push.id))
    )
    return connection.execute(query, {"given": packed(connection, [{"id": push_id} for push_id in ids])}).all()


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


def mark(connection: Connection, owner: str, pushes: Mapping[int, str], now: datetime, free_at: datetime) -> set[int]:
    """Marks claimed pushes (id → openid, each openid once) as `sending` and takes their messages from the windows.

    The caller has locked the followers. Returns the ids that may be sent. The others have been given back: their
    broadcast was stopped, their member left, the window closed or somebody else has them.
    """
    if not pushes:
        return set()
    mine = and_(col(Push.id).in_(_ids(connection)), _is_due, col(Push.owner) == owner)
    given_ids = {"given": packed(connection, [{"id": push_id} for push_id in pushes])}
    values = {"status": PushStatus.SENDING, "attempts": col(Push.attempts) + 1, "free_at": free_at, "cause": ""}
    sendable = update(Push).where(mine, is_open(now), not_paused(), _is_welcome(now))
    marked = _returned(connection.execute(sendable.values(values).returning(col(Push.id)), given_ids))
    if len(marked) < len(pushes):
        connection.execute(update(Push).where(mine).values(owner="", free_at=None), given_ids)
    move_windows(connection, [{"openid": pushes[push_id], "more": -1, "over": 0} for push_id in marked])
    return marked


def _returned(result: Result[Any]) -> set[int]:
    return set(result.scalars())


def _ids(connection: Connection) -> Any:
    asked = given(connection, id=Integer())
    return select(asked.c.id).scalar_subquery()


def _is_welcome(now: datetime) -> ColumnElement[bool]:
    """That the member is on the roster, agreed, isn't refused, and the window is open."""
    on_roster = and_(col(Member.id) == col(Push.member_id), col(Member.status) != Status.INACTIVE)
    agreed = and_(col(Follower.member_id) == col(Push.member_id), col(Follower.agreed_at).is_not(None))
    can_be_sent = and_(col(Follower.refused) == "", col(Follower.window_left) > 0, col(Follower.window_until) > now)
    return exists().where(on_roster, agreed, can_be_sent).correlate(Push)


def release(connection: Connection, owner: str) -> None:
    """Gives back everything an owner has claimed and not yet marked: it is stopping."""
    mine = update(Push).where(_is_due, col(Push.owner) == owner)
    connection.execute(mine.values(owner="", free_at=None))


def lock(connection: Connection, openids: Collection[str]) -> None:
    """Locks followers until the transaction ends, in openid order; on SQLite the one writer is lock enough."""
    if connection.dialect.name != "postgresql" or not openids:
        return
    asked = given(connection, openid=Text())
    query = select(col(Follower.openid)).join(asked, asked.c.openid == col(Follower.openid))
    rows = packed(connection, [{"openid": openid} for openid in openids])
    connection.execute(query.order_by(col(Follower.openid)).with_for_update(of=Follower), {"given": rows})


def move_windows(connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
    """Corrects the ledger, rows of openid, more (messages, negative for spent ones), over (1: closed altogether).

    Never below none, nor above what one message opens.
    """
    if not rows:
        return
    new = given(connection, openid=Text(), more=Integer(), over=Integer())
    left = col(Follower.window_left) + new.c.more
    most = MESSAGE[0]
    capped = case((new.c.over == 1, 0), (left > most, most), (left < 0, 0), else_=left)
    connection.execute(
        update(Follower).where(col(Follower.openid) == new.c.openid).values(window_left=capped),
        {"given": packed(connection, rows)},
    )


def record(connection: Connection, owner: str, rows: Collection[Mapping[str, Any]]) -> None:
    """Writes what became of sends, rows of id, status, route, cause, errcode, rid, sent_at, run_at, free_at.

    A `run_at` of None leaves it as it was. Only rows that are still this owner's `sending` change: one whose lease ran
    out is `unknown`, and stays so.
    """
    if not rows:
        return
    words: dict[str, TypeEngine[Any]] = dict.fromkeys(("status", "route", "cause", "rid"), Text())
    times: dict[str, TypeEngine[Any]] = dict.fromkeys(("sent_at", "run_at", "free_at"), DateTime(True))
    new = given(connection, id=Integer(), errcode=Integer(), **words, **times)
    changes = {name: new.c[name] for name in ("errcode", *words, *times)} | {"run_at": _moved(new)}
    mine = and_(col(Push.id) == new.c.id, col(Push.status) == PushStatus.SENDING, col(Push.owner) == owner)
    connection.execute(update(Push).where(mine).values(owner="", **changes), {"given": packed(connection, rows)})


def refuse(connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
    """Notes how the platform refuses to write to followers, rows of openid, refused."""
    if not rows:
        return
    new = given(connection, openid=Text(), refused=Text())
    connection.execute(
        update(Follower).where(col(Follower.openid) == new.c.openid).values(refused=new.c.refused),
        {"given": packed(connection, rows)},
    )


def lose(connection: Connection, running: datetime, keeper: str | None = None) -> int:
    """Makes sends whose lease has run out `unknown`; returns how many.

    With `keeper`, where one process alone sends, every send of any other owner at once: that process is dead.
    """
    gone = col(Push.free_at) <= running
    if keeper is not None:
        gone = or_(gone, col(Push.owner) != keeper)
    lost = update(Push).where(col(Push.status) == PushStatus.SENDING, gone)
    return connection.execute(lost.values(status=PushStatus.UNKNOWN, cause="unknown", owner="", free_at=None)).rowcount


def resend_unknown(connection: Connection, broadcast_id: int) -> int:
    """Makes a broadcast's `unknown` pushes due again, because a person decided so; returns how many."""
    unknown = and_(col(Push.broadcast_id) == broadcast_id, col(Push.status) == PushStatus.UNKNOWN)
    due = update(Push).where(unknown).values(status=PushStatus.DUE, cause="", attempts=0, free_at=None)
    count = connection.execute(due).rowcount
    if count:
        settled = and_(col(Broadcast.id) == broadcast_id, col(Broadcast.state) == BroadcastState.SETTLED)
        connection.execute(update(Broadcast).where(settled).values(state=BroadcastState.OPEN))
    return count
