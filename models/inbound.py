"""InboundKey: the messages we have seen, and what we answered, so that a repeat gets the same answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Executable, Text, select, text, update
from sqlmodel import Field, SQLModel, col

from models.database import given
from models.statement import Statement, insert_for


class InboundKey(SQLModel, table=True):
    # MsgId for messages; for events, which have none, a digest of all their fields.
    key: str = Field(primary_key=True, max_length=80)
    openid: str = Field(max_length=64, index=True)
    at: datetime = Field(index=True)
    # The rendered answer before encryption, CreateTime included; "" stands for `success`, None for not yet or no more.
    reply: str | None = None


def _inserting(connection: Connection) -> Executable:
    new = given(connection, key=Text(), openid=Text(), at=DateTime(True))
    rows = select(new.c.key, new.c.openid, new.c.at).where(text("1=1"))
    statement = insert_for(connection)(InboundKey).from_select(["key", "openid", "at"], rows, False)
    inserted: Executable = statement.on_conflict_do_nothing(index_elements=["key"]).returning(col(InboundKey.key))
    return inserted


def _finding(connection: Connection) -> Executable:
    asked = given(connection, key=Text())
    return select(col(InboundKey.key), col(InboundKey.reply)).join(asked, asked.c.key == col(InboundKey.key))


def _answering(connection: Connection) -> Executable:
    new = given(connection, key=Text(), reply=Text())
    return update(InboundKey).where(col(InboundKey.key) == new.c.key).values(reply=new.c.reply)


_insert, _find, _answer = Statement(_inserting), Statement(_finding), Statement(_answering)


def first_time(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Inserts the keys (rows of key, openid, at) and returns those that were not there before.

    On PostgreSQL this waits for another transaction that is just inserting the same key.
    """
    return {key for (key,) in _insert.run(connection, rows)}


def replies(connection: Connection, keys: Sequence[str]) -> dict[str, str | None]:
    """What was answered to these messages."""
    return dict(_find.run(connection, [{"key": key} for key in keys]))


def answered(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores the answers, rows of key, reply."""
    _answer.run(connection, rows)
