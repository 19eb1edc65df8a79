"""Killed in the middle of sending to many: nobody is lost, nobody gets it twice, and what nobody knows is told.

The emulated platform and `run` are processes of their own, and everything goes through the front doors.
"""

import csv
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.emulator import Account

pytestmark = pytest.mark.race

CONCURRENCY = 20
TEXT = "明天上午九点在三楼会议室集中学习。"


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class World:
    """One folder with a configuration, an emulated platform, and a product that can be started again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.emulator_port, self.port = free_port(), free_port()
        self.config = folder / "config.toml"
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.emulator_port}", timeout=120)
        self.web = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=10)
        account = Account()
        self.config.write_text(
            f"""
            [database]
            url = "sqlite:///{folder / "chenzhong.db"}"
            [server]
            port = {self.port}
            [wechat]
            app_id = "{account.app_id}"
            app_secret = "{account.app_secret}"
            token = "{account.token}"
            encoding_aes_key = "{account.encoding_aes_key}"
            api_base = "http://127.0.0.1:{self.emulator_port}"
            [limits]
            approve_above = 0
            concurrency = {CONCURRENCY}
            [development]
            clock_url = "http://127.0.0.1:{self.emulator_port}/_/clock"
            """,
            encoding="utf-8",
        )

    def chenzhong(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        line = [sys.executable, "-m", "bot", "--config", str(self.config), *words]
        return subprocess.run(line, capture_output=True, text=True, timeout=240, check=False)

    @contextmanager
    def process(self, *words: str, ready: httpx.Client, path: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A server, from the moment it answers until the end of the block."""
        log = (self.folder / f"{words[0]}.log").open("ab")
        line = [sys.executable, "-m", "bot", "--config", str(self.config), *words]
        with log, subprocess.Popen(line, stdout=log, stderr=log) as process:
            try:
                wait_for(lambda: _answers(ready, path))
                yield process
            finally:
                process.terminate()

    def platform(self, path: str, body: object | None = None) -> Any:
        """A call of the emulator's control door."""
        response = self.http.get(f"/_/{path}") if body is None else self.http.post(f"/_/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def received(self) -> int:
        """How many customer-service messages the platform took."""
        return int(self.platform("stats")["messages"].get("custom", 0))

    def statuses(self) -> Counter[str]:
        """How many pushes have which status."""
        with closing(sqlite3.connect(f"file:{self.folder / 'chenzhong.db'}?mode=ro", uri=True)) as database:
            return Counter(dict(database.execute("SELECT status, count(*) FROM push GROUP BY status")))


def _answers(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx.TransportError:
        return False


def wait_for(true: Any, seconds: float = 120) -> None:
    """Asks until it is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    webhook = f"http://127.0.0.1:{world.port}/wechat"
    words = ("emulator", "--port", str(world.emulator_port), "--webhook", webhook)
    with ExitStack() as stack:
        stack.enter_context(world.http)
        stack.enter_context(world.web)
        stack.enter_context(world.process(*words, ready=world.http, path="/_/account"))
        yield world


def gather(world: World, people: int) -> list[str]:
    """So many members, bound, agreed and inside their windows at ten in the morning."""
    openids = [f"oKILL{number:023d}" for number in range(people)]
    roster = world.folder / "members.csv"
    with roster.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["姓名", "支部", "openid"])
        rows.writerows([f"成员{number}", "晨光支部", openid] for number, openid in enumerate(openids))
    imported = world.chenzhong("import", "members", str(roster))
    assert imported.returncode == 0, imported.stdout + imported.stderr
    now = datetime.fromisoformat(world.platform("clock")["now"])
    morning = (now + timedelta(days=1)).replace(hour=10, minute=0)
    world.platform("clock", {"now": morning.isoformat()})
    world.platform("followers", {"openids": openids})
    return openids


def agree(world: World, openids: list[str]) -> None:
    """Everybody writes 「同意」, which opens their windows."""
    with ThreadPoolExecutor(16) as several:
        say = {"type": "text", "content": "同意"}
        list(several.map(lambda openid: world.platform("messages", {"openid": openid, **say}), openids))


@pytest.mark.parametrize("people", [1000, pytest.param(5000, marks=pytest.mark.storm)])
def test_a_kill_in_a_send_to_many_loses_nobody_and_doubles_nobody(world: World, people: int) -> None:
    openids = gather(world, people)
    serve = ("run", "--port", str(world.port))
    with world.process(*serve, ready=world.web, path="/readyz") as server:
        agree(world, openids)
        before = world.received()
        line = [sys.executable, "-m", "bot", "--config", str(world.config), "broadcast", TEXT, "--yes", "--grace", "0"]
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as broadcast:
            wait_for(lambda: world.received() - before > people // 3)
            server.send_signal(signal.SIGKILL)
            server.wait(30)
            broadcast.wait(60)
        assert world.received() - before < people
    with world.process(*serve, ready=world.web, path="/readyz"):
        wait_for(lambda: _is_settled(world))
        statuses = world.statuses()
        unknown = statuses["unknown"]
        assert statuses["accepted"] + unknown == people
        assert unknown <= CONCURRENCY
        # Whoever the platform says it took has it; nobody was shown it twice; so each of them has it once.
        assert world.platform("stats")["duplicates"] == 0
        assert statuses["accepted"] <= world.received() - before <= people
        again = world.chenzhong("broadcast", "--resend-unknown", "1", "--yes")
        if unknown:
            assert again.returncode == 0, again.stdout + again.stderr
            wait_for(lambda: world.statuses()["accepted"] == people)
        assert world.received() - before >= people
    assert all(_has_it(world, openid) for openid in openids[:: people // 50])


def _is_settled(world: World) -> bool:
    statuses = world.statuses()
    return not statuses["due"] and not statuses["sending"]


def _has_it(world: World, openid: str) -> bool:
    items = world.platform(f"phone?openid={openid}&after=0")["items"]
    return any(item["route"] == "custom" and item["content"].startswith(TEXT) for item in items)
