"""A terminal that asks the doctor, and all that the doctor looks at: account, platform, callback and files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.emulator import Account, Emulator
from bot.webhook import PATH, Webhook
from bot.wechat.codec import Codec
from models.calendar_day import CalendarDay, DayKind
from tests.emulator.desk import Switchboard

if TYPE_CHECKING:
    from .conftest import Said, Terminal


@dataclass
class Door:
    """Where the callback is; `app` stands behind it, whatever the switchboard calls this address."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope["root_path"])
        await self.app({**scope, "path": path, "root_path": ""}, receive, send)


@dataclass
class Answering:
    """A server that is none of ours: the same status and body for everybody, or the echo for everybody."""

    status: int = 200
    body: bytes = b""
    echoes: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = dict(httpx.QueryParams(scope["query_string"].decode()))["echostr"].encode() if self.echoes else self.body
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Clinic:
    """`emulator` is the platform at `base`; `door` the callback at `server.public_url`."""

    terminal: Terminal
    emulator: Emulator
    base: str
    door: Door

    def order(self, path: str, body: Any) -> None:
        """A call of the platform's control door."""
        httpx.post(f"{self.base}/_/{path}", json=body).raise_for_status()

    def fails(self, path: str = "*", **fault: Any) -> None:
        """From now on, calls of a path meet this fault."""
        self.order("faults", [{"path": path, "rate": 1.0, **fault}])

    def calls(self, path: str, body: Any) -> Any:
        """What somebody with the account's secret calls."""
        account = self.emulator.account
        whose = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
        token = httpx.post(f"{self.base}/cgi-bin/stable_token", json=whose).json()["access_token"]
        answer = httpx.post(f"{self.base}{path}", params={"access_token": token}, json=body).json()
        assert answer.get("errcode", 0) == 0, answer
        return answer

    def asks(self, *options: str) -> tuple[int, dict[str, dict[str, str]]]:
        """What the doctor finds: the exit status, and check → its object of `--json`."""
        said: Said = self.terminal.types("doctor", "--json", *options)
        assert said.err == ""
        return said.status, {one["check"]: one for one in json.loads(said.out)}

    def codes(self, *options: str) -> dict[str, str]:
        """Check → code."""
        return {check: one["code"] for check, one in self.asks(*options)[1].items()}


def open_clinic(terminal: Terminal, switchboard: Switchboard) -> Clinic:
    """Puts the platform and the callback of the terminal's configuration on the switchboard, and a menu on show."""
    wechat = terminal.config.wechat
    emulator = Emulator(Account(kind=wechat.account), webhook=f"http://127.0.0.1{PATH}")
    codec = Codec(app_id=wechat.app_id, token=wechat.token, encoding_aes_key=wechat.encoding_aes_key, mode=wechat.mode)
    door = Door(Webhook(codec, _nobody, _nobody, trouble=_nobody, body_bytes=65536, answer_seconds=4.5))
    clinic = Clinic(terminal, emulator, switchboard.mount(emulator.app), door)
    terminal.configures("http://127.0.0.1:9", clinic.base)
    terminal.configures("[server]", f'[server]\npublic_url = "{switchboard.mount(door)}"')
    terminal.add(*days_off())
    terminal.config_file.chmod(0o600)
    for file in terminal.config.data_folder.iterdir():
        file.chmod(0o600)
    clinic.calls("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "打卡", "key": "CHECKIN"}]})
    return clinic


def days_off() -> Iterator[CalendarDay]:
    """This year's holidays and the next one's, as somebody imports them."""
    this_year = datetime.now(UTC).year
    for year in (this_year, this_year + 1):
        yield from (CalendarDay(day=date(year, 10, number), kind=DayKind.OFF) for number in range(1, 8))


def _nobody(*_: Any) -> Any:
    raise AssertionError("the doctor pushes no message")
