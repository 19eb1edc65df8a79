"""KeptToken: the access token that the processes of an account keep for each other, sealed by whoever hands it over.

Its times are the database server's, so that no process's own clock has a say in whether a token is still good.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update
from sqlmodel import Field, SQLModel, col

from models.database import running_now
from models.statement import insert_for


class KeptToken(SQLModel, table=True):
    app_id: str = Field(primary_key=True, max_length=32)
    sealed: str = ""
    good_until: datetime | None = None
    # When a process last pressed the platform for a new one before its time.
    forced_at: datetime | None = None


def take(connection: Connection, app_id: str) -> tuple[str, float] | None:
    """The token as it was sealed, and how many seconds it has left (none, if negative); None if there is none."""
    kept = select(col(KeptToken.sealed), col(KeptToken.good_until)).where(col(KeptToken.app_id) == app_id)
    row = connection.execute(kept).first()
    if row is None or row.good_until is None:
        return None
    return row.sealed, (row.good_until - running_now(connection)).total_seconds()


def put(connection: Connection, app_id: str, sealed: str, seconds: float) -> None:
    """Keeps a token that has `seconds` left, instead of the one before."""
    values = {"sealed": sealed, "good_until": running_now(connection) + timedelta(seconds=seconds)}
    kept = insert_for(connection)(KeptToken).values(app_id=app_id, **values)
    connection.execute(kept.on_conflict_do_update(index_elements=["app_id"], set_=values))


def may_force(connection: Connection, app_id: str, every: timedelta) -> bool:
    """Whether the caller may press for a new token now: of all processes one, once in this time."""
    now = running_now(connection)
    connection.execute(insert_for(connection)(KeptToken).values(app_id=app_id, sealed="").on_conflict_do_nothing())
    # A time that is still to come was written by a clock that was wrong.
    last = col(KeptToken.forced_at)
    free = or_(last.is_(None), last <= now - every, last > now)
    mine = update(KeptToken).where(col(KeptToken.app_id) == app_id, free).values(forced_at=now)
    return connection.execute(mine).rowcount == 1
