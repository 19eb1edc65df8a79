"""MassSend: one mass message that a person ordered for the rest of a broadcast, the copies it carries, its receipt."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import Field, Session, SQLModel, col

from models.claim import not_paused
from models.database import choice, given, packed
from models.follower import Follower
from models.member import Member, Status
from models.preference import away
from models.push import Push, PushStatus


class MassState(StrEnum):
    """`ordered` waits for its call; in `sending` a call was made of which nobody knows yet how it ended.

    `accepted`: the platform took the job. `done`: its receipt says that it was sent. `failed`: refused, at once or by
    the receipt. `unknown`: uncertain for longer than the key lives. `cancelled`: nobody was left, or it was recalled.
    """

    ORDERED = "ordered"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


UNDECIDED = (MassState.ORDERED, MassState.SENDING)


class MassSend(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("broadcast_id", "part"), Index("ix_masssend_state", "state", "starts_at"))

    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id")
    # Counted through all orders for the broadcast: two admins who order at once can't both be first.
    part: int
    # None is the operator at the command line.
    ordered_by: int | None = Field(default=None, foreign_key="member.id")
    ordered_at: datetime
    # The platform's guard: what comes again with the same key within a day isn't sent again.
    key: str = Field(max_length=32, unique=True)
    state: MassState = Field(default=MassState.ORDERED, sa_type=choice(MassState))
    starts_at: datetime
    # The first call: the key's day begins with it.
    called_at: datetime | None = None
    # Whether any call so far may have been carried out.
    uncertain: bool = False
    attempts: int = 0
    # Running time: whose it is, and before when nobody else may take it.
    owner: str = Field(default="", max_length=64)
    free_at: datetime | None = None
    msg_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    errcode: int | None = None
    rid: str = Field(default="", max_length=64)
    # What the receipt says.
    status: str = Field(default="", max_length=40)
    total: int | None = None
    filtered: int | None = None
    sent: int | None = None
    errors: int | None = None


class MassCopy(SQLModel, table=True):
    mass_id: int = Field(primary_key=True, foreign_key="masssend.id")
    push_id: int = Field(primary_key=True, foreign_key="push.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    # "" once the follower has left.
    openid: str = Field(max_length=64, index=True)


class MassReceipt(SQLModel, table=True):
    """MASSSENDJOBFINISH as it came, which may be before we have written down the number that it is about."""

    msg_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime
    status: str = Field(max_length=40)
    total: int
    filtered: int
    sent: int
    errors: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who could get a push by mass message."""

    push_id: int
    member_id: int
    openid: str
    name: str


def _unreached(causes: Collection[str], today: date) -> tuple[Any, ...]:
    """What a push and its member must be: held or failed for one of these causes, bound, agreed, not refusing, here."""
    waits = and_(col(Push.status).in_((PushStatus.HELD, PushStatus.FAILED)), col(Push.cause).in_(causes))
    # What may have gone by template message isn't said again in other ways.
    waits = and_(waits, col(Push.repeat_until).is_(None))
    # What says something else to each of its members isn't one text for all.
    alike = cast(col(Push.facts), Text) == "{}"
    person = (col(Member.status) != Status.INACTIVE, col(Member.without_wechat).is_(False))
    here = ~away(col(Push.member_id), today)
    return (waits, alike, here, *person, col(Follower.agreed_at).is_not(None), col(Follower.refused) == "")


def unreached(connection: Connection, broadcast_id: int, causes: Collection[str], today: date) -> list[Recipient]:
    """Whom no other route has reached with a broadcast, in roster order; `today` is the study day."""
    query = (
        select(col(Push.id), col(Push.member_id), col(Follower.openid), col(Member.name))
        .join(Member, col(Member.id) == col(Push.member_id))
        .join(Follower, col(Follower.member_id) == col(Push.member_id))
        .where(col(Push.broadcast_id) == broadcast_id, *_unreached(causes, today), not_paused())
        .order_by(col(Member.branch_id), col(Member.name), col(Member.id))
    )
    return [Recipient(row[0] or 0, row[1], row[2], row[3]) for row in connection.execute(query)]


def carry(connection: Connection, mass_id: int, people: Sequence[Recipient]) -> None:
    """Writes the copies of a mass message."""
    new = given(connection, push_id=Integer(), member_id=Integer(), openid=Text())
    source = select(literal(mass_id), new.c.push_id, new.c.member_id, new.c.openid)
    names = ["mass_id", "push_id", "member_id", "openid"]
    statement = insert(MassCopy).from_select(names, source, include_defaults=False)
    rows = [{"push_id": one.push_id, "member_id": one.member_id, "openid": one.openid} for one in people]
    connection.execute(statement, {"given": packed(connection, rows)})


