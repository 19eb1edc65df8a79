"""Tally: how many sends of a period all processes of the account have used up, or leased."""

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlmodel import Field, SQLModel, col

from models.statement import insert_for


class Tally(SQLModel, table=True):
    name: str = Field(primary_key=True, max_length=32)
    begins: datetime
    used: int = 0


def lease(connection: Connection, name: str, begins: datetime, wanted: int, limit: int) -> int:
    """Takes up to `wanted` of what `limit` leaves of the period that began at `begins`; returns how many.

    A caller whose clock is behind counts in the newer period that others have begun.
    """
    fresh = insert_for(connection)(Tally).values(name=name, begins=begins, used=0)
    newer = col(Tally.begins) < fresh.excluded.begins
    start = {"begins": fresh.excluded.begins, "used": 0}
    connection.execute(fresh.on_conflict_do_update(index_elements=["name"], set_=start, where=newer))
    mine = col(Tally.name) == name
    used = connection.execute(select(col(Tally.used)).where(mine).with_for_update()).scalar_one()
    granted = max(0, min(wanted, limit - used))
    if granted:
        connection.execute(update(Tally).where(mine).values(used=used + granted))
    return granted
