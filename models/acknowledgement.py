"""Receipts that members give themselves: 「收到」 as an answer, and the first opening of a link in a push."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Executable, Integer, and_, case, func, select, text, update
from sqlmodel import Session, col

from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.claim import word
from models.database import given_each
from models.member import Member, Status
from models.push import SHOWN, Push, PushStatus
from models.statement import EachRow


@dataclass(frozen=True, slots=True)
class Asked:
    """The push that a 「收到」 is about: the latest shown that asks for one; `more`: how many others still do."""

    push_id: int
    text: str
    more: int


def _asking(connection: Connection) -> Executable:
    of = given_each(connection, member_id=Integer(), since=DateTime(True))
    # Word for word the condition of the index, which holds nothing else.
    waiting = text("push.asks AND push.acknowledged_at IS NULL")
    shown = col(Push.status).in_([word(status) for status in SHOWN])
    query = select(col(Push.member_id), col(Push.id), func.coalesce(col(Push.sent_at), col(Push.run_at)))
    return (
        query.add_columns(col(Broadcast.facts))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .where(col(Push.member_id) == of.c.member_id, waiting, shown, col(Broadcast.starts_at) > of.c.since)
    )


def _known() -> dict[str, Any]:
    """Of whom nobody could tell whether it arrived: the member just did, and it isn't to be sent again."""
    lost = col(Push.status) == word(PushStatus.UNKNOWN)
    return {
        "status": case((lost, word(PushStatus.DELIVERED)), else_=col(Push.status)),
        "cause": case((lost, word("")), else_=col(Push.cause)),
    }


def _acknowledging(connection: Connection) -> Executable:
    new = given_each(connection, id=Integer(), at=DateTime(True))
    first = and_(col(Push.id) == new.c.id, col(Push.acknowledged_at).is_(None))
    return update(Push).where(first).values(acknowledged_at=new.c.at, **_known())


_ask, _acknowledge = EachRow(_asking), EachRow(_acknowledging)


def asked(connection: Connection, member_ids: Sequence[int], since: datetime) -> dict[int, Asked]:
    """What these members could mean by 「收到」, of the broadcasts since then; nothing for whom nothing asks."""
    rows = _ask.run(connection, [{"member_id": member_id, "since": since} for member_id in member_ids])
    found: dict[int, list[tuple[datetime, int, str]]] = {}
    for member_id, push_id, at, facts in rows:
        found.setdefault(member_id, []).append((at, push_id, str(facts.get("text", ""))))
    latest = {member_id: max(pushes) for member_id, pushes in found.items()}
    return {
        member_id: Asked(push_id, words, len(found[member_id]) - 1) for member_id, (_, push_id, words) in latest.items()
    }


def acknowledge(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes when pushes were acknowledged, rows of id, at; the first time stands."""
    _acknowledge.run(connection, rows)


def opened(connection: Connection, push_id: int, now: datetime) -> None:
    """Writes that a link in a push was opened; the first time stands."""
    first = and_(col(Push.id) == push_id, col(Push.opened_at).is_(None))
    connection.execute(update(Push).where(first).values(opened_at=now, **_known()))


@dataclass(frozen=True, slots=True)
class Answers:
    """Who acknowledged a broadcast, who has it and didn't, and who hasn't got it; names in roster order."""

    broadcast: Broadcast
    acknowledged: tuple[str, ...]
    shown: tuple[str, ...]
    missing: tuple[str, ...]


def latest_answers(db: Session, path: str, since: datetime) -> Answers | None:
    """Those to the latest broadcast that asks for them, inside the sub-tree `path`; None if there is none since then.

    Whoever it isn't sent to, by their own choice or their place on the roster, is in no list.
    """
    inside = (
        col(Push.status) != PushStatus.CANCELLED,
        col(Member.status) != Status.INACTIVE,
        col(Branch.path).startswith(path),
    )
    asking = (col(Broadcast.kind) == BroadcastKind.TEXT, col(Broadcast.facts)["asks"].as_boolean().is_(True))
    query = select(Broadcast).where(*asking, col(Broadcast.starts_at) > since)
    for broadcast in db.execute(query.order_by(col(Broadcast.starts_at).desc(), col(Broadcast.id).desc())).scalars():
        people = (
            select(col(Member.name), col(Push.status), col(Push.acknowledged_at))
            .join(Push, col(Push.member_id) == col(Member.id))
            .join(Branch, col(Branch.id) == col(Member.branch_id))
            .where(col(Push.broadcast_id) == broadcast.id, *inside)
            .order_by(col(Branch.path), col(Member.name), col(Member.id))
        )
        if rows := db.execute(people).all():
            return _sorted(broadcast, rows)
    return None


def _sorted(broadcast: Broadcast, rows: Sequence[Any]) -> Answers:
    acknowledged = tuple(row.name for row in rows if row.acknowledged_at)
    shown = tuple(row.name for row in rows if not row.acknowledged_at and row.status in SHOWN)
    missing = tuple(row.name for row in rows if not row.acknowledged_at and row.status not in SHOWN)
    return Answers(broadcast, acknowledged, shown, missing)