def take(connection: Connection, mass_id: int, causes: Collection[str], now: datetime, today: date) -> list[str]:
    """Marks the pushes that a mass message is to carry as `sending`, in the commit before its call; their openids.

    Whoever was reached, left, muted or took leave since the order is taken out of it. The rows have neither owner nor
    lease, so that no deliverer takes them for its own lost ones: the lease is the mass message's.
    """
    query = (
        select(col(Push.id), col(Follower.openid))
        .join(MassCopy, col(MassCopy.push_id) == col(Push.id))
        .join(Member, col(Member.id) == col(Push.member_id))
        .join(Follower, col(Follower.member_id) == col(Push.member_id))
        # By the openid too: another phone may have been bound since.
        .where(col(MassCopy.mass_id) == mass_id, col(Follower.openid) == col(MassCopy.openid))
        .where(*_unreached(causes, today), not_paused())
        .order_by(col(Push.id))
        .with_for_update(of=Push)
    )
    found = {push_id: openid for push_id, openid in connection.execute(query) if push_id is not None}
    mine = col(MassCopy.mass_id) == mass_id
    marked = update(Push).where(col(Push.id).in_(select(col(MassCopy.push_id)).where(mine)))
    for part in _chunks([*found]):
        values = {"status": PushStatus.SENDING, "route": "mass", "cause": "", "sent_at": now}
        connection.execute(marked.where(col(Push.id).in_(part)).values(owner="", free_at=None, **values))
    _drop_others(connection, mass_id, found)
    return list(found.values())


def _drop_others(connection: Connection, mass_id: int, kept: Mapping[int, str]) -> None:
    mine = col(MassCopy.mass_id) == mass_id
    gone = [id_ for id_ in connection.execute(select(col(MassCopy.push_id)).where(mine)).scalars() if id_ not in kept]
    for part in _chunks(gone):
        connection.execute(delete(MassCopy).where(mine, col(MassCopy.push_id).in_(part)))


def _chunks(ids: Sequence[Any]) -> list[Sequence[Any]]:
    # SQLite and PostgreSQL both limit how many parameters a statement may have.
    return [ids[start : start + 5000] for start in range(0, len(ids), 5000)]


def openids(connection: Connection, mass_id: int) -> list[str]:
    """Whom a mass message that was begun goes to; who has left since is not among them."""
    query = select(col(MassCopy.openid)).where(col(MassCopy.mass_id) == mass_id, col(MassCopy.openid) != "")
    return list(connection.execute(query.order_by(col(MassCopy.push_id))).scalars())


def move(
    connection: Connection,
    mass_id: int,
    status: PushStatus,
    cause: str,
    *,
    route: str = "mass",
    only: Sequence[str] | None = None,
) -> None:
    """Gives the pushes of a mass message another status: those in flight, or that the platform had taken.

    `only` names followers: the others stay as they are.
    """
    carried = select(col(MassCopy.push_id)).where(col(MassCopy.mass_id) == mass_id)
    if only is not None:
        carried = carried.where(col(MassCopy.openid).in_(only))
    still = (col(Push.status).in_((PushStatus.SENDING, PushStatus.ACCEPTED)), col(Push.route) == "mass")
    connection.execute(
        update(Push).where(col(Push.id).in_(carried), *still).values(status=status, cause=cause, route=route)
    )


def undecided(db: Session, broadcast_id: int) -> bool:
    """Whether a mass message of this broadcast is still on its way to the platform."""
    query = select(func.count()).where(col(MassSend.broadcast_id) == broadcast_id, col(MassSend.state).in_(UNDECIDED))
    return bool(db.connection().execute(query).scalar_one())


def last_part(db: Session, broadcast_id: int) -> int:
    """The number of the latest part of a broadcast; 0 where none was ordered yet."""
    query = select(func.coalesce(func.max(col(MassSend.part)), 0)).where(col(MassSend.broadcast_id) == broadcast_id)
    return db.connection().execute(query).scalar_one()


def to_call(db: Session, now: datetime, running: datetime) -> list[MassSend]:
    """Those whose call is due and that nobody else holds, locked until the transaction ends."""
    free = or_(col(MassSend.free_at).is_(None), col(MassSend.free_at) <= running)
    query = (
        select(MassSend)
        .where(col(MassSend.state).in_(UNDECIDED), col(MassSend.starts_at) <= now, free)
        .order_by(col(MassSend.id))
        .with_for_update(skip_locked=True)
    )
    return list(db.execute(query).scalars())


def inherit(connection: Connection) -> None:
    """Where one process alone sends: what a dead one held is free at once."""
    connection.execute(update(MassSend).where(col(MassSend.state) == MassState.SENDING).values(owner="", free_at=None))


def receive(db: Session, receipt: MassReceipt) -> None:
    """Keeps a receipt until the mass message that it is about is known."""
    db.merge(receipt)


def received(db: Session) -> list[tuple[MassSend, MassReceipt]]:
    """Mass messages whose receipt is there and has not been heeded yet."""
    query = (
        select(MassSend, MassReceipt)
        .join(MassReceipt, col(MassReceipt.msg_id) == col(MassSend.msg_id))
        .where(col(MassSend.state) == MassState.ACCEPTED)
        .with_for_update(of=MassSend, skip_locked=True)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def forget(connection: Connection, openid: str) -> None:
    """Takes a follower who leaves out of the copies; that there was one stays."""
    connection.execute(update(MassCopy).where(col(MassCopy.openid) == openid).values(openid=""))


def ordered_before(at: datetime) -> Any:
    """The ids of the mass messages ordered before then, as a query."""
    return select(col(MassSend.id)).where(col(MassSend.ordered_at) < at)
