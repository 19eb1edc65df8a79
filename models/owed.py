"""Pushes as a whole broadcast's: written in batches, counted, cancelled and expired in batches."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Text, and_, cast, exists, func, literal, text, update
from sqlalchemy import select as rows_of
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.database import Facts, given, packed
from models.push import UNSENT, Push, PushStatus

# Small enough that a batch's transaction stays well under 50 ms, and messages needn't wait for it.
BATCH = 500

# The fact of a broadcast whose pushes hold the columns of a file for each reader, until they are forgotten.
LETTERS = "letters"

# What won't be worded again whatever happens; of the others, that may be sent again, once it is too late for it.
_WORDED = (PushStatus.ACCEPTED, PushStatus.DELIVERED, PushStatus.EXPIRED, PushStatus.CANCELLED, PushStatus.FAILED)
_IN_HAND = (*UNSENT, PushStatus.SENDING)
# Not quite nothing: it still is no push that says the same to everybody, which a mass message could bring.
_EMPTY: dict[str, Any] = {"columns": {}}

RUNNING = (BroadcastState.WAITING, BroadcastState.OPEN, BroadcastState.PAUSED)


def owe(
    connection: Connection,
    broadcast_id: int,
    starts_at: datetime,
    rows: Sequence[Mapping[str, Any]],
    *,
    asks: bool = False,
) -> None:
    """Writes the pushes of a broadcast, rows of member_id, facts (what differs per member); twice is once.

    `asks`: whether an answer 「收到」 is asked for.
    """
    if not rows:
        return
    new = given(connection, member_id=Integer(), facts=Facts)
    values: dict[str, Any] = {
        "broadcast_id": literal(broadcast_id),
        "member_id": new.c.member_id,
        "facts": new.c.facts,
        "status": literal(PushStatus.DUE.value, Text()),
        "run_at": literal(starts_at, Push.__table__.c.run_at.type),  # type: ignore[attr-defined]
        "attempts": literal(0),
        "asks": literal(asks),
        **{name: literal("", Text()) for name in ("route", "owner", "cause", "rid", "msg_id")},
    }
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(Push)
    source = rows_of(*values.values()).where(text("1=1"))
    statement = insert.from_select(list(values), source, include_defaults=False)
    connection.execute(statement.on_conflict_do_nothing(), {"given": packed(connection, rows)})


def counts(connection: Connection, broadcast_id: int) -> dict[PushStatus, int]:
    """How many pushes of a broadcast have which status."""
    query = rows_of(col(Push.status), func.count()).where(col(Push.broadcast_id) == broadcast_id)
    return {PushStatus(status): count for status, count in connection.execute(query.group_by(col(Push.status)))}


def cancel(connection: Connection, broadcast_ids: Collection[int], cause: str, limit: int = BATCH) -> int:
    """Cancels up to `limit` unsent pushes of these broadcasts; returns how many."""
    unsent = and_(col(Push.broadcast_id).in_(broadcast_ids), col(Push.status).in_(UNSENT))
    return _end(connection, unsent, PushStatus.CANCELLED, cause, limit)


def look_again(connection: Connection, cause: str, now: datetime) -> int:
    """Makes one batch of what is held for a cause due again, so that it is sorted anew; how many."""
    # What comes back held meanwhile was looked at.
    held = (col(Push.status) == PushStatus.HELD, col(Push.cause) == cause, col(Push.run_at) < now)
    some = rows_of(col(Push.id)).where(*held).limit(BATCH).with_for_update(skip_locked=True)
    due = update(Push).where(col(Push.id).in_(some.scalar_subquery()), *held)
    return connection.execute(due.values(status=PushStatus.DUE, cause="", run_at=now)).rowcount


def withdraw(connection: Connection, member_id: int, kind: BroadcastKind, cause: str = "muted") -> None:
    """Cancels what is still owed to a member of one kind: they have just said that they don't want it, say."""
    of_kind = rows_of(col(Broadcast.id)).where(col(Broadcast.kind) == kind)
    unsent = (col(Push.member_id) == member_id, col(Push.status).in_(UNSENT), col(Push.broadcast_id).in_(of_kind))
    ended = {"status": PushStatus.CANCELLED, "cause": cause, "owner": "", "free_at": None}
    connection.execute(update(Push).where(*unsent).values(ended))


def let_go(connection: Connection, member_id: int, now: datetime) -> None:
    """Has all that waits for a member looked at again: they have gone on leave, or come back from it.

    What has been claimed is taken back, so that nothing is sent that was sorted a moment ago.
    """
    mine = and_(col(Push.member_id) == member_id, col(Push.status).in_(UNSENT))
    away = and_(mine, col(Push.cause) == "away")
    connection.execute(update(Push).where(away).values(status=PushStatus.DUE, run_at=now))
    connection.execute(update(Push).where(mine).values(owner="", free_at=None))


