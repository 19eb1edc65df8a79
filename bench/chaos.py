"""`make chaos`: processes killed at random moments while the platform fails at random; then everybody's phone is read.

Each member is owed several texts with a serial number. Afterwards nobody has one twice, and whoever lacks one is
listed by the product itself as somebody of whom nobody knows: otherwise this ends with 1.
"""

import argparse
import json
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.progress import Progress
from rich.table import Table
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from bench.installation import Installation, member, until
from bench.machine import ROOT, Failed, postgres
from bench.report import RESULTS, console

_SERIAL = re.compile(r"第 (\d+) 号通知：")
# The kinds of faults, which share the calls that fail between them.
_KINDS: tuple[dict[str, Any], ...] = (
    {"errcode": -1},
    {"http_status": 500},
    {"delay_ms": 1500},
    {"drop": "before"},
    {"drop": "after"},
)
# What the platform counts of them; a delay and a line that breaks after the work leave no trace there.
_COUNTED = ("-1", "http 500", "dropped")
# So long does nothing move, and then only leases of the dead are left.
_STILL_SECONDS = 3.0
# Pauses between tries go up to five minutes.
_PATIENCE_SECONDS = 900.0


@dataclass(frozen=True)
class Orders:
    """How much of it. `hurries`: leases of the dead end at once, as if their ninety seconds had passed."""

    members: int = 2000
    texts: int = 5
    kills: int = 20
    workers: int = 3
    faults: float = 0.05
    seed: int = 1
    hurries: bool = False

    @property
    def pushes(self) -> int:
        """How many of them are looked at: the secretary's own are not, since forecasts quote the texts."""
        return self.members * self.texts


Owed = tuple[str, int]  # A member's name and a serial number.


@dataclass
class Findings:
    """What became of everything that was owed."""

    orders: Orders
    seconds: float
    killed: Counter[str]
    faults: dict[str, int]
    calls: int
    routes: Counter[str]
    statuses: Counter[str]
    shown: Counter[Owed]
    owed: set[Owed]
    unknown: set[Owed]
    listed: set[Owed]
    missing: set[Owed] = field(init=False)

    def __post_init__(self) -> None:
        self.missing = {one for one in self.owed if not self.shown[one]}

    @property
    def twice(self) -> set[Owed]:
        """Who was shown a text more than once."""
        return {one for one, times in self.shown.items() if times > 1}

    def complaints(self) -> list[str]:
        """What was promised and not kept."""
        orders = self.orders
        found = [
            (len(self.owed) != orders.pushes, f"应有 {orders.pushes} 条推送，表里有 {len(self.owed)} 条"),
            (bool(self.twice), f"收到两遍：{_some(self.twice)}"),
            (bool(self.missing - self.unknown), f"没收到，也不是「说不准」：{_some(self.missing - self.unknown)}"),
            (self.listed != self.unknown, f"「说不准」却没有列出来：{_some(self.unknown ^ self.listed)}"),
            (self.killed.total() != orders.kills, f"只杀了 {self.killed.total()} 次"),
            (not all(self.faults.values()), f"有一种故障没有发生：{self.faults}"),
        ]
        return [sentence for holds, sentence in found if holds]


def chaos(orders: Orders, database: str, folder: Path, told: Callable[[int], None] = lambda _: None) -> Findings:
    """Does it all on an empty database; `told` is called with the number of messages that the platform took so far."""
    dice = random.Random(orders.seed)
    openids = [f"oCHAOS{number:022d}" for number in range(orders.members + 1)]
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with Installation(folder, database) as installation:
        installation.start_web()
        installation.gather(openids)
        installation.agree(openids)
        workers = [f"worker-{number}" for number in range(orders.workers)]
        for name in ("clock", *workers):
            installation.start(name, name.partition("-")[0])
        installation.platform("faults", faults(orders))
        began = time.monotonic()
        announce(installation, openids[0], orders)
        killed = _kill_at_random(installation, workers, orders, dice, told)
        _wait_for_the_rest(installation, engine, orders, told)
        seconds = time.monotonic() - began
        installation.platform("faults", [])
        findings = _look(installation, engine, openids, orders, killed, seconds)
    engine.dispose()
    return findings


def faults(orders: Orders) -> list[dict[str, Any]]:
    """The orders for the platform: each kind hits its share of all calls, by dice of its own."""
    share = orders.faults / len(_KINDS)
    return [
        {"path": "*", "rate": share, "seed": orders.seed * 100 + number, **kind} for number, kind in enumerate(_KINDS)
    ]


