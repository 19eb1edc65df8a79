"""Databases for tests, quickly: what would be made anew for every story is made once and emptied."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from models.database import Database
from models.migrate import migrate
from models.tables import metadata


@contextmanager
def connected(server: str) -> Iterator[Connection]:
    """A connection to a PostgreSQL database, each statement a transaction of its own."""
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def fresh_postgres(server: str, name: str) -> str:
    """A new, empty database on the server; its address."""
    with connected(server) as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    return server.replace("/postgres?", f"/{name}?")


def migrated(url: str) -> str:
    """Brings the database to the newest schema; its address."""
    database = Database(url)
    migrate(database)
    database.close()
    return url


def emptied(url: str) -> str:
    """Takes every row out of a PostgreSQL database, and whoever is still connected; its address.

    To copy a whole database instead takes longer than most stories.
    """
    with connected(url) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        # Foreign keys are heeded by triggers, which a replica's session doesn't fire.
        deletes = [f'DELETE FROM "{name}"' for name in metadata.tables]
        connection.exec_driver_sql("; ".join(["SET session_replication_role = replica", *deletes]))
        counters = "format('%I.%I', schemaname, sequencename)"
        connection.execute(text(f"SELECT setval({counters}, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"))
    return url


class SharedStatements:
    """`create_engine`, whose engines of one kind compile a statement once for all of them.

    SQLAlchemy keeps compiled statements by engine, and every story opens engines of its own: a fifth of its time.
    """

    def __init__(self) -> None:
        self._first: dict[str, Engine] = {}

    def __call__(self, url: str, **options: Any) -> Engine:
        """As `sqlalchemy.create_engine`."""
        # More statements than one product has: that of every test.
        engine = create_engine(url, query_cache_size=5000, **options)
        first = self._first.get(engine.dialect.name)
        # A dialect knows its server's version only once it has been connected, which some never are.
        if first is None or first.dialect.server_version_info is None:
            self._first[engine.dialect.name] = engine
        else:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine
