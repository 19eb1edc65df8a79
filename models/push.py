"""Push: a broadcast owed to one member. The table is the queue: what is here isn't lost."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Executable, Index, Integer, UniqueConstraint, exists, select, text
from sqlmodel import Field, SQLModel, col

from models.database import Facts, choice, given_each
from models.statement import EachRow


class PushStatus(StrEnum):
    """`due` will be sent by itself, `held` waits for the member's next message, `sending` is in flight.

    `accepted`: the platform took it, and no receipt per person exists. `unknown`: the process died or the line broke
    between the platform's doing and our recording; never sent again by itself.
    """

    DUE = "due"
    HELD = "held"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


UNSENT = (PushStatus.DUE, PushStatus.HELD)

# The member has it, or may have it.
SHOWN = (PushStatus.SENDING, PushStatus.ACCEPTED, PushStatus.DELIVERED, PushStatus.UNKNOWN)


class Push(SQLModel, table=True):
    __table_args__ = (
        UniqueConstraint("broadcast_id", "member_id"),
        Index(
            "ix_push_due",
            "run_at",
            postgresql_where=text("status = 'due'"),
            sqlite_where=text("status = 'due'"),
        ),
        Index(
            "ix_push_unsent",
            "member_id",
            postgresql_where=text("status IN ('due', 'held')"),
            sqlite_where=text("status IN ('due', 'held')"),
        ),
        Index(
            "ix_push_sending",
            "free_at",
            postgresql_where=text("status = 'sending'"),
            sqlite_where=text("status = 'sending'"),
        ),
        Index("ix_push_member", "member_id", "id"),
        Index("ix_push_msg", "msg_id", postgresql_where=text("msg_id <> ''"), sqlite_where=text("msg_id <> ''")),
        Index(
            "ix_push_asking",
            "member_id",
            postgresql_where=text("asks AND acknowledged_at IS NULL"),
            sqlite_where=text("asks AND acknowledged_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id")
    member_id: int = Field(foreign_key="member.id")
    # Only what differs per member: the years, for a birthday.
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Facts)
    status: PushStatus = Field(default=PushStatus.DUE, sa_type=choice(PushStatus))
    route: str = Field(default="", max_length=16)
    # Calendar time before which it isn't sent (quiet hours move it on).
    run_at: datetime
    # Running time before which nobody else may claim it: a lease, or a backoff after a failure.
    free_at: datetime | None = None
    owner: str = Field(default="", max_length=64)
    attempts: int = 0
    # Why it hasn't arrived, from the closed list in scheduler/cause.py.
    cause: str = Field(default="", max_length=24)
    errcode: int | None = None
    rid: str = Field(default="", max_length=64)
    sent_at: datetime | None = None
    # The platform's number of the message, where a receipt will name it.
    msg_id: str = Field(default="", max_length=32)
    # Running time until which the platform sends a template message of the same key once only: it may have taken this
    # one, so that it goes by no other way until then, and is `unknown` afterwards.
    repeat_until: datetime | None = None
    # Whether the member is asked to answer 「收到」, as its broadcast's facts say; here so that the index can.
    asks: bool = False
    acknowledged_at: datetime | None = None
    # When a link in it was opened first.
    opened_at: datetime | None = None


def _owing(connection: Connection) -> Executable:
    asked = given_each(connection, id=Integer())
    unsent = text("push.status IN ('due', 'held')")
    return select(asked.c.id).where(exists().where(col(Push.member_id) == asked.c.id, unsent).correlate_except(Push))


_owe = EachRow(_owing)


def with_unsent(connection: Connection, member_ids: Sequence[int]) -> list[int]:
    """Those of the members to whom anything at all is still owed."""
    if not member_ids:
        return []
    return [member_id for (member_id,) in _owe.run(connection, [{"id": member_id} for member_id in member_ids])]