def announce(installation: Installation, secretary: str, orders: Orders) -> None:
    """The secretary broadcasts all texts in the chat, and confirms each with the number shown."""
    for serial in range(1, orders.texts + 1):
        installation.says(secretary, f"广播 第 {serial} 号通知：明天上午九点在三楼会议室集中学习。")
        answer = installation.says(secretary, f"确认 {orders.members + 1}")
        if not answer.startswith("好的"):
            raise Failed(f"the broadcast was not confirmed: {answer}")


def _kill_at_random(
    installation: Installation, workers: list[str], orders: Orders, dice: random.Random, told: Callable[[int], None]
) -> Counter[str]:
    """Kills somebody each time so many messages have arrived, and starts them again; whom, and how often."""
    # Of what is owed some part never arrives, so that the last moments must come earlier.
    moments = sorted(dice.sample(range(1, orders.pushes * 4 // 5), orders.kills))
    killed: Counter[str] = Counter()
    for moment in moments:
        until(lambda moment=moment: _received(installation, told) >= moment, f"message {moment}", 300)  # type: ignore[misc]
        # Mostly those who send, since it is they who leave calls behind.
        name = dice.choice([*workers * 3, "clock", "web"])
        installation.kill(name)
        installation.start(name)
        killed[name.partition("-")[0]] += 1
    return killed


def _received(installation: Installation, told: Callable[[int], None]) -> int:
    messages = installation.platform("stats")["messages"]
    received: int = sum(count for route, count in messages.items() if route != "passive")
    told(received)
    return received


def _wait_for_the_rest(installation: Installation, engine: Engine, orders: Orders, told: Callable[[int], None]) -> None:
    """Until nothing is due or in flight any more; the rows of the dead come back when their leases end."""
    last, since = -1, time.monotonic()

    def done() -> bool:
        nonlocal last, since
        with engine.connect() as connection:
            left: int = connection.execute(
                text("SELECT count(*) FROM push WHERE status IN ('due', 'sending')")
            ).scalar_one()
            planned: int = connection.execute(text("SELECT count(*) FROM push")).scalar_one()
            received = _received(installation, told)
            if received != last:
                last, since = received, time.monotonic()
            if orders.hurries and left and time.monotonic() - since > _STILL_SECONDS:
                connection.execute(text("UPDATE push SET free_at = now() WHERE owner <> ''"))
                since = time.monotonic()
        return left == 0 and planned >= orders.pushes

    until(done, "everything sent", _PATIENCE_SECONDS)


def _look(
    installation: Installation,
    engine: Engine,
    openids: list[str],
    orders: Orders,
    killed: Counter[str],
    seconds: float,
) -> Findings:
    """Reads every phone, every row, and what the product lists."""
    rows = _rows(engine)
    unknown = {(name, serial) for name, serial, status, _, _ in rows if status == "unknown"}
    ids = {serial: number for _, serial, _, _, number in rows}
    stats = installation.platform("stats")
    codes: Counter[str] = Counter()
    for call in stats["calls"].values():
        codes.update(call["errcodes"])
    return Findings(
        orders=orders,
        seconds=seconds,
        killed=killed,
        faults={code: codes[code] for code in _COUNTED},
        calls=codes.total(),
        routes=Counter(route for _, _, _, route, _ in rows),
        statuses=Counter(status for _, _, status, _, _ in rows),
        shown=_phones(installation, openids),
        owed={(name, serial) for name, serial, _, _, _ in rows},
        unknown=unknown,
        listed=_listed(installation, {serial: ids[serial] for _, serial in unknown}),
    )


def _rows(engine: Engine) -> list[tuple[str, int, str, str, int]]:
    """Each push: the member, its serial number, its status and route, and the id of its broadcast."""
    query = (
        "SELECT member.name, broadcast.facts ->> 'text', push.status, push.route, broadcast.id FROM push"
        " JOIN member ON member.id = push.member_id JOIN broadcast ON broadcast.id = push.broadcast_id"
        " WHERE broadcast.kind = 'text'"
    )
    with engine.connect() as connection:
        found = connection.execute(text(query)).all()
    return [
        (name, int(match[1]), status, route, id_)
        for name, words, status, route, id_ in found
        if name != member(0) and (match := _SERIAL.match(words))
    ]


def _phones(installation: Installation, openids: list[str]) -> Counter[Owed]:
    """How often each member's phone shows each serial number."""

    def serials(number: int) -> list[Owed]:
        items = installation.platform(f"phone?openid={openids[number]}&after=0")["items"]
        words = "\n".join(item["content"] for item in items if item["from"] == "account")
        return [(member(number), int(serial)) for serial in _SERIAL.findall(words)]

    with ThreadPoolExecutor(8) as several:
        return Counter(one for found in several.map(serials, range(1, len(openids))) for one in found)


def _listed(installation: Installation, broadcasts: dict[int, int]) -> set[Owed]:
    """Whom the command lists as unknown, of these broadcasts by serial number; nothing is sent again."""
    found: set[Owed] = set()
    for serial, id_ in broadcasts.items():
        _, said = installation.chenzhong("broadcast", "--resend-unknown", str(id_))
        names = re.search(r"人：(.*?)。", said)
        found |= {(name, serial) for name in names[1].split("、") if name != member(0)} if names else set()
    return found


def _some(owed: set[Owed], most: int = 5) -> str:
    some = "、".join(f"{name}第 {serial} 号" for name, serial in sorted(owed)[:most])
    return f"{len(owed)} 条" + (f"（{some}…）" if some else "")


def show(findings: Findings) -> None:
    """The figures as a table, and what was not kept."""
    unknown, missing, orders = findings.unknown, findings.missing, findings.orders
    killed = "、".join(f"{name} {times} 次" for name, times in sorted(findings.killed.items()))
    hit = "、".join(f"{kind} {times}" for kind, times in findings.faults.items())
    figures = {
        "推送": f"{len(findings.owed):,}（{orders.members:,} 人，每人 {orders.texts} 条）",
        "杀死进程": f"{findings.killed.total()} 次：{killed}",
        "注入的故障": f"{orders.faults:.0%} 的调用，其中 {hit}；平台共答 {findings.calls:,} 次",
        "用时": f"{findings.seconds:.0f} 秒",
        "各条路": "、".join(f"{route or '–'} {count:,}" for route, count in sorted(findings.routes.items())),
        "恰好收到一次": f"{sum(1 for times in findings.shown.values() if times == 1):,}",
        "收到两次": f"{len(findings.twice):,}",
        "没有收到": f"{len(missing):,}，其中不是「说不准」的 {len(missing - unknown):,}",
        "说不准": f"{len(unknown):,}（其实收到 {len(unknown - missing):,}），列出来的 {len(findings.listed):,}",
    }
    table = Table(title="混乱中的发送", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("")
    for name, figure in figures.items():
        table.add_row(name, figure)
    console.print(table)
    for complaint in findings.complaints():
        console.print(f"没有做到：{complaint}")
    if not findings.complaints():
        console.print("做到了：没有人丢，没有人收到两遍，说不准的都列出来了。")


def keep(findings: Findings) -> None:
    """Writes the figures, and everybody who is unknown, to `bench/results/chaos.json`."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "chaos.json"
    written = {
        "orders": vars(findings.orders),
        "seconds": findings.seconds,
        "killed": findings.killed,
        "faults": findings.faults,
        "calls": findings.calls,
        "routes": findings.routes,
        "statuses": findings.statuses,
        "pushes": len(findings.owed),
        "twice": sorted(findings.twice),
        "missing": sorted(findings.missing),
        "unknown": sorted(findings.unknown),
        "complaints": findings.complaints(),
    }
    file.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n")
    console.print(f"全部数字和「说不准」的名单：{file.relative_to(ROOT)}")


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("发送", total=total)
        yield lambda received: progress.update(task, completed=received)


def main() -> None:
    """Runs it on a PostgreSQL of its own; ends with 1 if a promise was not kept."""
    full = Orders()
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description="杀进程、出故障，看谁丢、谁重")
    for name, what in {"members": "多少人", "kills": "杀几次", "workers": "几个 worker", "seed": "随机数种子"}.items():
        parser.add_argument(f"--{name}", type=int, default=getattr(full, name), help=f"{what}，默认 %(default)s")
    given = Orders(**vars(parser.parse_args()))
    # Asked to end, it must not leave its processes behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    console.print(f"准备 {given.members:,} 名成员、PostgreSQL 和 {given.workers + 3} 个进程…")
    try:
        with postgres() as database, tempfile.TemporaryDirectory() as folder, _bar(given.pushes) as told:
            findings = chaos(given, database, Path(folder), told)
    except Failed as error:
        sys.exit(f"chaos: {error}")
    show(findings)
    keep(findings)
    sys.exit(1 if findings.complaints() else 0)


if __name__ == "__main__":
    main()
