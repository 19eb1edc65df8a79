"""The pictures and voices in a backup: which belong to it, and how they come back beside the database."""

import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

# In the archive they lie in a folder of this name.
FOLDER = "keepsakes/"


def collected(database: Path, folder: Path, into: Path) -> dict[str, Path]:
    """Copies of the files that the rows of an SQLite file name, by their name in the archive.

    Copies, since a running server deletes what its owner takes back.
    """
    into.mkdir()
    found = {}
    for name in _named(database):
        try:
            found[FOLDER + name] = Path(shutil.copyfile(folder / name, into / name))
        except FileNotFoundError:
            # Gone a moment ago, with its row.
            continue
    return found


def extracted(archive: zipfile.ZipFile, database: Path, into: Path) -> dict[str, Path]:
    """The files of an archive that the rows of its database name: no other name is ever written."""
    wanted = [name for name in _named(database) if FOLDER + name in archive.namelist()]
    return {FOLDER + name: Path(archive.extract(FOLDER + name, into)) for name in wanted}


def put_aside(folder: Path, stamp: str) -> None:
    """Moves what is there out of the way: it belongs to the database that is put aside with it."""
    if folder.exists():
        folder.replace(aside(folder, stamp))


def aside(folder: Path, stamp: str) -> Path:
    """Where `put_aside` moves a folder."""
    return folder.with_name(f"{folder.name}-before-{stamp}")


def put_aside_so_far(folder: Path) -> Iterator[tuple[Path, str]]:
    """What `put_aside` has left, each with its stamp."""
    named = re.compile(rf"{re.escape(folder.name)}-before-(\d{{8}}-\d{{6}})")
    for place in folder.parent.iterdir() if folder.parent.exists() else ():
        if (found := named.fullmatch(place.name)) and place.is_dir():
            yield place, found[1]


def put_back(parts: dict[str, Path], database: Path, folder: Path, stamp: str) -> None:
    """Puts the files of a restored database into its folder; those that the backup lacked come from what was there."""
    before = aside(folder, stamp)
    for name in _named(database):
        source = parts.get(FOLDER + name, before / name)
        if source.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = Path(shutil.copyfile(source, folder / name))
            target.chmod(0o600)


def _named(database: Path) -> list[str]:
    """The files that the rows of an SQLite file name; none where its schema is from before there were any."""
    with closing(sqlite3.connect(f"file:{database.absolute()}?mode=ro", uri=True)) as connection:
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'keepsake'").fetchone()
        query = "SELECT id FROM keepsake WHERE media_id = ''"
        return [name for (name,) in connection.execute(query)] if there else []
