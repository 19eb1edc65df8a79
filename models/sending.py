"""The hot half of the queue: marking rows just before their calls, and recording what became of them.

These statements run in every commit of the conductor, and are compiled once. Whoever locks followers and pushes locks
the followers first, in openid order, as the webhook does: so the two never wait for each other in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
    or_,
    select,
    update,
)
from sqlalchemy import literal_column as written
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from models import grant
from models.claim import is_open, not_paused, word
from models.database import given
from models.follower import Follower
from models.member import Member, Status
from models.push import Push, PushStatus
from models.statement import Statement
from models.window import MESSAGE

# The route that the window pays for.
_BY_WINDOW = "custom"

_ZERO, _ONE, _NOTHING = written("0", Integer), written("1", Integer), word("")


@dataclass(frozen=True, slots=True)
class Message:
    """One message about to go: its pushes, whose phone it is for, and its route.

    `grant` is the template whose grant it spends, if it spends one; `repeat_until` the running time until which it may
    be sent once more without arriving twice.
    """

    ids: tuple[int, ...]
    openid: str
    route: str
    grant: str = ""
    repeat_until: datetime | None = None


def mark(connection: Connection, owner: str, messages: Sequence[Message], now: datetime, free_at: datetime) -> set[int]:
    """Marks the claimed pushes of messages (each openid once) as `sending`, and pays for them: window or grant.

    The caller has locked the followers. Returns the ids that may be sent. The others have been given back: their
    broadcast was stopped, their member left, the window closed, the grant is gone or somebody else has them.
    """
    if not messages:
        return set()
    granted = grant.take(connection, _grants(messages))
    rows = [_row(one, id_, owner, now, free_at) for one in messages for id_ in one.ids]
    payable = {id_ for one in messages if not one.grant or (one.openid, one.grant) in granted for id_ in one.ids}
    marked = {id_ for (id_,) in _mark.run(connection, [row for row in rows if row["id"] in payable])}
    if len(marked) < len(rows):
        _give_back.run(connection, rows)
        unused = _grants([one for one in messages if marked.isdisjoint(one.ids)])
        grant.give_back(connection, unused & granted)
    paid = [one.openid for one in messages if one.route == _BY_WINDOW and not marked.isdisjoint(one.ids)]
    move_windows(connection, [{"openid": openid, "more": -1, "over": 0, "now": now} for openid in paid])
    return marked


def _grants(messages: Sequence[Message]) -> set[grant.Key]:
    return {(one.openid, one.grant) for one in messages if one.grant}


def _row(message: Message, push_id: int, owner: str, now: datetime, free_at: datetime) -> dict[str, Any]:
    times = {"now": now, "free_at": free_at, "repeat_until": message.repeat_until}
    return {"id": push_id, "owner": owner, "route": message.route, **times}


def lock(connection: Connection, openids: Collection[str]) -> None:
    """Locks followers until the transaction ends, in openid order; on SQLite the one writer is lock enough."""
    if openids and connection.dialect.name == "postgresql":
        _lock.run(connection, [{"openid": openid} for openid in openids])


def move_windows(connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
    """Corrects the ledger, rows of openid, more (messages, negative for spent ones), over, now.

    `over`: 1 means that no message is left, 2 that the time is over. Never below none, nor above what one opens.
    """
    if rows:
        _move.run(connection, rows)


def record(connection: Connection, owner: str, rows: Collection[Mapping[str, Any]]) -> None:
    """Writes what became of sends, rows of id, status, cause, errcode, rid, msg_id, and times as in the statement.

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
    times: dict[str, TypeEngine[Any]] = dict.fromkeys(("now", "free_at", "repeat_until"), DateTime(True))
    new = given(connection, id=Integer(), owner=Text(), route=Text(), **times)
    due = col(Push.status) == word(PushStatus.DUE)
    return new, and_(col(Push.id) == new.c.id, col(Push.owner) == new.c.owner, due)


def _marking(connection: Connection) -> Executable:
    new, mine = _claimed(connection)
    sendable = update(Push).where(mine, is_open(new.c.now, rings=True), not_paused(), _is_welcome(new))
    values = {
        "status": word(PushStatus.SENDING),
        "attempts": col(Push.attempts) + _ONE,
        "free_at": new.c.free_at,
        "cause": _NOTHING,
        "route": new.c.route,
        "repeat_until": func.coalesce(col(Push.repeat_until), new.c.repeat_until),
    }
    return sendable.values(values).returning(col(Push.id))


def _is_welcome(new: FromClause) -> ColumnElement[bool]:
    """That the member is on the roster, agreed, isn't refused, and the window is open where the message needs it."""
    on_roster = and_(col(Member.id) == col(Push.member_id), col(Member.status) != word(Status.INACTIVE))
    agreed = and_(col(Follower.member_id) == col(Push.member_id), col(Follower.agreed_at).is_not(None))
    open_ = and_(col(Follower.window_left) > _ZERO, col(Follower.window_until) > new.c.now)
    payable = or_(new.c.route != word(_BY_WINDOW), open_)
    welcome = exists().where(on_roster, agreed, col(Follower.refused) == _NOTHING, payable)
    return welcome.correlate_except(Member, Follower)


def _giving_back(connection: Connection) -> Executable:
    _, mine = _claimed(connection)
    return update(Push).where(mine).values(owner=_NOTHING, free_at=null())


def _locking(connection: Connection) -> Executable:
    asked = given(connection, openid=Text())
    query = select(col(Follower.openid)).join(asked, asked.c.openid == col(Follower.openid))
    return query.order_by(col(Follower.openid)).with_for_update(of=Follower)


def _moving(connection: Connection) -> Executable:
    new = given(connection, openid=Text(), more=Integer(), over=Integer(), now=DateTime(True))
    left, most = col(Follower.window_left) + new.c.more, written(str(MESSAGE[0]), Integer)
    capped = case((new.c.over > _ZERO, _ZERO), (left > most, most), (left < _ZERO, _ZERO), else_=left)
    until = case((new.c.over > _ONE, new.c.now), else_=col(Follower.window_until))
    moved = update(Follower).where(col(Follower.openid) == new.c.openid)
    return moved.values(window_left=capped, window_until=until)


def _recording(connection: Connection) -> Executable:
    words: dict[str, TypeEngine[Any]] = dict.fromkeys(("status", "cause", "rid", "msg_id"), Text())
    times: dict[str, TypeEngine[Any]] = dict.fromkeys(("sent_at", "run_at", "free_at", "repeat_until"), DateTime(True))
    new = given(connection, id=Integer(), owner=Text(), errcode=Integer(), **words, **times)
    changes: dict[str, Any] = {name: new.c[name] for name in ("errcode", *words, *times)}
    changes["run_at"] = func.coalesce(new.c.run_at, col(Push.run_at))
    # From the first uncertain try on, however many follow.
    first = func.coalesce(col(Push.repeat_until), new.c.repeat_until)
    changes["repeat_until"] = case((new.c.repeat_until.is_not(None), first), else_=null())
    sending = col(Push.status) == word(PushStatus.SENDING)
    mine = and_(col(Push.id) == new.c.id, col(Push.owner) == new.c.owner, sending)
    return update(Push).where(mine).values(owner=_NOTHING, **changes)


def _refusing(connection: Connection) -> Executable:
    new = given(connection, openid=Text(), refused=Text())
    return update(Follower).where(col(Follower.openid) == new.c.openid).values(refused=new.c.refused)


_mark, _give_back, _lock = Statement(_marking), Statement(_giving_back), Statement(_locking)
_move, _record, _refuse = Statement(_moving), Statement(_recording), Statement(_refusing)
