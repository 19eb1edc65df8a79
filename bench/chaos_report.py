"""What a storm of `bench.chaos` was to be, and what came of it: the figures, and what was not kept."""

import json
from collections import Counter
from dataclasses import dataclass, field

from rich.table import Table

from bench.machine import ROOT
from bench.report import RESULTS, console


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
