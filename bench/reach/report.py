"""`bench reach`: the month on every kind of account, by each rule of the window, with several seeds; one table."""

import asyncio
import json
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from rich.progress import track
from rich.table import Table

from bench.machine import ROOT
from bench.options import Options
from bench.reach.habits import lives, read
from bench.reach.month import FORESEEABLE, Lived, lived
from bench.reach.strategies import ROUTES, bound, by_custom_only, by_template_only
from bench.report import RESULTS, console

RULES = ("max", "reset")
#: The least that is good enough, of what nobody could surpass by the routes that the product has.
SHARE = 0.98
#: The most that a forecast may be off, of its audience, when nobody writes in between.
OFF = 0.01
# The routes to one's own followers that the platform's policy permits for what is sent here.
PERMITTED = frozenset({"passive", "custom", "subscription", "mass"})
# By these the product has to reach more than by customer service alone, where an account has them.
_MORE = frozenset({"subscription", "mass"})
# In memory where there is such a folder: how durable the month is, is not what is measured.
_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Reached:
    """One month: how many pushes each strategy got to the phone in time."""

    kind: str
    rule: str
    seed: int
    owed: int
    custom_only: int | None
    template_only: int | None
    product: int
    bound: int
    bound_of_all: int
    lived: Lived

    @property
    def has_more(self) -> bool:
        """Whether there are routes beside answers and customer service."""
        return bool(_MORE & ROUTES[self.kind])

    def complaints(self) -> list[str]:
        """What was promised and not kept."""
        where = f"{self.kind}，window_rule={self.rule}，种子 {self.seed}"
        refused = {code: count for code in FORESEEABLE if (count := self.lived.refused[code])}
        off = {when: share for when, share in self.lived.forecast.items() if share > OFF}
        found = [
            (self.product < (self.custom_only or 0), f"比只用客服消息还少：{self.product} < {self.custom_only}"),
            (self.has_more and self.product <= (self.custom_only or 0), "订阅通知和群发没有多送到一条"),
            (self.product < SHARE * self.bound, f"只到上限的 {self.product / max(self.bound, 1):.3f}"),
            (bool(refused), f"本可预知的拒绝：{refused}"),
            (bool(off), f"预告与结果不符：{ {when: round(share, 4) for when, share in off.items()} }"),
        ]
        return [f"{where}：{sentence}" for holds, sentence in found if holds]


def month_of(kind: str, rule: str, seed: int, members: int, days: int) -> Reached:
    """Lives one month, and sets what came of it beside the strategies."""
    life = lives(*read(members=members, days=days), seed)
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        found = asyncio.run(lived(life, kind, rule, seed, Path(folder)))
    may = ROUTES[kind]
    return Reached(
        kind=kind,
        rule=rule,
        seed=seed,
        owed=len(found.owed),
        custom_only=by_custom_only(found.owed, life, rule) if "custom" in may else None,
        template_only=by_template_only(found.owed, life) if "template" in may else None,
        product=len(found.reached),
        bound=bound(found.owed, life, kind, PERMITTED, found.ordered),
        bound_of_all=bound(found.owed, life, kind, PERMITTED),
        lived=found,
    )


def _month(members: int, days: int, month: tuple[str, str, int]) -> Reached:
    return month_of(*month, members, days)


def run(options: Options) -> None:
    """Every kind, rule and seed; prints the table and keeps the figures."""
    # Where nothing is sent by itself, the rule of the window makes no difference.
    worlds = [(kind, rule) for kind in ROUTES for rule in (RULES if "custom" in ROUTES[kind] else RULES[:1])]
    months = [(kind, rule, seed) for kind, rule in worlds for seed in range(1, options.seeds + 1)]
    # Nothing is timed here, so that every core may live a month of its own.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as cores:
        lived_through = cores.map(partial(_month, options.reach_members, options.reach_days), months)
        found = list(track(lived_through, "各过一个月", total=len(months), console=console, transient=True))
    _show(found, worlds, options)
    _keep(found, options)


def _show(found: list[Reached], worlds: list[tuple[str, str]], options: Options) -> None:
    title = f"送到：{options.reach_members:,} 人，{options.reach_days} 天，{options.seeds} 个种子的中位数，占应送到的 %"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    headings = ("应送", "只用客服", "只用模板（违反政策）", "晨钟", "上限", "晨钟÷上限", "上限（人人各自群发）")
    table.add_column("账号，窗口规则")
    for heading in (*headings, "可预知的拒绝", "预告最多差 %"):
        table.add_column(heading, justify="right")
    for kind, rule in worlds:
        months = [month for month in found if (month.kind, month.rule) == (kind, rule)]
        refused = sum(sum(month.lived.refused.values()) for month in months)
        off = max((share for month in months for share in month.lived.forecast.values()), default=0.0)
        table.add_row(
            f"{kind}，{rule}",
            f"{median(month.owed for month in months):,.0f}",
            *(_share(months, name) for name in ("custom_only", "template_only", "product", "bound")),
            f"{median(month.product / max(month.bound, 1) for month in months):.3f}",
            _share(months, "bound_of_all"),
            f"{refused:,}",
            f"{100 * off:.2f}",
        )
    console.print(table)
    complaints = [complaint for month in found for complaint in month.complaints()]
    for complaint in complaints:
        console.print(f"没有达到：{complaint}")
    if not complaints:
        console.print("达到：不少于只用客服消息，不低于上限的 98%，没有本可预知的拒绝，预告与结果相差不过 1%。")


def _share(months: list[Reached], name: str) -> str:
    shares = [getattr(month, name) / max(month.owed, 1) for month in months if getattr(month, name) is not None]
    return f"{100 * median(shares):.1f}" if shares else "–"


def _keep(found: list[Reached], options: Options) -> None:
    months = [
        {
            **{name: value for name, value in vars(month).items() if name != "lived"},
            "routes": month.lived.routes,
            "mass_orders": len(month.lived.ordered),
            "refused": month.lived.refused,
            "forecast_off": month.lived.forecast,
            "missed_by_kind": Counter(push.kind for push in set(month.lived.owed) - month.lived.reached),
            "complaints": month.complaints(),
        }
        for month in found
    ]
    written = {"benchmark": "reach", "members": options.reach_members, "days": options.reach_days, "months": months}
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "reach.json"
    file.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n")
    console.print(f"全部数字：{file.relative_to(ROOT)}")
