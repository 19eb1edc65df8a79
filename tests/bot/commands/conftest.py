"""A terminal with a configuration, and a server that may run beside it."""

import asyncio
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner

from bot.__main__ import app
from bot.app import Product
from bot.commands.door import open_door
from bot.commands.ownership import database_file
from bot.commands.serve import owning_if_sqlite
from bot.config import Config, load
from models.database import Database
from models.migrate import migrate
from tests.emulator.desk import Switchboard, served

from .clinic import Clinic, open_clinic

CONFIG = """
[database]
url = "{url}"

[server]
secret = "a secret of thirty-two characters"

[wechat]
app_id = "wx0123456789abcdef"
app_secret = "0123456789abcdef0123456789abcdef"
token = "chenzhong_demo"
encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
api_base = "http://127.0.0.1:9"

[organisation]
name = "晨光支部"
contact = "办公室"

[schedule]
# Never quiet, at whatever time of day the tests run.
quiet_from = "00:00"
quiet_until = "00:00"
"""

ROSTER = """姓名,支部,小组,角色,状态,入党时间,手机,标签
晨知远,晨光支部,第一小组,书记,正常,1997-02-16,00000000001,
晨启明,晨光支部,第一小组,组长,,2010.05,,
林小满,晨光支部,第二小组,党员,预备,2025-12-01,,书法
周一鸣,晨光支部,第二小组,,停用,,,
郑晚晴,晨光支部,第二小组,,离退休,1976-07-01,,不用微信
"""


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What was printed, on either stream."""
        return [line for line in (self.err + self.out).splitlines() if line]


@dataclass
class Terminal:
    """Somebody in a folder of their own, typing commands for one configuration."""

    folder: Path
    config_file: Path

    @property
    def config(self) -> Config:
        """What the commands read."""
        return load(self.config_file, {})

    def types(self, *words: str, answers: str = "") -> Said:
        """Runs `chenzhong --config … words`."""
        ran = CliRunner().invoke(app, ["--config", str(self.config_file), *words], input=answers)
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return Said(ran.exit_code, ran.stdout, ran.stderr)

    def configures(self, old: str, new: str) -> None:
        """Changes the configuration file."""
        text = self.config_file.read_text(encoding="utf-8")
        assert old in text
        self.config_file.write_text(text.replace(old, new), encoding="utf-8")

    def file(self, name: str, text: str, encoding: str = "utf-8") -> str:
        """A file with this text; its path."""
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    def imports(self, text: str = ROSTER, *options: str, kind: str = "members") -> Said:
        """Imports a file with this text."""
        return self.types("import", kind, self.file(f"{kind}-to-import.csv", text), *options)

    def add(self, *rows: Any) -> None:
        """Writes rows as no command would."""
        with self.database() as database, Session(database.engine) as db, db.begin():
            db.add_all(rows)

    def stored(self, table: type[Any], show: Callable[[Any], object]) -> list[Any]:
        """What a table holds, in the order of its rows."""
        with self.database() as database, database.reading() as db:
            return [show(row) for row in db.exec(select(table).order_by(*table.__table__.primary_key.columns))]

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database itself."""
        database = Database(self.config.database.url)
        try:
            migrate(database)
            yield database
        finally:
            database.close()


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    # The command line keeps its files to itself, here in the tests' own process.
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def terminal(migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal; each test that asks for it runs on both kinds of database."""
    return _terminal(migrated_url, tmp_path, monkeypatch)


@pytest.fixture
def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on SQLite, for what only concerns a file."""
    return _terminal(f"sqlite:///{tmp_path / 'data' / 'chenzhong.db'}", tmp_path, monkeypatch)


@pytest.fixture
def on_postgres(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on PostgreSQL whose database nobody looks at."""
    return _terminal(postgres, tmp_path, monkeypatch)


def _terminal(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(folder)
    file = folder / "config.toml"
    file.write_text(CONFIG.format(url=url), encoding="utf-8")
    return Terminal(folder, file)


@pytest.fixture(scope="session")
def switchboard() -> Iterator[Switchboard]:
    """A real port on which tests put what they need."""
    board = Switchboard()
    with served(board) as board.base:
        yield board


@pytest.fixture
def clinic(on_sqlite: Terminal, migrated_file: Path, switchboard: Switchboard) -> Clinic:
    """A terminal whose account lives on an emulated platform, with a server behind its callback; all is well."""
    file = database_file(on_sqlite.config)
    assert file
    file.parent.mkdir()
    shutil.copy(migrated_file, file)
    return open_clinic(on_sqlite, switchboard)


@contextmanager
def serving(config: Config, *, jobs: bool = False) -> Iterator[Product]:
    """A server that owns the database and takes commands, in a thread of its own; with `jobs` it sends, too."""
    ready, stop = threading.Event(), threading.Event()
    products: list[Product] = []

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            stack.enter_context(owning_if_sqlite(config))
            product = Product(config)
            await stack.enter_async_context(product.running(jobs=jobs))
            await stack.enter_async_context(open_door(product))
            products.append(product)
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(30)
        yield products[0]
    finally:
        stop.set()
        thread.join()
