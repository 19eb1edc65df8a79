"""Walks a foreign client through its tour: a process of its own, led line by line."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from bot.emulator.errcodes import ERRMSG
from tests.strangers.step import Meanwhile, Step, Tour, Visit, fits

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PEERS, CLIENTS = ROOT / ".venv-bench", ROOT / ".venv-strangers"
# A guide that answers nothing for so long is ended.
PATIENCE_SECONDS = 60


def python(client: str) -> str:
    """The interpreter that has the Python clients; skips where set-up could not install them."""
    _skip_unless(PEERS / "installed.lock", client)
    return str(PEERS / "bin" / "python")


def command(client: str) -> list[str]:
    """What starts the guide of a client; skips where set-up could not install it."""
    if client in ("werobot", "wechatpy"):
        return [python(client), "-P", str(HERE / "guide.py"), client]
    _skip_unless(CLIENTS / "installed.json", client)
    return [str(CLIENTS / "node"), str(HERE / "guide.js"), client]


def _skip_unless(stamp: Path, client: str) -> None:
    """`stamp` is what a finished installation leaves."""
    if not stamp.exists():
        pytest.skip(f"没有装上 {client}（./setup.sh strangers）/ {client} is not installed")


class Guide:
    """A guide's process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, **order: Any) -> dict[str, Any]:
        """The answer to an order: {"result": …} or {"error": …}."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the guide ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def guide(arguments: list[str], errors: Path) -> Iterator[Guide]:
    """A guide that was started; what it complains of stands in the file `errors`."""
    # A proxy that the machine uses is not for what stays on it.
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    env["NODE_PATH"] = str(CLIENTS / "node_modules")
    with (
        errors.open("w", encoding="utf-8") as stderr,
        subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, env=env
        ) as process,
    ):
        timer = threading.Timer(PATIENCE_SECONDS, process.kill)
        timer.start()
        try:
            yield Guide(process)
        finally:
            timer.cancel()


class Walk:
    """One client on its way; `kept` is what later steps may refer to."""

    def __init__(self, tour: Tour, guide: Guide, http: httpx.Client, files: Path, kept: dict[str, Any]) -> None:
        self._tour, self._guide, self._http, self._files, self._kept = tour, guide, http, files, kept

    def faults(self) -> dict[str, str]:
        """Takes every step; those that went wrong, and how."""
        found = {}
        for number, stage in enumerate(self._tour.steps):
            if isinstance(stage, Meanwhile):
                self._http.post(f"/_/{stage.path}", json=self._given(stage.body)).raise_for_status()
            elif fault := self._visited(stage) if isinstance(stage, Visit) else self._fault(stage):
                found[f"{number} {stage}"] = fault
        return found

    def _visited(self, visit: Visit) -> str:
        """How the page failed; "" if it didn't."""
        before = self._errcodes(visit.api)
        url = urlsplit(self._given(visit.address))
        response = self._http.get(visit.api, params=dict(parse_qsl(url.query)) | visit.adds)
        if visit.keep:
            self._kept[visit.keep] = dict(parse_qsl(urlsplit(response.headers.get("location", "")).query))
        right = url.path.endswith(visit.api) and response.status_code in (200, 302)
        moved = self._moved(visit.api, before)
        return (
            "" if right and moved == {"0": 1} else f"{url.geturl()} → {response.status_code} {response.text}, {moved}"
        )

    def _fault(self, step: Step) -> str:
        """How the step went wrong; "" if it didn't."""
        before = self._errcodes(step.api)
        answer = self._guide.ask(method=step.method, args=self._given(step.args), named=self._given(step.named))
        moved = self._moved(step.api, before)
        error = answer.get("error")
        if step.keep:
            self._kept[step.keep] = error["message"].split()[-1] if error else answer["result"]
        if step.errcode:
            right = error is not None and self._tells(error, step.errcode)
        else:
            right = error is None and fits(self._given(step.gives), answer["result"])
        due = {str(errcode): 1 for errcode in (step.errcode, step.after or step.errcode)} if step.api else {}
        return "" if right and moved == due else f"{answer}, {moved}"

    def _tells(self, error: dict[str, Any], errcode: int) -> bool:
        """Whether it is the client's own error, with the errcode or, where the client forgets that, the same words."""
        code = error["code"] if self._tour.code else int(error["message"].partition(":")[0])
        told = code == errcode or (code is None and error["message"].startswith(ERRMSG[errcode]))
        return bool(error["type"] == self._tour.error and told)

    def _moved(self, api: str, before: dict[str, int]) -> dict[str, int]:
        after = self._errcodes(api)
        return {code: after[code] - before.get(code, 0) for code in after if after[code] != before.get(code, 0)}

    def _errcodes(self, api: str) -> dict[str, int]:
        calls = self._http.get("/_/stats").json()["calls"]
        errcodes: dict[str, int] = calls.get(api, {}).get("errcodes", {})
        return errcodes

    def _given(self, arg: Any) -> Any:
        """`arg` with what was kept put in its places, and files where they are."""
        if isinstance(arg, dict):
            if set(arg) == {"file"}:
                return {"file": str(self._files / arg["file"])}
            return {name: self._given(value) for name, value in arg.items()}
        if isinstance(arg, list):
            return [self._given(value) for value in arg]
        if not (isinstance(arg, str) and arg.startswith("$")):
            return arg
        name, *keys = arg[1:].split(".")
        value = self._kept[name]
        for key in keys:
            value = value[int(key) if isinstance(value, list) else key] if value is not None else None
        return value
