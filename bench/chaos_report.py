"""What a storm of `bench.chaos` was to be, and what came of it: the figures, and what was not kept."""

import json
from collections import Counter
from dataclasses import dataclass, field

from rich.table import Table

from bench.machine import ROOT
from bench.report import RESULTS, console

# By what a message is sent, in the order of the table, and how long the platform knows the key of a repeated one.
ROUTES = {"custom": "客服消息", "subscription": "订阅通知", "template": "模板消息", "mass": "群发"}
KEYED = {"template": "钥匙 10 分钟", "mass": "钥匙 24 小时"}


@dataclass(frozen=True)
class Orders:
    """How much of it: texts, and further texts of which the rest is mass-sent; five together, as many as a window has.

    `kills`: those at random moments, and every sender once while a mass message is under way. `hurries`: leases of the
    dead and pauses of mass messages end at once, as if their time had passed.
    """

    members: int = 2000
    texts: int = 3
    masses: int = 2
    kills: int = 20
    workers: int = 3
    faults: float = 0.05
    seed: int = 1
    hurries: bool = False

    @property
    def pushes(self) -> int:
        """How many of them are looked at: the secretary's own are not, since forecasts quote the texts."""
        return self.members * (self.texts + self.masses)

    @property
    def random_kills(self) -> int:
        """How many processes are killed at random moments."""
        return max(self.kills - self.workers, 0) if self.masses else self.kills


Owed = tuple[str, int]  # A member's name and a serial number.


@dataclass
class Findings:
    """What became of everything that was owed, each by its route, "" for none."""

    orders: Orders
    seconds: float
    killed: Counter[str]
    faults: dict[str, int]
    calls: int
    statuses: Counter[str]
    shown: Counter[Owed]
    owed: dict[Owed, str]
    unknown: set[Owed]
    listed: set[Owed]
    missing: set[Owed] = field(init=False)

    def __post_init__(self) -> None:
        self.missing = {one for one in self.owed if not self.shown[one]}

    @property
    def twice(self) -> set[Owed]:
        """Who was shown a text more than once."""
        return {one for one, times in self.shown.items() if times > 1}

    @property
    def routes(self) -> Counter[str]:
        """How many were owed by each route."""
        return Counter(self.owed.values())

    def by(self, route: str, some: set[Owed]) -> set[Owed]:
        """Those of them that were owed by this route."""
        return {one for one in some if self.owed.get(one) == route}

    def complaints(self) -> list[str]:
        """What was promised and not kept."""
        orders = self.orders
        wanted = ROUTES if orders.masses else [route for route in ROUTES if route != "mass"]
        unused = [ROUTES[route] for route in wanted if not self.routes[route]]
        found = [
            (len(self.owed) != orders.pushes, f"应有 {orders.pushes} 条推送，表里有 {len(self.owed)} 条"),
            (bool(self.twice), f"收到两遍：{_some(self.twice)}"),
            (bool(self.missing - self.unknown), f"没收到，也不是「说不准」：{_some(self.missing - self.unknown)}"),
            (self.listed != self.unknown, f"「说不准」却没有列出来：{_some(self.unknown ^ self.listed)}"),
            (self.killed.total() != orders.kills, f"只杀了 {self.killed.total()} 次"),
            (bool(unused), f"没有走到的路：{'、'.join(unused)}"),
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
    _show_routes(findings)
    for complaint in findings.complaints():
        console.print(f"没有做到：{complaint}")
    if not findings.complaints():
        console.print("做到了：没有人丢，没有人收到两遍，说不准的都列出来了。")


def _show_routes(findings: Findings) -> None:
    table = Table(title="每条路", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for heading in ("推送", "恰好一次", "两次", "没有收到", "说不准"):
        table.add_column(heading, justify="right")
    once = {one for one, times in findings.shown.items() if times == 1}
    for route in sorted(findings.routes, key=lambda route: [*ROUTES, ""].index(route)):
        label = ROUTES.get(route, "没有送出") + (f"（{KEYED[route]}）" if route in KEYED else "")
        several = (set(findings.owed), once, findings.twice, findings.missing, findings.unknown)
        table.add_row(label, *(f"{len(findings.by(route, some)):,}" for some in several))
    console.print(table)


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
