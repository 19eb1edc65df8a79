"""Receipt: the platform's word on one message, kept for the short time in which we don't know the message yet.

A receipt can overtake the answer to the very call that it is about. The rows are in the order of their coming.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Index, delete, select
from sqlmodel import Field, SQLModel, col

from models.statement import insert_for


class Receipt(SQLModel, table=True):
    __table_args__ = (Index("ix_receipt_about", "openid", "about"),)

    # The platform's number of the message; the same receipt twice is one.
    msg_id: str = Field(primary_key=True, max_length=32)
    openid: str = Field(max_length=64)
    # The message's number again, or the template of a subscription notice, whose number no call tells.
    about: str = Field(max_length=64)
    # "" for a message that arrived, else how it failed: "blocked", "failed".
    failed: str = Field(default="", max_length=16)
    at: datetime


def keep(connection: Connection, receipt: Receipt) -> None:
    """Keeps a receipt of a message that nobody has recorded yet."""
    connection.execute(insert_for(connection)(Receipt).values(receipt.model_dump()).on_conflict_do_nothing())


def waiting(connection: Connection, openids: Collection[str]) -> list[Receipt]:
    """The receipts about messages to these followers, the oldest first."""
    columns = [getattr(Receipt, name) for name in Receipt.model_fields]
    query = select(*columns).where(col(Receipt.openid).in_(openids)).order_by(col(Receipt.at), col(Receipt.msg_id))
    return [Receipt(**row._mapping) for row in connection.execute(query)]


def used(connection: Connection, receipt: Receipt) -> None:
    """Forgets a receipt that has told all it had to."""
    connection.execute(delete(Receipt).where(col(Receipt.msg_id) == receipt.msg_id))
