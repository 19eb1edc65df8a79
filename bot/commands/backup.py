"""`backup` and `restore`: one file with everything, checked before anything is replaced."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from bot import keepsakes
from bot.commands import backup_keepsakes
from bot.commands.errors import CommandError
from bot.commands.ownership import database_file
from bot.config import Config
from models import erasing, erasure
from models.database import Database
from models.migrate import is_current, is_known, migrate

DATABASE, KEY, MANIFEST = "chenzhong.db", "secret.key", "manifest.json"
FORMAT = 1
_STAMP = "%Y%m%d-%H%M%S"

# So much is copied at a time, so that a running server never waits for it.
_PAGES = 500


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: when it was made, and how large the data is."""

    at: datetime
    bytes: int


def backup(config: Config, target: Path, now: datetime, told: Callable[[int, int], None]) -> Saved:
    """Writes a consistent copy of the database, with the key and the keepsakes, into `target`, for its owner alone.

    It may be made while a server runs. `told(done, total)` hears of the pages. Raises `CommandError` if the target is
    there already, or the data isn't in SQLite.
    """
    source = _sqlite(config)
    if target.exists():
        raise CommandError("file_exists", path=str(target))
    if not source.exists():
        raise CommandError("nothing_to_back_up", path=str(source))
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        copy = Path(folder) / DATABASE
        _copy(source, copy, told)
        parts = {DATABASE: copy}
        key = config.data_folder / KEY
        if key.exists():
            parts[KEY] = key
        parts |= backup_keepsakes.collected(copy, keepsakes.folder(config), Path(folder) / "keepsakes")
        packed = Path(folder) / "packed"
        _pack(packed, parts, now)
        size = copy.stat().st_size
        os.link(packed, target)
    return Saved(now, size)


def _copy(source: Path, target: Path, told: Callable[[int, int], None]) -> None:
    """SQLite's own copy: consistent, whatever is being written meanwhile."""
    with (
        closing(sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing, pages=_PAGES, progress=lambda _status, left, total: told(total - left, total))


def _pack(target: Path, parts: dict[str, Path], now: datetime) -> None:
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "sha256": {name: _digest(path) for name, path in parts.items()},
    }
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            for name, path in parts.items():
                archive.write(path, name)
        out.flush()
        os.fsync(out.fileno())


def restore(config: Config, source: Path, now: datetime) -> Path | None:
    """Puts a backup in the place of what is there; where that was kept, or None if there was nothing.

    The caller owns the database. Everything is checked first; raises `CommandError`, changing nothing, if the file
    isn't a whole backup or was made by a newer version.
    """
    target = _sqlite(config)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        parts, made_at = _unpacked(source, Path(folder))
        _check(parts[DATABASE])
        _erase_again(parts[DATABASE], target, made_at)
        kept, stamp = _put_aside(target, config.data_folder / KEY, now), f"{now:{_STAMP}}"
        backup_keepsakes.put_aside(keepsakes.folder(config), stamp)
        parts[DATABASE].replace(target)
        backup_keepsakes.put_back(parts, target, keepsakes.folder(config), stamp)
        if KEY in parts:
            parts[KEY].chmod(0o600)
            parts[KEY].replace(config.data_folder / KEY)
    return kept


def _erase_again(restored: Path, current: Path, made_at: datetime) -> None:
    """Whoever was erased since the backup was made isn't brought back by it."""
    done = _erased_since(current, made_at) if current.exists() else []
    if not done:
        return
    with closing(Database(f"sqlite:///{restored}")) as database, database.writing() as connection:
        with connection.begin(), Session(connection) as db:
            erasing.erased_again(db, [erasure.Erasure(**one) for one in done])
            db.flush()
        database.scrub(connection)


def _erased_since(current: Path, made_at: datetime) -> list[dict[str, Any]]:
    with closing(Database(f"sqlite:///{current}")) as database:
        try:
            if not is_current(database):
                return []
            with database.reading() as db:
                return [erased.model_dump(exclude={"id"}) for erased in erasure.since(db, made_at)]
        except DatabaseError:
            # What is damaged is the reason to restore.
            return []


def _unpacked(source: Path, folder: Path) -> tuple[dict[str, Path], datetime]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if manifest["format"] != FORMAT:
                raise CommandError("backup_newer")
            wanted: dict[str, str] = manifest["sha256"]
            # Only the names we know are ever written, wherever the archive says they belong.
            parts = {name: Path(archive.extract(name, folder)) for name in (DATABASE, KEY) if name in wanted}
            made_at = datetime.fromisoformat(manifest["made_at"])
            if DATABASE in parts and _digest(parts[DATABASE]) == wanted[DATABASE]:
                parts |= backup_keepsakes.extracted(archive, parts[DATABASE], folder)
    except FileNotFoundError:
        raise CommandError("file_missing", path=str(source)) from None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError):
        raise CommandError("backup_broken", path=str(source)) from None
    if DATABASE not in parts or any(_digest(path) != wanted.get(name) for name, path in parts.items()):
        raise CommandError("backup_broken", path=str(source))
    return parts, made_at


def _check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise CommandError("backup_broken", path=file.name)
    database = Database(f"sqlite:///{file}")
    try:
        if not is_known(database):
            raise CommandError("backup_newer")
        migrate(database)
    finally:
        database.close()


def _put_aside(target: Path, key: Path, now: datetime) -> Path | None:
    """Moves what is there out of the way: nothing that was stored is ever overwritten."""
    if not target.exists():
        return None
    kept = target.with_name(f"{target.stem}-before-{now:{_STAMP}}{target.suffix}")
    # What lies in the write-ahead log belongs to the file it was written for.
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    target.replace(kept)
    if key.exists():
        key.replace(kept.with_suffix(".key"))
    return kept


def prune(config: Config, folder: Path, now: datetime) -> list[Path]:
    """Deletes backups in `folder`, and what restoring has put aside, older than `privacy.backup_days`; which.

    Whatever else lies there stays.
    """
    until = now - timedelta(days=config.privacy.backup_days)
    target = _sqlite(config)
    aside = re.compile(rf"{re.escape(target.stem)}-before-(\d{{8}}-\d{{6}})(?:{re.escape(target.suffix)}|\.key)")
    made = {file: _made_at(file) for file in folder.glob("*.zip")}
    for file in target.parent.iterdir():
        if found := aside.fullmatch(file.name):
            made[file] = datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    for place, stamp in backup_keepsakes.put_aside_so_far(keepsakes.folder(config)):
        made[place] = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    old = sorted(file for file, at in made.items() if at and at < until)
    for file in old:
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    return old


def _made_at(file: Path) -> datetime | None:
    """When a backup was made; None for any other file."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(MANIFEST))
        return datetime.fromisoformat(manifest["made_at"]) if "sha256" in manifest else None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sqlite(config: Config) -> Path:
    file = database_file(config)
    if file is None:
        raise CommandError("use_pg_tools")
    return file
