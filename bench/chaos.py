"""`make chaos`: processes killed at random moments while the platform fails at random; then everybody's phone is read.

Each member is owed several texts with a serial number: some write to the account and get them by customer-service
message, some have accepted notices, some get template messages, and the rest of the last texts is mass-sent. Afterwards
nobody has one twice, and whoever lacks one is listed by the product itself as somebody of whom nobody knows: otherwise
this ends with 1.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from bench import chaos_mass
from bench.chaos_faults import faults
from bench.chaos_look import look
from bench.chaos_report import Findings, Orders, keep, show
from bench.chaos_watch import Watch
from bench.installation import Installation, until
from bench.machine import Failed, postgres
from bench.report import console

# Pauses between tries go up to five minutes.
_PATIENCE_SECONDS = 900.0
# After so long a window is closed; until then nobody is written to by themselves.
_TWO_DAYS_SECONDS = 49 * 3600

_NOTICE, _TEMPLATE = "CHAOS_NOTICE", "CHAOS_TEMPLATE"
_NOTICES = f"""\
[notices.text]
template = "{_NOTICE}"
fields = {{ thing1 = "{{text}}" }}
"""
_TEMPLATES = f"""\
[templates.text]
template = "{_TEMPLATE}"
fields = {{ thing1 = "{{text}}" }}
because = "a proof, on an emulated platform"
"""


def chaos(orders: Orders, database: str, folder: Path, told: Callable[[int], None] = lambda _: None) -> Findings:
    """Does it all on an empty database; `told` is called with the number of messages that the platform took so far."""
    dice = random.Random(orders.seed)
    openids = [f"oCHAOS{number:022d}" for number in range(orders.members + 1)]
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with Installation(folder, database, also=_NOTICES + _TEMPLATES) as installation:
        installation.start_web()
        workers = [f"worker-{number}" for number in range(orders.workers)]
        for name in ("clock", *workers):
            installation.start(name, name.partition("-")[0])
        installation.gather(openids)
        installation.agree(openids)
        part_ways(installation, openids, orders)
        installation.platform("faults", faults(orders))
        began, watch = time.monotonic(), Watch(installation, engine, orders.hurries, told)
        announce(installation, openids[0], range(1, orders.texts + 1), orders.members + 1)
        killed = _kill_at_random(installation, workers, orders, dice, watch)
        until(lambda: watch.is_over(orders.members * orders.texts), "everything sent", _PATIENCE_SECONDS)
        if orders.masses:
            killed += _mass_send(installation, engine, openids[0], workers, orders, watch)
        seconds = time.monotonic() - began
        installation.platform("faults", [])
        findings = look(installation, engine, openids, orders, killed, seconds)
    engine.dispose()
    return findings


def part_ways(installation: Installation, openids: Sequence[str], orders: Orders) -> None:
    """Half of all write again once their windows have closed; of the others every second one accepts notices."""
    for family, id_ in (("subscription", _NOTICE), ("template", _TEMPLATE)):
        made = {"id": id_, "family": family, "title": "通知", "content": "内容：{{thing1.DATA}}"}
        installation.platform("templates", made)
    installation.turn_clock({"advance_seconds": _TWO_DAYS_SECONDS})
    accepts = [openid for openid in openids[1::4] for _ in range(orders.texts)]
    with ThreadPoolExecutor(16) as several:
        list(several.map(lambda openid: installation.says(openid, "帮助"), openids[::2]))
        accepted = {"template": _NOTICE, "answer": "accept"}
        list(
            several.map(lambda openid: installation.platform("subscriptions", {"openid": openid, **accepted}), accepts)
        )


def announce(installation: Installation, secretary: str, serials: Sequence[int], people: int) -> None:
    """The secretary broadcasts texts in the chat, and confirms each with the number shown."""
    for serial in serials:
        forecast = installation.says(secretary, f"广播 第 {serial} 号通知：明天上午九点在三楼会议室集中学习。")
        answer = installation.says(secretary, f"确认 {people}")
        if not answer.startswith("好的"):
            raise Failed(f"the broadcast was not confirmed: {forecast} {answer}")


def _kill_at_random(
    installation: Installation, workers: list[str], orders: Orders, dice: random.Random, watch: Watch
) -> Counter[str]:
    """Kills somebody each time so many messages have arrived, and starts them again; whom, and how often."""
    # Of what is owed some part never arrives, so that the last moments must come earlier.
    moments = sorted(dice.sample(range(1, orders.members * orders.texts * 4 // 5), orders.random_kills))
    killed: Counter[str] = Counter()
    for moment in moments:
        until(lambda moment=moment: watch.received() >= moment, f"message {moment}", _PATIENCE_SECONDS)  # type: ignore[misc]
        # Mostly those who send, since it is they who leave calls behind.
        name = dice.choice([*workers * 3, "clock", "web"])
        installation.kill(name)
        installation.start(name)
        killed[name.partition("-")[0]] += 1
    return killed


def _mass_send(
    installation: Installation, engine: Engine, secretary: str, workers: list[str], orders: Orders, watch: Watch
) -> Counter[str]:
    """Announces the last texts one by one, and has the rest of each mass-sent; who was killed meanwhile."""
    killed: Counter[str] = Counter()
    # Those who send begin anew without template messages, so that somebody is left for mass messages.
    installation.configure(_NOTICES)
    for name in workers:
        installation.kill(name)
    for number in range(1, orders.masses + 1):
        serial = orders.texts + number
        announce(installation, secretary, [serial], orders.members + 1)
        for name in workers if number == 1 else ():
            installation.start(name)
        until(lambda serial=serial: watch.is_over(orders.members * serial), f"text {serial}", _PATIENCE_SECONDS)  # type: ignore[misc]
        storm = chaos_mass.Storm(installation, engine, workers, orders)
        killed += storm.passes(secretary, dies=number == orders.masses)
    return killed


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
