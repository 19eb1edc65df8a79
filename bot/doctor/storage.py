"""Checks of the folder with the data and of the database in it, or elsewhere."""

import os
import sqlite3
from datetime import timedelta
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.ownership import Taken, database_file, owning
from bot.doctor.finding import Finding, found
from bot.doctor.patient import Patient
from models.database import Database, running_now
from models.migrate import is_current, is_known
from scheduler.days import knows_year

_MEGABYTE = 1_000_000
FULL_BELOW, LOW_BELOW = 100 * _MEGABYTE, 1_000 * _MEGABYTE
# Two connections that write and checkpoint in the same instant can damage the file before this version.
WAL_RESET_FIXED = (3, 51, 3)
OLDEST_POSTGRESQL = 13
# Leases and pauses are counted in seconds by the database's clock.
CLOCKS_APART_SECONDS = 5.0
# The notice about a year comes in the November before it.
NOTICE_IS_OUT = timedelta(days=31)


async def folder(patient: Patient) -> Finding:
    """Whether what is stored beside the database can be written."""
    wanted = patient.config.data_folder.absolute()
    there = _nearest(wanted)
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        return found("folder_unusable", path=there)
    return found("folder_writable" if there == wanted else "folder_to_come", path=wanted)


async def disk(patient: Patient) -> Finding:
    """Whether there is room for more data."""
    there = _nearest(patient.config.data_folder.absolute())
    free = patient.free_bytes(there)
    code = "disk_full" if free < FULL_BELOW else "disk_low" if free < LOW_BELOW else "disk_enough"
    return found(code, path=there, megabytes=free // _MEGABYTE)


async def owner(patient: Patient) -> Finding | None:
    """Whether a server or a command has the file of a SQLite database, which is fine."""
    file = database_file(patient.config)
    if file is None or not file.exists():
        return None
    try:
        # Let go of at once: a server that starts within this instant would be told that another runs.
        with owning(file):
            return found("owner_none")
    except Taken:
        return found("owner_running")
    except OSError as error:
        return found("folder_unusable", path=file.parent, reason=error.strerror)


async def database(patient: Patient) -> Finding:
    """Whether the database can be reached, and which one it is."""
    file = database_file(patient.config)
    if file and not file.exists():
        return found("database_to_come", path=file)
    try:
        patient.database = Database(patient.config.database.url)
        version = _version(patient.database)
    except OSError as error:
        return found("database_unreachable", reason=error.strerror or str(error))
    patient.has.add("database")
    if patient.database.is_sqlite:
        return found("sqlite_wal_bug" if has_wal_bug(version) else "sqlite_good", version=version)
    return of_postgresql(version)


async def schema(patient: Patient) -> Finding:
    """Whether the tables are those that this version works with."""
    database = _opened(patient)
    if is_current(database):
        return found("schema_current")
    return found("schema_old" if is_known(database) or _is_empty(database) else "schema_newer")


async def database_clock(patient: Patient) -> Finding | None:
    """Whether the database server's clock agrees with ours; SQLite has none of its own."""
    database = _opened(patient)
    if database.is_sqlite:
        return None
    with database.reading() as db:
        there = running_now(db.connection())
    apart = (patient.now() - there).total_seconds()
    code = "database_clock_off" if abs(apart) > CLOCKS_APART_SECONDS else "database_clock_right"
    return found(code, seconds=round(abs(apart)))


async def days(patient: Patient) -> Finding | None:
    """Whether the days off are known of this year and, once the notice should be out, of the next one."""
    database = _opened(patient)
    if not is_current(database):
        return None
    today = patient.now().astimezone(patient.config.organisation.zone).date()
    years = {today.year, (today + NOTICE_IS_OUT).year}
    with database.reading() as db:
        unknown = [year for year in sorted(years) if not knows_year(db.connection(), year)]
    return found("days_unknown", year=unknown[0]) if unknown else found("days_known", year=max(years))


def unreachable(error: SQLAlchemyError) -> Finding:
    """The finding for a database that failed, by the first line of the driver's own words; SQLAlchemy's hold values."""
    reason = str(getattr(error, "orig", None) or type(error).__name__).strip().partition("\n")[0]
    return found("database_unreachable", reason=reason)


def has_wal_bug(version: str) -> bool:
    """Whether a SQLite of this version, "3.40.1", has the bug of `WAL_RESET_FIXED`."""
    return tuple(map(int, version.split("."))) < WAL_RESET_FIXED


def of_postgresql(version: str) -> Finding:
    """What there is to say of a PostgreSQL of this version, "17.2"."""
    old = int(version.split(".")[0]) < OLDEST_POSTGRESQL
    return found("postgresql_old" if old else "postgresql_good", version=version, oldest=OLDEST_POSTGRESQL)


def _version(database: Database) -> str:
    with database.reading() as db:
        if database.is_sqlite:
            # Opening alone reads nothing of the file.
            db.connection().execute(text("SELECT count(*) FROM sqlite_master"))
            return sqlite3.sqlite_version
        return str(db.connection().execute(text("SHOW server_version")).scalar_one()).split()[0]


def _is_empty(database: Database) -> bool:
    with database.reading() as db:
        return not inspect(db.connection()).get_table_names()


def _opened(patient: Patient) -> Database:
    if patient.database is None:
        raise RuntimeError("asked before the database was opened")
    return patient.database


def _nearest(path: Path) -> Path:
    """The path itself, or what there is of it."""
    return next(place for place in (path, *path.parents) if place.exists())
