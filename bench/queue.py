"""Memory and claims as the queue grows: both should stay as they are, however much is waiting or was done before."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench import account
from bench.machine import Failed
from bench.options import Options
from bench.report import RESULTS, Column, Figures, Goal, Report, Row, console
from bench.sending import order, platform, sent_by
from bench.targets import people
from models import claim
from models.database import Database
from scheduler.sorting import LEASE

# Claims in a round, of which the middle one counts; what each takes is given back.
_CLAIMS = 30
# So long is sent from a queue before the memory is read: enough for everything that is ever held to be held.
_SECONDS = 8.0
# Followers whom the platform knows: more than are sent to in that time.
_KNOWN = 50_000


def memory(options: Options) -> Report:
    """The most memory that a process had which planned so many pushes and then sent for some seconds."""
    RESULTS.mkdir(exist_ok=True)
    sizes = options.queued
    figures: dict[int, list[Figures]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory(dir=RESULTS) as name, platform(Path(name)) as (port, _):
        for size in sizes:
            console.print(f"准备 {size:,} 条…")
            people.gather(Path(name) / f"{size}.db", size)
        for round_ in range(options.rounds):
            for size in sizes:
                console.print(f"第 {round_ + 1}/{options.rounds} 轮：排着 {size:,} 条")
                figures[size].append(_held(Path(name), size, port))
    rows = [Row(str(size), f"排着 {size:,} 条", figures[size]) for size in sizes]
    columns = (Column("peak_mb", "内存 MB"), Column("planned", "安排 行/秒"), Column("sent", "发出 条"))
    goals = [Goal(str(size), str(sizes[0]), "peak_mb", 1.15, at_most=True) for size in sizes[1:]]
    return Report("memory", f"发送进程的内存，{options.rounds} 轮的中位数", columns, rows, "peak_mb", goals)


def _held(work: Path, size: int, port: int) -> Figures:
    order(port, "reset", {})
    known = [account.openid(number) for number in range(min(size, _KNOWN))]
    order(port, "followers", {"openids": known, "window_open": True})
    with tempfile.TemporaryDirectory(dir=work) as folder:
        database = Path(folder) / "chenzhong.db"
        _copied(work / f"{size}.db", database)
        opened = Database(f"sqlite:///{database}")
        with opened.writing() as connection, connection.begin():
            people.announce(connection, size)
        opened.close()
        line = [sys.executable, "-m", "bench.senders.product", str(port), str(size), str(_SECONDS), str(database)]
        found = sent_by(line)
    if found["planned"] != size:
        raise Failed(f"{found['planned']:,.0f} of {size:,} pushes were planned")
    return {
        "peak_mb": found["peak_mb"],
        "planned": found["planned"] / found["plan_seconds"],
        "sent": found["sent"],
    }


def _copied(source: Path, target: Path) -> None:
    # A reflink where the file system can, since these are large.
    subprocess.run(["cp", "--reflink=auto", str(source), str(target)], check=True)


def claims(options: Options) -> Report:
    """What a claim takes with so many finished pushes in the table, and as many due ones each time."""
    RESULTS.mkdir(exist_ok=True)
    few, many = options.finished
    figures: dict[int, list[Figures]] = {few: [], many: []}
    with tempfile.TemporaryDirectory(dir=RESULTS) as name:
        opened: dict[int, Database] = {}
        for size in (few, many):
            console.print(f"准备 {size:,} 条办完的推送…")
            file = Path(name) / f"{size}.db"
            people.gather(file, few)
            people.finish(file, size, few)
            opened[size] = Database(f"sqlite:///{file}")
        for round_ in range(options.rounds):
            console.print(f"第 {round_ + 1}/{options.rounds} 轮")
            for size, database in opened.items():
                figures[size].append(_claimed(database))
        for database in opened.values():
            database.close()
    rows = [Row(str(size), f"办完 {size:,} 条", figures[size]) for size in (few, many)]
    columns = (Column("claim_us", "认领 微秒"), Column("read_us", "读出 微秒"))
    goals = (Goal(str(many), str(few), "claim_us", 1.3, at_most=True),)
    return Report("claims", f"一次认领 {claim.BATCH} 条，{options.rounds} 轮的中位数", columns, rows, "claim_us", goals)


def _claimed(database: Database) -> Figures:
    claiming: list[float] = []
    reading: list[float] = []
    with database.writing() as connection:
        for _ in range(_CLAIMS):
            with connection.begin():
                began = time.perf_counter()
                ids = claim.claim(connection, "bench", people.MORNING, LEASE)
                between = time.perf_counter()
                claim.claimed(connection, ids)
                reading.append(time.perf_counter() - between)
                claiming.append(between - began)
                claim.release(connection, "bench")
            if len(ids) != claim.BATCH:
                raise Failed(f"{len(ids)} pushes were claimed instead of {claim.BATCH}")
    return {"claim_us": _middle(claiming), "read_us": _middle(reading)}


def _middle(seconds: Sequence[float]) -> float:
    return median(seconds) * 1e6
