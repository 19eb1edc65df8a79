"""Brings a database to the newest schema, and tells whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.database import Database

# Any constant will do, as long as every process of this project takes the same.
_LOCK = 0x6368656E


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Applies the migrations that are missing, all or none, under a lock that other processes wait for."""
    with database.engine.connect() as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        # Alembic reads all its scripts anew each time, to find in most cases that there is nothing to do.
        if _revision(connection) != _newest():
            command.upgrade(_alembic(connection), "head")


def is_current(database: Database) -> bool:
    """Whether the schema is the newest this code knows."""
    with database.reading() as session:
        return _revision(session.connection()) == _newest()


def is_known(database: Database) -> bool:
    """Whether the schema is one that this code can bring up to date: not that of a newer version."""
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    with database.reading() as session:
        return _revision(session.connection()) in known


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_alembic()).get_current_head()
