"""InboundKey: the messages we have seen, and what we answered, so that a repeat gets the same answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, DateTime, Executable, Text, select, text
from sqlmodel import Field, SQLModel, col

from models.database import given_each
from models.statement import EachRow, insert_for


class InboundKey(SQLModel, table=True):
    # Without a row number of SQLite's own, which would be a second tree to write for each message.
    __table_args__ = {"sqlite_with_rowid": False}

    # MsgId for messages; for events, which have none, a digest of all their fields.
    key: str = Field(primary_key=True, max_length=80)
    # Whose it is, as long as the answer is kept.
    openid: str = Field(max_length=64)
    at: datetime = Field(index=True)
    # The rendered answer before encryption, CreateTime included; "" stands for `success`, None for no more.
    reply: str | None = None


# The longest that `privacy.reply_minutes` allows, and an hour for the clearing to come round.
ANSWERS_ARE_KEPT = timedelta(hours=25)


class AnsweredMeanwhile(Exception):
    """Another process has answered one of these messages in the meantime; nothing may be written now."""


def _finding(connection: Connection) -> Executable:
    asked = given_each(connection, key=Text())
    return select(col(InboundKey.key), col(InboundKey.reply)).where(col(InboundKey.key) == asked.c.key)


def _answering(connection: Connection) -> Executable:
    new = given_each(connection, key=Text(), openid=Text(), at=DateTime(True), reply=Text())
    rows = select(new.c.key, new.c.openid, new.c.at, new.c.reply).where(text("1=1"))
    statement: Executable = insert_for(connection)(InboundKey).from_select(
        ["key", "openid", "at", "reply"], rows, False
    )
    return statement


_find, _answer = EachRow(_finding), EachRow(_answering)


def replies(connection: Connection, keys: Sequence[str]) -> dict[str, str | None]:
    """What was answered to those of these messages that were seen before."""
    return dict(_find.run(connection, [{"key": key} for key in keys]))


def answered(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores the answers to new messages, rows of key, openid, at, reply.

    On PostgreSQL this waits for another transaction that is just answering the same message. Raises
    `AnsweredMeanwhile` if that one did, or an earlier one since `replies` was asked: the transaction is lost then.
    """
    try:
        _answer.run(connection, rows)
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise AnsweredMeanwhile from error
