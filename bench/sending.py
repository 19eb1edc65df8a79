"""Sending by customer service: the product with its claims and records, beside others that only send.

The emulated platform runs on one core, whoever sends on the other. Everybody sends the same text, one to each follower;
the platform counts what came, and a figure stands only if that is what the sender says it sent.
"""

import json
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench import account
from bench.load import Orders, loaded
from bench.machine import PEERS, ROOT, Failed, cpu_seconds, free_port, serving, set_up_peers
from bench.options import Options
from bench.report import RESULTS, Column, Figures, Goal, Report, Row, console
from bench.targets import people
from models.database import Database

_SEND = "/cgi-bin/message/custom/send"


@dataclass(frozen=True)
class Sender:
    """Who sends: the command, given the platform's port, and how many messages of all it is worth giving them."""

    name: str
    label: str
    command: Callable[[int, int, float], list[str]]
    share: float = 0.2
    peer: bool = False


def _ours(module: str) -> Callable[[int, int, float], list[str]]:
    return lambda port, count, seconds: [sys.executable, "-m", f"bench.senders.{module}", *_words(port, count, seconds)]


def _wechatpy(threads: int) -> Callable[[int, int, float], list[str]]:
    program = [str(PEERS), "-m", "bench.peers.wechatpy_send"]
    return lambda port, count, seconds: [*program, *_words(port, count, seconds), str(threads)]


def _words(port: int, count: int, seconds: float) -> list[str]:
    return [str(port), str(count), str(seconds)]


PRODUCT = Sender("chenzhong", "晨钟，认领、发送、记录", _ours("product"), share=1)
SENDERS = (
    PRODUCT,
    Sender("bare", "晨钟的客户端，不经数据库", _ours("bare")),
    Sender("httpx", "httpx", _ours("plain_httpx")),
    Sender("wechatpy", "wechatpy，一个一个发", _wechatpy(1), share=0.05, peer=True),
    Sender("wechatpy-20", "wechatpy，20 个线程", _wechatpy(20), share=0.05, peer=True),
)
CEILING = "ceiling"

COLUMNS = (
    Column("planned", "安排 行/秒"),
    Column("per_second", "发送 条/秒"),
    Column("cpu_us", "CPU 微秒/条"),
    Column("platform_us", "平台 CPU 微秒/条"),
)

GOALS = (
    Goal("chenzhong", "bare", "per_second", 0.8),
    Goal("chenzhong", "wechatpy", "per_second", 3),
    Goal(CEILING, "chenzhong", "per_second", 5),
)


def run(options: Options) -> Report:
    """Everybody takes a turn in each round; raises `Failed` if the platform got something else than was sent."""
    senders = [sender for sender in SENDERS if options.peers or not sender.peer]
    if options.peers:
        set_up_peers()
    RESULTS.mkdir(exist_ok=True)
    figures: dict[str, list[Figures]] = {name: [] for name in (*(sender.name for sender in senders), CEILING)}
    with tempfile.TemporaryDirectory(dir=RESULTS) as name:
        work = Path(name)
        console.print(f"准备 {options.pushes:,} 名能收到的成员…")
        people.gather(work / "seed.db", options.pushes)
        for round_ in range(options.rounds):
            with platform(work) as (port, process):
                for sender in senders:
                    console.print(f"第 {round_ + 1}/{options.rounds} 轮：{sender.label}")
                    figures[sender.name].append(measured(sender, work, port, process, options))
                console.print(f"第 {round_ + 1}/{options.rounds} 轮：模拟平台的上限")
                figures[CEILING].append(_ceiling(work, port, process, options))
    rows = [Row(sender.name, sender.label, figures[sender.name]) for sender in senders]
    rows.append(Row(CEILING, "模拟平台的上限", figures[CEILING]))
    title = f"发送 {options.pushes:,} 条，{options.rounds} 轮的中位数"
    return Report("sending", title, COLUMNS, rows, "per_second", GOALS)


