"""The servers: what they say when they start, why they refuse, and how they end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine

from bot.commands import serve
from bot.commands.door import NAME
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line
from bot.commands.perform import perform
from bot.config import load
from bot.demo.wiring import running_demo
from bot.emulator import Account, Emulator
from models.database import Database
from models.migrate import is_current
from scheduler.clock import Clock
from scheduler.jobs import Engine
from tests.emulator.desk import served

from .conftest import Terminal, serving


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        yield bound.getsockname()[1]


def free_port() -> int:
    with taken_port() as port:
        return port


@contextmanager
def process(terminal: Terminal, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of `chenzhong`, ended with the block if it hasn't by itself."""
    command = [sys.executable, "-m", "bot", "--config", str(terminal.config_file), *words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(
        command, cwd=terminal.folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def is_ready(port: int, path: str = "/readyz") -> bool:
    """Whether a server at that port answers by now."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def within_a_minute(ready: Callable[[], bool]) -> bool:
    """Looks again and again."""
    for _ in range(600):
        if ready():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def ended_when(ready: Callable[[], bool]) -> Iterator[None]:
    """A server that runs in this process is asked to end, once it is ready; one that never is, is not."""

    def end() -> None:
        if within_a_minute(ready):
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=end)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_run_serves_takes_commands_and_ends_in_order(on_sqlite: Terminal) -> None:
    port = free_port()
    with process(on_sqlite, "run", "--port", str(port)) as running:
        assert within_a_minute(lambda: is_ready(port))
        # The server owns the database: the command goes to it.
        assert on_sqlite.imports().lines[-1] == "已导入：新增 5，更新 0，停用 0，不变 0。"
        second = on_sqlite.types("run", "--port", str(free_port()))
        assert (second.status, second.err.startswith("已有一个晨钟在用数据库 ")) == (2, True)
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=30)
    assert running.returncode == 0, out
    assert f"晨钟在 http://127.0.0.1:{port} 上运行" in out
    assert "已认证服务号：两天内来过消息的成员，到点自动收到；其他人下次来消息时附上。" in out
    assert "Traceback" not in out
    assert not (on_sqlite.folder / "data" / NAME).exists()
    # Whoever comes next can have the database.
    assert on_sqlite.types("migrate").lines == ["数据库已经是最新版本。"]


@pytest.mark.parametrize("kind", ["subscription", "service", "verified-subscription", "verified-service", "test"])
def test_every_kind_of_account_has_its_line(
    on_sqlite: Terminal, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_sqlite.configures("[wechat]", f'[wechat]\naccount = "{kind}"')

    async def stop_at_once(*_: object) -> None:
        return

    monkeypatch.setattr(serve, "answer", stop_at_once)
    asyncio.run(serve.run(on_sqlite.config, "127.0.0.1", free_port()))
    [_, line] = capsys.readouterr().out.splitlines()
    words = {"subscription": "订阅号", "service": "服务号", "test": "测试号"}
    assert words[kind.removeprefix("verified-")] in line
    assert ("只能回答" in line) == (kind in ("subscription", "service"))


@pytest.mark.parametrize("words", [("run",), ("demo",), ("emulator",)])
def test_a_taken_port_is_one_sentence(on_sqlite: Terminal, words: tuple[str, ...]) -> None:
    with taken_port() as port:
        said = on_sqlite.types(*words, "--port", str(port))
    assert said.status == 2
    assert said.lines == [
        f"地址 127.0.0.1 的端口 {port} 用不了（Address already in use）：可能已有别的程序在用，"
        f"换一个端口即可，例如 --port {port % 65535 + 1}。"
    ]


@pytest.mark.parametrize("name", ["web", "clock", "worker"])
def test_the_parts_want_postgresql_and_name_run(on_sqlite: Terminal, name: str) -> None:
    said = on_sqlite.types(name)
    assert (said.status, said.lines) == (
        2,
        [f"{name} 要用 PostgreSQL；在 SQLite 上请用 chenzhong run，它一个进程里什么都有。"],
    )


def test_web_brings_the_schema_and_answers_until_it_is_asked_to_end(on_postgres: Terminal) -> None:
    port = free_port()
    with ended_when(lambda: is_ready(port)):
        said = on_postgres.types("web", "--port", str(port))
    assert (said.status, said.lines) == (
        0,
        [f"晨钟在 http://127.0.0.1:{port} 上运行，微信的消息到 /wechat。按 Ctrl-C 停止。"],
    )


def test_web_follows_the_clock_of_an_emulated_platform_while_it_runs(
    on_postgres: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks: list[Clock] = []
    start, port = Engine.start, free_port()

    async def remember(engine: Engine, names: Collection[str]) -> None:
        clocks.append(engine._clock)
        await start(engine, names)

    def is_a_month_later() -> bool:
        return bool(clocks) and clocks[0].now() > datetime.now(UTC) + timedelta(days=29)

    def turned() -> bool:
        if is_ready(port):
            emulator.clock.advance(max(30 * 86400 - emulator.clock.offset, 0))
        return is_a_month_later()

    monkeypatch.setattr(Engine, "start", remember)
    emulator = Emulator(Account(), webhook="http://127.0.0.1:9/wechat")
    with served(emulator.app) as address:
        on_postgres.configures("[schedule]", f'[development]\nclock_url = "{address}/_/clock"\n\n[schedule]')
        with ended_when(turned):
            on_postgres.types("web", "--port", str(port))
    assert is_a_month_later()


@pytest.mark.parametrize(
    ("name", "line", "jobs"),
    [
        ("clock", "正在安排到点的事。", ["tick", "clean up"]),
        ("worker", "正在发送。", ["deliver", "mass", "post", "keep"]),
    ],
)
def test_clock_and_worker_do_their_part_until_they_are_asked_to_end(
    on_postgres: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, line: str, jobs: list[str]
) -> None:
    on_postgres.imports()
    started: list[list[str]] = []
    start = Engine.start

    async def remember(engine: Engine, names: Collection[str]) -> None:
        started.append([job.name for job in engine.jobs if job.name in names])
        await start(engine, names)

    monkeypatch.setattr(Engine, "start", remember)
    with ended_when(lambda: bool(started)):
        said = on_postgres.types(name)
    assert (said.status, said.lines) == (0, [f"{line}按 Ctrl-C 停止。"])
    assert started == [jobs]


def test_a_part_that_waits_in_vain_says_so(on_postgres: Terminal, postgres: str) -> None:
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql('DROP DATABASE IF EXISTS "empty"')
        connection.exec_driver_sql('CREATE DATABASE "empty"')
    engine.dispose()
    on_postgres.configures("/postgres?", "/empty?")
    with pytest.raises(CommandError, match="schema_missing"):
        asyncio.run(serve.part(on_postgres.config, "worker", serve.WORKER_JOBS, patience=1))


def test_migrate_brings_the_schema_up_to_date_once(on_sqlite: Terminal) -> None:
    assert on_sqlite.types("migrate").lines == ["数据库已升到最新版本。"]
    assert on_sqlite.types("migrate").lines == ["数据库已经是最新版本。"]
    database = Database(on_sqlite.config.database.url)
    assert is_current(database)
    database.close()


def test_migrate_refuses_while_a_server_runs(on_sqlite: Terminal) -> None:
    with serving(on_sqlite.config):
        said = on_sqlite.types("migrate")
    assert (said.status, said.err.startswith("已有一个晨钟在用数据库 ")) == (2, True)


def test_the_emulator_alone_uses_the_published_credentials(on_sqlite: Terminal) -> None:
    for key in ("app_id", "app_secret", "token", "encoding_aes_key"):
        value = getattr(on_sqlite.config.wechat, key)
        on_sqlite.configures(f'{key} = "{value}"\n', "")
    port, seen = free_port(), []

    def ready() -> bool:
        if is_ready(port, "/_/account"):
            seen.append(httpx.get(f"http://127.0.0.1:{port}/_/account").json())
        return bool(seen)

    with ended_when(ready):
        said = on_sqlite.types("emulator", "--port", str(port), "--webhook", "http://127.0.0.1:9/wechat")
    assert said.lines == [f"模拟的微信平台在 http://127.0.0.1:{port} 上运行。按 Ctrl-C 停止。"]
    assert (seen[0]["app_id"], seen[0]["token"]) == ("wx0123456789abcdef", "chenzhong_demo")
    assert seen[0]["webhook"] == "http://127.0.0.1:9/wechat"


def test_the_demo_takes_commands_like_any_server(on_sqlite: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.demo.running_demo", partial(running_demo, days=2))
    port, events = free_port(), list[Event]()

    async def import_book() -> None:
        arguments = {"rows": [[1, ["书名"]], [2, ["晨钟"]]], "unread": [], "dry_run": False, "keep_good": False}
        config = load(Path("data/demo/config.toml"), {})
        events.extend([event async for event in perform(config, "import books", arguments)])

    def ready() -> bool:
        if not events and is_ready(port):
            asyncio.run(import_book())
        return bool(events)

    with ended_when(ready):
        said = on_sqlite.types("demo", "--port", str(port))
    assert events[-2:] == [Line("已导入：新增 1，更新 0，停用 0，不变 0。", "good"), Ended(0)]
    [line] = said.lines
    assert line.startswith(f"打开 http://127.0.0.1:{port} 看演示。其他命令加上 --config data/demo/config.toml ")
