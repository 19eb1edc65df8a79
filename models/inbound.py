"""InboundKey: the messages we have seen, and what we answered, so that a repeat gets the same answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Text, text, update
from sqlalchemy import select as rows_of
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col

from models.database import given, packed


class InboundKey(SQLModel, table=True):
    # MsgId for messages; for events, which have none, a digest of all their fields.
    key: str = Field(primary_key=True, max_length=80)
    openid: str = Field(max_length=64, index=True)
    at: datetime = Field(index=True)
    # The rendered answer before encryption, CreateTime included; "" stands for `success`, None for not yet or no more.
    reply: str | None = None


def first_time(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Inserts the keys (rows of key, openid, at) and returns those that were not there before.

    On PostgreSQL this waits for another transaction that is just inserting the same key.
    """
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(InboundKey)
    new = given(connection, key=Text(), openid=Text(), at=DateTime(True))
    statement = (
        insert.from_select(
            ["key", "openid", "at"],
            rows_of(new.c.key, new.c.openid, new.c.at).where(text("1=1")),
            include_defaults=False,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(InboundKey.key))
    )
    return set(connection.execute(statement, {"given": packed(connection, rows)}).scalars())


def replies(connection: Connection, keys: Sequence[str]) -> dict[str, str | None]:
    """What was answered to these messages."""
    asked = given(connection, key=Text())
    query = rows_of(col(InboundKey.key), col(InboundKey.reply)).join(asked, asked.c.key == col(InboundKey.key))
    rows = connection.execute(query, {"given": packed(connection, [{"key": key} for key in keys])})
    return {row.key: row.reply for row in rows}


def answered(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores the answers, rows of key, reply."""
    new = given(connection, key=Text(), reply=Text())
    connection.execute(
        update(InboundKey).where(col(InboundKey.key) == new.c.key).values(reply=new.c.reply),
        {"given": packed(connection, rows)},
    )
