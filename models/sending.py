"""The hot half of the queue: marking rows just before their calls, and recording what became of them.

These statements run in every commit of the conductor, and are compiled once. Whoever locks followers and pushes locks
the followers first, in openid order, as the webhook does: so the two never wait for each other in a circle.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Executable,
    FromClause,
    Integer,
    Text,
    and_,
    case,
    exists,
    func,
    null,
    select,
    update,
)
from sqlalchemy import literal_column as written
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from models.claim import is_open, not_paused, word
from models.database import given
from models.follower import Follower
from models.member import Member, Status
from models.push import Push, PushStatus
from models.statement import Statement
from models.window import MESSAGE

_ZERO, _ONE, _NOTHING = written("0", Integer), written("1", Integer), word("")


def mark(connection: Connection, owner: str, pushes: Mapping[int, str], now: datetime, free_at: datetime) -> set[int]:
    """Marks claimed pushes (id → openid, each openid once) as `sending` and takes their messages from the windows.

    The caller has locked the followers. Returns the ids that may be sent. The others have been given back: their
    broadcast was stopped, their member left, the window closed or somebody else has them.
    """
    if not pushes:
        return set()
    rows = [{"id": push_id, "owner": owner, "now": now, "free_at": free_at} for push_id in pushes]
    marked = {push_id for (push_id,) in _mark.run(connection, rows)}
    if len(marked) < len(pushes):
        _give_back.run(connection, rows)
    move_windows(connection, [{"openid": pushes[push_id], "more": -1, "over": 0} for push_id in marked])
    return marked


def lock(connection: Connection, openids: Collection[str]) -> None:
    """Locks followers until the transaction ends, in openid order; on SQLite the one writer is lock enough."""
    if openids and connection.dialect.name == "postgresql":
        _lock.run(connection, [{"openid": openid} for openid in openids])


def move_windows(connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
    """Corrects the ledger, rows of openid, more (messages, negative for spent ones), over (1: closed altogether).

    Never below none, nor above what one message opens.
    """
    if rows:
        _move.run(connection, rows)


def record(connection: Connection, owner: str, rows: Collection[Mapping[str, Any]]) -> None:
    """Writes what became of sends, rows of id, status, route, cause, errcode, rid, sent_at, run_at, free_at.

    A `run_at` of None leaves it as it was. Only rows that are still this owner's `sending` change: one whose lease ran
    out is `unknown`, and stays so.
    """
    if rows:
        _record.run(connection, [{**row, "owner": owner} for row in rows])


def refuse(connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
    """Notes how the platform refuses to write to followers, rows of openid, refused."""
    if rows:
        _refuse.run(connection, rows)


def _claimed(connection: Connection) -> tuple[FromClause, ColumnElement[bool]]:
    """The rows handed over, and that a push is one of them and still its owner's."""
    new = given(connection, id=Integer(), owner=Text(), now=DateTime(True), free_at=DateTime(True))
    due = col(Push.status) == word(PushStatus.DUE)
    return new, and_(col(Push.id) == new.c.id, col(Push.owner) == new.c.owner, due)


def _marking(connection: Connection) -> Executable:
    new, mine = _claimed(connection)
    attempts = col(Push.attempts) + _ONE
    sendable = update(Push).where(mine, is_open(new.c.now, rings=True), not_paused(), _is_welcome(new.c.now))
    values = {"status": word(PushStatus.SENDING), "attempts": attempts, "free_at": new.c.free_at, "cause": _NOTHING}
    return sendable.values(values).returning(col(Push.id))


def _is_welcome(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """That the member is on the roster, agreed, isn't refused, and the window is open."""
    on_roster = and_(col(Member.id) == col(Push.member_id), col(Member.status) != word(Status.INACTIVE))
    agreed = and_(col(Follower.member_id) == col(Push.member_id), col(Follower.agreed_at).is_not(None))
    open_ = and_(col(Follower.refused) == _NOTHING, col(Follower.window_left) > _ZERO, col(Follower.window_until) > now)
    return exists().where(on_roster, agreed, open_).correlate_except(Member, Follower)


def _giving_back(connection: Connection) -> Executable:
    _, mine = _claimed(connection)
    return update(Push).where(mine).values(owner=_NOTHING, free_at=null())


def _locking(connection: Connection) -> Executable:
    asked = given(connection, openid=Text())
    query = select(col(Follower.openid)).join(asked, asked.c.openid == col(Follower.openid))
    return query.order_by(col(Follower.openid)).with_for_update(of=Follower)


def _moving(connection: Connection) -> Executable:
    new = given(connection, openid=Text(), more=Integer(), over=Integer())
    left, most = col(Follower.window_left) + new.c.more, written(str(MESSAGE[0]), Integer)
    capped = case((new.c.over == _ONE, _ZERO), (left > most, most), (left < _ZERO, _ZERO), else_=left)
    return update(Follower).where(col(Follower.openid) == new.c.openid).values(window_left=capped)


def _recording(connection: Connection) -> Executable:
    words: dict[str, TypeEngine[Any]] = dict.fromkeys(("status", "route", "cause", "rid"), Text())
    times: dict[str, TypeEngine[Any]] = dict.fromkeys(("sent_at", "run_at", "free_at"), DateTime(True))
    new = given(connection, id=Integer(), owner=Text(), errcode=Integer(), **words, **times)
    changes: dict[str, Any] = {name: new.c[name] for name in ("errcode", *words, *times)}
    changes["run_at"] = func.coalesce(new.c.run_at, col(Push.run_at))
    sending = col(Push.status) == word(PushStatus.SENDING)
    mine = and_(col(Push.id) == new.c.id, col(Push.owner) == new.c.owner, sending)
    return update(Push).where(mine).values(owner=_NOTHING, **changes)


def _refusing(connection: Connection) -> Executable:
    new = given(connection, openid=Text(), refused=Text())
    return update(Follower).where(col(Follower.openid) == new.c.openid).values(refused=new.c.refused)


_mark, _give_back, _lock = Statement(_marking), Statement(_giving_back), Statement(_locking)
_move, _record, _refuse = Statement(_moving), Statement(_recording), Statement(_refusing)
