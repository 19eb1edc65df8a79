"""The database: SQLite or PostgreSQL behind one door. The only file that knows which of the two it is."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy import (
    JSON,
    Connection,
    Enum,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

# So long a rewriting waits for somebody who is in its way, and everybody else behind it.
LOCK_MS = 2000
# So long SQLite waits for another writer.
_BUSY_SECONDS = 30

Facts = JSON().with_variant(JSONB(), "postgresql")


def choice(kind: type[StrEnum], name: str = "") -> Enum:
    """A column type that holds one of an enumeration's words, checked by the database on both dialects.

    A table with two columns of one enumeration gives the check of each a `name` of its own.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
        name=f"{name or kind.__name__.lower()}_word",
    )


class Database:
    """One database, opened once per process.

    `url` is `sqlite:///path` or `postgresql://…`. Reading sessions may be many; whoever writes goes through
    `models.writer.Writer`, which alone uses `writing`.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError(f"database.url: {parsed.get_backend_name()} is neither sqlite nor postgresql")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.file: Path | None = Path(parsed.database or "")
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._reader = _sqlite_engine(str(parsed), "BEGIN", query_only=True)
            self.engine = _sqlite_engine(str(parsed), "BEGIN IMMEDIATE", query_only=False)
        else:
            self.file = None
            url = parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            self.engine = self._reader = create_engine(url, pool_pre_ping=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads: it sees the last commit and never waits for the writer."""
        with Session(self._reader) as session:
            yield session

    def writing(self) -> Connection:
        """A connection for a writer thread to keep; `begin()` on it starts a write transaction at once."""
        return self.engine.connect()

    def scrub(self, connection: Connection, most_bytes: int | None = None) -> bool:
        """Overwrites what deleted rows have left in the files, on a writer's connection outside of a transaction.

        False if the database is larger than that, or if somebody else is in the way: it has to be tried again.
        PostgreSQL's log is its server's.
        """
        driver: Any = connection.connection.driver_connection
        if self.file is None:
            return _rewritten(driver, most_bytes)
        if most_bytes is not None and self.file.stat().st_size > most_bytes:
            return False
        # What was deleted is zeroes by itself (secure_delete); what was only moved to another page needs this.
        driver.execute("VACUUM")
        driver.execute(f"PRAGMA busy_timeout={LOCK_MS}")
        try:
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        return not busy

    def close(self) -> None:
        """Closes every connection of this process."""
        self.engine.dispose()
        self._reader.dispose()


def _rewritten(driver: Any, most_bytes: int | None) -> bool:
    """Rewrites PostgreSQL's tables, each of which shuts everybody out meanwhile; but none waits for anybody long."""
    driver.autocommit = True
    try:
        (size,) = driver.execute("SELECT pg_database_size(current_database())").fetchone()
        if most_bytes is not None and size > most_bytes:
            return False
        driver.execute(f"SET lock_timeout = '{LOCK_MS}ms'")
        # Anew, too, what the planner remembers of the values.
        driver.execute("VACUUM (FULL, ANALYZE)")
        return True
    except LockNotAvailable:
        return False
    finally:
        driver.execute("RESET lock_timeout")
        driver.autocommit = False


def _sqlite_engine(url: str, begin: str, *, query_only: bool) -> Engine:
    engine = create_engine(url, poolclass=NullPool, connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling is switched off: it begins late, and a write transaction must
        # hold the lock from its first statement on.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # The default of 2 MB is less than a branch's year, and every page beyond it is read again and again.
            "cache_size=-32768",
            # Pages that many messages change are copied into the database once for all of them: 16 MB instead of 4.
            "wal_autocheckpoint=4000",
            # What is deleted is overwritten with zeroes.
            "secure_delete=ON",
            f"query_only={int(query_only)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def given(connection: Connection, **columns: TypeEngine[Any]) -> FromClause:
    """Many rows handed over as one JSON parameter named `given`: a table to select from, join or update from.

    One parameter keeps a statement's text, and so its plan, the same for any number of rows, and makes one round
    trip of it. Fill the parameter with `packed(connection, rows)`.
    """
    parameter = bindparam("given", type_=Text())
    if _is_postgresql(connection):
        record = func.jsonb_to_recordset(cast(parameter, JSONB))
        return record.table_valued(*(column(name, kind) for name, kind in columns.items())).render_derived(
            name="given_rows", with_types=True
        )
    each = func.json_each(parameter).table_valued("value", name="given_json")
    # The paths are literals, so that a statement's text says all and `given` stays its only parameter.
    fields = [
        func.json_extract(each.c.value, literal_column(f"'$.{name}'"), type_=kind).label(name)
        for name, kind in columns.items()
    ]
    return select(*fields).subquery("given_rows")


class GivenRow:
    """A single row whose columns `c` are parameters, which stand in a statement without a table to come from."""

    def __init__(self, columns: Mapping[str, TypeEngine[Any]]) -> None:
        self.c: Any = SimpleNamespace(**{name: bindparam(name, type_=kind) for name, kind in columns.items()})


def given_each(connection: Connection, **columns: TypeEngine[Any]) -> "FromClause | GivenRow":
    """The same for a `models.statement.EachRow`: on SQLite a single row, which costs less there than JSON does.

    Its columns are to be compared in a WHERE, which works for both.
    """
    return given(connection, **columns) if _is_postgresql(connection) else GivenRow(columns)


def packed(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as the JSON text that `given` reads, times and dates in the form the dialect stores."""
    return json.dumps(list(rows), ensure_ascii=False, default=_postgresql if _is_postgresql(connection) else stored)


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


# The rows of a batch share their times, so that most of these calls are the same one again.
@lru_cache(maxsize=256)
def stored(value: object) -> str:
    """A time or a date as SQLite stores it. Raises TypeError for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return _postgresql(value)


# Values that reach SQLite's driver as they are, not through SQLAlchemy: those of `given_each`.
for _kind in (date, datetime):
    sqlite3.register_adapter(_kind, stored)


@lru_cache(maxsize=256)
def _postgresql(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} can't be handed over as a row")


def running_now(connection: Connection) -> datetime:
    """Running time for leases and backoff: the database server's clock, which all processes share.

    It never moves with the calendar clock of the demo or of the tests.
    """
    if _is_postgresql(connection):
        # In plain words, since every commit of a delivery asks: building the statement would cost more than it does.
        now: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return now
    # SQLite runs in this very process, and would read the same clock.
    return datetime.now(UTC)
