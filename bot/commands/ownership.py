"""On SQLite one process owns the file. Two that write at once can damage it, and would not see each other's work."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.engine import make_url

from bot.config import Config


class Taken(Exception):
    """Another process owns the database."""


def database_file(config: Config) -> Path | None:
    """The file of a SQLite database; None on PostgreSQL."""
    url = make_url(config.database.url)
    return Path(url.database or "") if url.drivername == "sqlite" else None


@contextmanager
def owning(file: Path) -> Iterator[None]:
    """Owns a SQLite file until the end of the block. Raises `Taken` at once if another process does.

    The system lets go of the lock when a process dies, however it dies: what is left beside the file means nothing.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file.with_name(f"{file.name}.lock"), mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Taken from None
    try:
        yield
    finally:
        lock.release()
