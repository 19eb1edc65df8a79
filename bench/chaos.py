"""`make chaos`: processes killed at random moments while the platform fails at random; then everybody's phone is read.

Each member is owed several texts with a serial number. Afterwards nobody has one twice, and whoever lacks one is
listed by the product itself as somebody of whom nobody knows: otherwise this ends with 1.
"""

import argparse
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
from pathlib import Path
from typing import Any

from rich.progress import Progress
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from bench.chaos_report import Findings, Orders, Owed, keep, show
from bench.installation import Installation, member, until
from bench.machine import Failed, postgres
from bench.report import console

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
_STILL_SECONDS = 2.0
# Pauses between tries go up to five minutes.
_PATIENCE_SECONDS = 900.0


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
        watch = _Watch(installation, engine, orders.hurries, told)
        killed = _kill_at_random(installation, workers, orders, dice, watch)
        until(lambda: watch.is_over(orders.pushes), "everything sent", _PATIENCE_SECONDS)
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


class _Watch:
    """Counts what has arrived; where it `hurries`, it ends the leases of the dead once nothing moves any more."""

    def __init__(self, installation: Installation, engine: Engine, hurries: bool, told: Callable[[int], None]) -> None:
        self._installation = installation
        self._engine = engine
        self._hurries = hurries
        self._told = told
        self._last, self._since = -1, time.monotonic()

    def received(self) -> int:
        """How many messages the platform took so far."""
        messages = self._installation.platform("stats")["messages"]
        received: int = sum(count for route, count in messages.items() if route != "passive")
        self._told(received)
        if received != self._last:
            self._last, self._since = received, time.monotonic()
        elif self._hurries and time.monotonic() - self._since > _STILL_SECONDS:
            with self._engine.connect() as connection:
                connection.execute(text("UPDATE push SET free_at = now() WHERE owner <> ''"))
            self._since = time.monotonic()
        return received

    def is_over(self, pushes: int) -> bool:
        """Whether all have been planned, and nothing is due or in flight any more."""
        self.received()
        with self._engine.connect() as connection:
            waiting = "SELECT count(*), count(*) FILTER (WHERE status IN ('due', 'sending')) FROM push"
            planned, left = connection.execute(text(waiting)).one()
        return bool(left == 0 and planned >= pushes)


def _kill_at_random(
    installation: Installation, workers: list[str], orders: Orders, dice: random.Random, watch: _Watch
) -> Counter[str]:
    """Kills somebody each time so many messages have arrived, and starts them again; whom, and how often."""
    # Of what is owed some part never arrives, so that the last moments must come earlier.
    moments = sorted(dice.sample(range(1, orders.pushes * 4 // 5), orders.kills))
    killed: Counter[str] = Counter()
    for moment in moments:
        until(lambda moment=moment: watch.received() >= moment, f"message {moment}", _PATIENCE_SECONDS)  # type: ignore[misc]
        # Mostly those who send, since it is they who leave calls behind.
        name = dice.choice([*workers * 3, "clock", "web"])
        installation.kill(name)
        installation.start(name)
        killed[name.partition("-")[0]] += 1
    return killed


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
