"""Halt: what the platform doesn't let us use for now, and until when. All processes of the account go by these rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Executable, and_, delete, literal, or_, select, update
from sqlmodel import Field, SQLModel, col

from models.database import choice
from models.statement import Statement, insert_for


class HaltKind(StrEnum):
    """Why. `slow`: too fast, a minute's rest. `quota`: used up until midnight in Beijing.

    `feature`: this account may not do it. `account`: nothing works, since the account or its credentials are refused.
    """

    SLOW = "slow"
    QUOTA = "quota"
    FEATURE = "feature"
    ACCOUNT = "account"


class Halt(SQLModel, table=True):
    # A route, or `scheduler.halts.EVERYTHING`.
    name: str = Field(primary_key=True, max_length=16)
    kind: HaltKind = Field(sa_type=choice(HaltKind))
    since: datetime
    until: datetime
    # How many times in a row it was tried again and refused again, the first refusal included.
    times: int = 1
    errcode: int | None = None
    rid: str = Field(default="", max_length=64)
    # The address of ours that the platform refuses, where that is the reason.
    address: str = Field(default="", max_length=64)
    # Which account and credentials this is about: others are not held back by it.
    account: str = Field(max_length=80)


def _reading(connection: Connection) -> Executable:
    return select(*Halt.__table__.columns)  # type: ignore[attr-defined]


_read = Statement(_reading)
_COLUMNS = tuple(Halt.model_fields)


def read(connection: Connection) -> list[Halt]:
    """All of them; there are hardly ever any."""
    return [Halt(**dict(zip(_COLUMNS, row, strict=True))) for row in _read.run(connection, [])]


def put(connection: Connection, halt: Halt) -> bool:
    """Writes a halt over the one of its name; returns whether it is news: none was there, or for another reason.

    Of any number of processes that find out at once, one is told so.
    """
    row = halt.model_dump()
    other = {name: value for name, value in row.items() if name != "name"}
    differs = [col(getattr(Halt, name)).is_distinct_from(row[name]) for name in ("kind", "account", "errcode")]
    ended = and_(col(Halt.until) <= halt.since, literal(halt.times == 1))
    added = insert_for(connection)(Halt).values(**row)
    added = added.on_conflict_do_update(index_elements=["name"], set_=other, where=or_(*differs, ended))
    if connection.execute(added.returning(col(Halt.name))).first() is not None:
        return True
    connection.execute(update(Halt).where(col(Halt.name) == halt.name).values(**other))
    return False


def try_again(connection: Connection, kind: HaltKind, now: datetime) -> int:
    """Lets the next send find out whether halts of a kind still stand; how many there are.

    They are not lifted before it succeeds.
    """
    standing = (col(Halt.kind) == kind, col(Halt.until) > now)
    return connection.execute(update(Halt).where(*standing).values(until=now)).rowcount


def lift(connection: Connection, names: list[str]) -> list[str]:
    """Ends the halts of these names; returns those that there were."""
    gone = delete(Halt).where(col(Halt.name).in_(names)).returning(col(Halt.name))
    return list(connection.execute(gone).scalars())
