"""An installation of several processes beside an emulated platform, each of which can be killed and started again."""

import csv
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx

from bench import account
from bench.machine import ROOT, Failed, free_port

BRANCH = "晨光支部"
SECRETARY = "书记甲"

# Python takes a second or two to load all of it, on a core that others need as well.
_START_SECONDS = 240.0
# Often enough for a random moment, and not so often that asking is what the machine does.
_LOOK_SECONDS = 0.05
# Each process asks for the platform's time once a second.
_FOLLOW_SECONDS = 1.5

_CONFIG = """\
[database]
url = "{database}"
[server]
port = {port}
secret = "an installation's secret, of no use to anybody"
[wechat]
app_id = "{app_id}"
app_secret = "{app_secret}"
token = "{token}"
encoding_aes_key = "{key}"
original_id = "{original_id}"
api_base = "http://127.0.0.1:{platform}"
[limits]
concurrency = {concurrency}
grace_seconds = 0
approve_above = 0
[development]
clock_url = "http://127.0.0.1:{platform}/_/clock"
"""


def until(true: Callable[[], bool], what: str, seconds: float = _START_SECONDS) -> None:
    """Asks until it is so; raises `Failed` if it takes too long."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not after {seconds:.0f} s")
        time.sleep(_LOOK_SECONDS)


class Installation:
    """The processes by their names, on a database of their own; at the end of the block those that it started end."""

    def __init__(self, folder: Path, database: str, *, concurrency: int = 20, also: str = "") -> None:
        """`also` is what the configuration says besides."""
        self.folder = folder
        self._ports = {"emulator": free_port(), "web": free_port()}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lines: dict[str, list[str]] = {}
        self._config = folder / "config.toml"
        values = {"app_id": account.APP_ID, "token": account.TOKEN, "original_id": account.ORIGINAL_ID}
        secrets = {"app_secret": account.APP_SECRET, "key": account.ENCODING_AES_KEY}
        places = {"database": database, "port": self._ports["web"], "platform": self._ports["emulator"]}
        self._common = _CONFIG.format(concurrency=concurrency, **values, **secrets, **places)
        self.configure(also)
        self._platform = httpx.Client(base_url=f"http://127.0.0.1:{self._ports['emulator']}", timeout=120)
        self._web = httpx.Client(base_url=f"http://127.0.0.1:{self._ports['web']}", timeout=10)

    def __enter__(self) -> Self:
        webhook = f"http://127.0.0.1:{self._ports['web']}/wechat"
        self.start("emulator", "emulator", "--port", str(self._ports["emulator"]), "--webhook", webhook)
        until(lambda: _answers(self._platform, "/_/account"), "the emulated platform")
        return self

    def __exit__(self, *_: object) -> None:
        for name in reversed(self._processes):
            self.kill(name)
        self._platform.close()
        self._web.close()

    def configure(self, also: str) -> None:
        """Writes the configuration, with this at its end; it holds for what is started from now on."""
        self._config.write_text(self._common + also, encoding="utf-8")

    def start(self, name: str, *words: str) -> None:
        """Starts a process of the product under a name of its own; without `words` as it was started before."""
        self._lines[name] = list(words) or self._lines[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self._command(*self._lines[name]), cwd=ROOT, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """Ends a process as a power cut would."""
        process = self._processes[name]
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)

    def start_web(self) -> None:
        """Starts what answers the platform, and waits until it does; it brings the database up to date as well."""
        self.start("web", "web", "--port", str(self._ports["web"]))
        until(lambda: _answers(self._web, "/readyz"), "the webhook")

    def chenzhong(self, *words: str, typed: str = "") -> tuple[int, str]:
        """Runs a command to its end; its exit status and all that it said."""
        line = self._command(*words)
        done = subprocess.run(line, cwd=ROOT, input=typed, capture_output=True, text=True, timeout=240, check=False)
        return done.returncode, done.stdout + done.stderr

    def platform(self, path: str, body: object | None = None) -> Any:
        """A call of the emulated platform's control door."""
        response = self._platform.get(f"/_/{path}") if body is None else self._platform.post(f"/_/{path}", json=body)
        if response.status_code != 200:
            raise Failed(f"/_/{path}: {response.text}")
        return response.json()

    def turn_clock(self, order: dict[str, Any]) -> None:
        """Turns the platform's clock, and gives the processes the time to follow it."""
        self.platform("clock", order)
        time.sleep(_FOLLOW_SECONDS)

    def says(self, openid: str, content: str) -> str:
        """What the account answers."""
        answer = self.platform("messages", {"openid": openid, "type": "text", "content": content})
        if answer["status"] != 200:
            raise Failed(f"「{content}」: {answer}")
        return str((answer["reply"] or {}).get("content", ""))

    def gather(self, openids: Sequence[str]) -> None:
        """Members 成员0, 成员1… with these openids, the first of them the secretary; agreed, at ten in the morning."""
        roster = self.folder / "members.csv"
        with roster.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["姓名", "支部", "角色", "openid"])
            rows.writerow([SECRETARY, BRANCH, "书记", openids[0]])
            rows.writerows([member(number), BRANCH, "", openid] for number, openid in enumerate(openids) if number)
        status, said = self.chenzhong("import", "members", str(roster))
        if status:
            raise Failed(said)
        now = datetime.fromisoformat(self.platform("clock")["now"])
        morning = (now + timedelta(days=1)).replace(hour=10, minute=0)
        self.turn_clock({"now": morning.isoformat()})
        self.platform("followers", {"openids": list(openids)})

    def agree(self, openids: Sequence[str]) -> None:
        """Everybody writes 「同意」, which opens their windows."""
        with ThreadPoolExecutor(16) as several:
            list(several.map(lambda openid: self.says(openid, "同意"), openids))

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", "--config", str(self._config), *words]


def member(number: int) -> str:
    """The name of the member of that number."""
    return f"成员{number}" if number else SECRETARY


def _answers(client: httpx.Client, path: str) -> bool:
    with suppress(httpx.TransportError):
        return client.get(path).status_code == 200
    return False