def cancel_rest(connection: Connection, state: BroadcastState, cause: str) -> int:
    """Cancels one batch of what broadcasts in that state left unsent; 0 when nothing is left of any."""
    unfinished = and_(col(Broadcast.state) == state, col(Broadcast.planned_to).is_not(None))
    ids = [id_ for id_ in connection.execute(rows_of(col(Broadcast.id)).where(unfinished)).scalars() if id_ is not None]
    cancelled = cancel(connection, ids, cause) if ids else 0
    if ids and not cancelled:
        connection.execute(update(Broadcast).where(unfinished).values(planned_to=None))
    return cancelled


def expire(connection: Connection, now: datetime, limit: int = BATCH) -> int:
    """Ends up to `limit` unsent pushes that are too late to be shown; returns how many."""
    over = rows_of(col(Broadcast.id)).where(col(Broadcast.state).in_(RUNNING), col(Broadcast.show_until) <= now)
    unsent = and_(col(Push.broadcast_id).in_(over), col(Push.status).in_(UNSENT))
    return _end(connection, unsent, PushStatus.EXPIRED, "expired", limit)


def settle(connection: Connection, now: datetime) -> None:
    """Settles the broadcasts that are over and have nothing in flight or unsent.

    What was addressed to one person, and so names people, is forgotten with it.
    """
    unended = exists().where(
        col(Push.broadcast_id) == col(Broadcast.id), col(Push.status).in_((*UNSENT, PushStatus.SENDING))
    )
    over = and_(col(Broadcast.state).in_(RUNNING), col(Broadcast.show_until) <= now, ~unended)
    alone = (
        *(BroadcastKind.ANSWER, BroadcastKind.NEWS, BroadcastKind.REMINDER),
        *(BroadcastKind.BIRTHDAY_LIST, BroadcastKind.PROBATION),
    )
    personal = col(Broadcast.kind).in_(alone)
    connection.execute(update(Broadcast).where(over, personal).values(facts={}))
    connection.execute(update(Broadcast).where(over).values(state=BroadcastState.SETTLED, planned_to=None))


def with_letters(connection: Connection) -> dict[int, datetime]:
    """The broadcasts whose readers' own words are still stored, and until when each is shown."""
    marked = col(Broadcast.facts)[LETTERS].as_boolean()
    query = rows_of(col(Broadcast.id), col(Broadcast.show_until)).where(col(Broadcast.kind) == BroadcastKind.TEXT)
    return {id_: until for id_, until in connection.execute(query.where(marked)) if id_ is not None}


def forget_letters(connection: Connection, broadcast_id: int, limit: int, *, over: bool) -> int:
    """Empties the columns of up to `limit` readers who have their words, or won't get them; how many.

    `over`: nothing of the broadcast is shown any more, so that what may have arrived isn't sent again either.
    """
    done = col(Push.status).not_in(_IN_HAND) if over else col(Push.status).in_(_WORDED)
    # Both databases write it out alike.
    full = (col(Push.broadcast_id) == broadcast_id, done, cast(col(Push.facts), Text) != json.dumps(_EMPTY))
    some = rows_of(col(Push.id)).where(*full).limit(limit).with_for_update(skip_locked=True)
    empty = update(Push).where(col(Push.id).in_(some.scalar_subquery())).values(facts=_EMPTY)
    return connection.execute(empty).rowcount


def letters_forgotten(connection: Connection, broadcast_id: int) -> None:
    """Takes the mark from a broadcast of which no reader's words are left."""
    left = (col(Push.broadcast_id) == broadcast_id, col(Push.status).in_(_IN_HAND))
    if connection.execute(rows_of(exists().where(*left))).scalar_one():
        return
    facts = connection.execute(rows_of(col(Broadcast.facts)).where(col(Broadcast.id) == broadcast_id)).scalar_one()
    unmarked = {name: value for name, value in facts.items() if name != LETTERS}
    connection.execute(update(Broadcast).where(col(Broadcast.id) == broadcast_id).values(facts=unmarked))


def _end(connection: Connection, unsent: Any, status: PushStatus, cause: str, limit: int) -> int:
    some = rows_of(col(Push.id)).where(unsent).limit(limit).with_for_update(skip_locked=True)
    end = update(Push).where(col(Push.id).in_(some.scalar_subquery()), col(Push.status).in_(UNSENT))
    return connection.execute(end.values(status=status, cause=cause, owner="", free_at=None)).rowcount