@contextmanager
def platform(folder: Path) -> Iterator[tuple[int, int]]:
    """The emulated platform as a process of its own; its port and process id."""
    port, config = free_port(), folder / "platform.toml"
    config.write_text("")
    command = [sys.executable, "-m", "bot", "--config", str(config), "emulator", "--port", str(port)]
    with serving(command, port, folder / "platform.log") as process:
        yield port, process


def order(port: int, path: str, body: object | None = None) -> Any:
    """A call of the platform's control door."""
    address = f"http://127.0.0.1:{port}/_/{path}"
    response = httpx.get(address, timeout=60) if body is None else httpx.post(address, json=body, timeout=60)
    if response.status_code != 200:
        raise Failed(f"/_/{path}: {response.text}")
    return response.json()


def measured(sender: Sender, work: Path, port: int, process: int, options: Options) -> Figures:
    """One sender's turn, on a platform that has forgotten everything but its followers."""
    count = max(int(options.pushes * sender.share), min(options.pushes, 200))
    _fresh(port, count)
    command = sender.command(port, count, options.seconds * (20 if sender is PRODUCT else 3))
    with tempfile.TemporaryDirectory(dir=work) as folder:
        if sender is PRODUCT:
            database = Path(folder) / "chenzhong.db"
            shutil.copyfile(work / "seed.db", database)
            _announce(database, options.pushes)
            command.append(str(database))
        before = cpu_seconds(process)
        found = sent_by(command)
        after = cpu_seconds(process)
    sent = int(found["sent"])
    received = order(port, "stats")["messages"].get("custom", 0)
    if not sent or received != sent:
        raise Failed(f"{sender.label}: {sent} sent, but {received} received")
    return {
        "planned": found["planned"] / found["plan_seconds"] if "planned" in found else None,
        "per_second": sent / found["seconds"],
        "cpu_us": found["cpu_seconds"] / sent * 1e6,
        "platform_us": None if before is None or after is None else (after - before) / sent * 1e6,
    }


def _fresh(port: int, followers: int) -> None:
    order(port, "reset", {})
    openids = [account.openid(number) for number in range(followers)]
    order(port, "followers", {"openids": openids, "window_open": True})


def _announce(database: Path, members: int) -> None:
    opened = Database(f"sqlite:///{database}")
    with opened.writing() as connection, connection.begin():
        people.announce(connection, members)
    opened.close()


def sent_by(command: list[str]) -> dict[str, float]:
    """Runs a sender to its end; what it found. Raises `Failed` with what it said."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode:
        raise Failed(done.stderr.strip()[-2000:])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _ceiling(work: Path, port: int, process: int, options: Options) -> Figures:
    """What the platform takes from a load that does nothing else, with as many connections as the senders have."""
    count = min(options.pushes, 20_000)
    _fresh(port, count)
    credentials = {"grant_type": "client_credential", "appid": account.APP_ID, "secret": account.APP_SECRET}
    answer = httpx.get(f"http://127.0.0.1:{port}/cgi-bin/token", params=credentials)
    requests = work / "sends"
    requests.write_bytes(pickle.dumps([(n, _request(n, answer.json()["access_token"])) for n in range(count)]))
    orders = Orders(
        port=port,
        process=process,
        requests=str(requests),
        checked=False,
        connections=20,
        warm_up_seconds=options.warm_up_seconds,
        seconds=options.seconds,
    )
    found = loaded(orders)
    received = order(port, "stats")["messages"].get("custom", 0)
    if received != found.acknowledged:
        raise Failed(f"the ceiling: {found.acknowledged} acknowledged, but {received} received")
    return {"planned": None, "per_second": found.per_second, "cpu_us": None, "platform_us": found.cpu_us}


def _request(number: int, token: str) -> bytes:
    content = {"touser": account.openid(number), "msgtype": "text", "text": {"content": account.TEXT}}
    body = json.dumps(content, ensure_ascii=False).encode()
    head = f"POST {_SEND}?access_token={token} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
