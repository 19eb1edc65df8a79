"""Check-ins of a whole organisation at once: encrypted, through the webhook, into the durable store.

Each message is another member's first check-in of the day with a MsgId of its own, so each acknowledged one must have
left one row; every target gets the same requests, answers are decrypted and checked, and servers that store are killed
before their rows are counted.
"""

import os
import pickle
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.load import Findings, Orders, loaded
from bench.machine import PEERS, Failed, cores, free_port, serving, set_up_peers
from bench.messages import check_in
from bench.options import Options
from bench.report import RESULTS, Column, Goal, Report, Row, console
from bench.targets import chenzhong


@dataclass(frozen=True)
class Target:
    """A server to measure: its command, given a folder of its own and a port, and what it must have stored."""

    name: str
    label: str
    command: Callable[[Path, int], list[str]]
    stored: Callable[[Path], dict[str, int]] | None = None
    checked: bool = True
    peer: bool = False


def _product(folder: Path, port: int) -> list[str]:
    return chenzhong.command(folder, port, folder.parent / "seed.db")


def _bare(folder: Path, port: int) -> list[str]:
    plain = "--loop asyncio --http httptools --lifespan off --no-access-log --log-level warning"
    return [sys.executable, "-m", "uvicorn", "bench.targets.bare:app", "--port", str(port), *plain.split()]


def _constant(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "bench.targets.constant", str(port)]


def _werobot_echo(folder: Path, port: int) -> list[str]:
    return [str(PEERS), "-m", "bench.peers.werobot_echo", str(port)]


def _werobot_row(folder: Path, port: int) -> list[str]:
    return [str(PEERS), "-m", "bench.peers.werobot_row", str(port), str(folder / "werobot.db")]


def _werobot_rows(folder: Path) -> dict[str, int]:
    database = sqlite3.connect(folder / "werobot.db")
    try:
        return {"rows": database.execute("SELECT count(*) FROM checkin").fetchone()[0]}
    finally:
        database.close()


def _wechatpy_flask(folder: Path, port: int) -> list[str]:
    return [str(PEERS), "-m", "bench.peers.wechatpy_flask", str(port)]


TARGETS = (
    Target("chenzhong", "晨钟，打卡入库", _product, stored=chenzhong.stored),
    Target("bare", "裸 ASGI，只加解密", _bare),
    Target("werobot", "WeRoBot，原样返回", _werobot_echo, peer=True),
    Target("werobot-row", "WeRoBot，存一行", _werobot_row, stored=_werobot_rows, peer=True),
    Target("wechatpy-flask", "wechatpy + Flask，原样返回", _wechatpy_flask, peer=True),
    Target("constant", "压测程序的上限", _constant, checked=False),
)

COLUMNS = (
    Column("per_second", "条/秒"),
    Column("p50_ms", "p50 毫秒", 1),
    Column("p99_ms", "p99 毫秒", 1),
    Column("cpu_us", "CPU 微秒/条"),
    Column("busy", "压测端占用", 2),
)

GOALS = (
    Goal("chenzhong", "werobot", "per_second", 1.8),
    Goal("chenzhong", "werobot-row", "per_second", 3),
    Goal("chenzhong", "bare", "per_second", 0.55),
    Goal("chenzhong", "bare", "p99_ms", 3, at_most=True),
)


def run(options: Options) -> Report:
    """Measures every target once per round; raises `Failed` if anything acknowledged isn't stored exactly once."""
    targets = [target for target in TARGETS if options.peers or not target.peer]
    if options.peers:
        set_up_peers()
    if len(cores()) < 2:
        console.print("这台机器不能把服务和压测程序分在两个核上，数字会偏低。")
    RESULTS.mkdir(exist_ok=True)
    figures: dict[str, list[Findings]] = {target.name: [] for target in targets}
    # Not the system's folder for temporary files: that may lie in memory, where durability costs nothing.
    with tempfile.TemporaryDirectory(dir=RESULTS) as work:
        console.print(f"准备 {options.members:,} 名已绑定的成员…")
        chenzhong.seed(Path(work) / "seed.db", options.members)
        for round_ in range(options.rounds):
            requests = written(Path(work), options.members)
            for target in targets:
                console.print(f"第 {round_ + 1}/{options.rounds} 轮：{target.label}")
                figures[target.name].append(measured(target, Path(work), requests, options))
    rows = [Row(target.name, target.label, [asdict(found) for found in figures[target.name]]) for target in targets]
    title = f"打卡：{options.connections} 个连接，{options.rounds} 轮的中位数"
    return Report("checkin", title, COLUMNS, rows, "per_second", GOALS)


def written(work: Path, members: int) -> Path:
    """Encrypts everybody's check-in beforehand, in no order, as people come; the file for the load generator.

    MsgIds grow with time, as the platform's do.
    """
    numbers = random.Random(members).sample(range(members), members)
    requests = work / "requests"
    requests.write_bytes(pickle.dumps([(number, check_in(number, place)) for place, number in enumerate(numbers)]))
    return requests


def measured(target: Target, work: Path, requests: Path, options: Options) -> Findings:
    """Starts a server in a folder of its own below `work`, loads it, and compares what it stored with what it said.

    Raises `Failed` unless each acknowledged message is stored once.
    """
    port = free_port()
    orders = Orders(
        port=port,
        process=0,
        requests=str(requests),
        checked=target.checked,
        connections=options.connections,
        warm_up_seconds=options.warm_up_seconds,
        seconds=options.seconds,
    )
    with tempfile.TemporaryDirectory(dir=work) as name:
        folder = Path(name)
        command = target.command(folder, port)
        # What was only just written, the first commit would have to wait for.
        os.sync()
        with serving(command, port, folder / "log") as process:
            found = loaded(replace(orders, process=process))
        for what, count in target.stored(folder).items() if target.stored else ():
            if count != found.acknowledged:
                raise Failed(f"{target.label}: {found.acknowledged} acknowledged, but {count} {what} stored")
    return found
