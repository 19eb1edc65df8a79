"""A benchmark's figures as a table to read and as JSON to keep."""

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.machine import ROOT, cores

RESULTS = ROOT / "bench" / "results"

# Rich takes 80 columns where the output is no terminal, and would fold the table.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)

Figures = Mapping[str, float | None]


@dataclass(frozen=True)
class Column:
    """One kind of figure: its key, its heading, and how many digits are worth printing."""

    key: str
    heading: str
    digits: int = 0


@dataclass(frozen=True)
class Row:
    """One target, with its figures of every round."""

    name: str
    label: str
    rounds: Sequence[Figures]

    def median(self, key: str) -> float | None:
        """The middle figure of the rounds; None where it could not be measured."""
        values = [value for figures in self.rounds if (value := figures[key]) is not None]
        return median(values) if values else None


@dataclass(frozen=True)
class Goal:
    """A ratio of two targets that should be at least, or at most, `bound`."""

    ours: str
    other: str
    key: str
    bound: float
    at_most: bool = False

    def is_met_by(self, ratio: float) -> bool:
        """Whether it is good enough."""
        return ratio <= self.bound if self.at_most else ratio >= self.bound


@dataclass(frozen=True)
class Report:
    """What a benchmark found. `compared` is the key by which every row is set beside the first."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    compared: str
    goals: Sequence[Goal]

    def ratio(self, ours: str, other: str, key: str) -> float | None:
        """The middle of the rounds' own ratios: what slows a round slows both, so this moves least."""
        rows = {row.name: row for row in self.rows}
        if other not in rows:
            return None
        pairs = zip(rows[ours].rounds, rows[other].rounds, strict=True)
        ratios = [mine / theirs for a, b in pairs if (mine := a[key]) is not None and (theirs := b[key])]
        return median(ratios) if ratios else None


def show(report: Report) -> None:
    """Prints the table and what became of the goals."""
    first = report.rows[0]
    table = Table(title=report.title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for column in report.columns:
        table.add_column(column.heading, justify="right")
    table.add_column(f"{first.label} ÷ 它", justify="right")
    for row in report.rows:
        figures = [_shown(row.median(column.key), column.digits) for column in report.columns]
        table.add_row(row.label, *figures, _shown(report.ratio(first.name, row.name, report.compared), 2))
    console.print(table)
    labels = {row.name: row.label for row in report.rows}
    headings = {column.key: column.heading for column in report.columns}
    for goal in report.goals:
        ratio = report.ratio(goal.ours, goal.other, goal.key)
        if ratio is not None:
            verdict = "达到" if goal.is_met_by(ratio) else "没有达到"
            console.print(
                f"{verdict}：{headings[goal.key]}是「{labels[goal.other]}」的 {ratio:.2f} 倍"
                f"（目标{'不超过' if goal.at_most else '至少'} {goal.bound:g}）"
            )


def _shown(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def keep(report: Report) -> None:
    """Writes everything, every round included, to `bench/results/NAME.json`."""
    goals = [
        {
            "ratio": report.ratio(goal.ours, goal.other, goal.key),
            "of": [goal.ours, goal.other, goal.key],
            ("at_most" if goal.at_most else "at_least"): goal.bound,
        }
        for goal in report.goals
    ]
    targets = {
        row.name: {
            "median": {column.key: row.median(column.key) for column in report.columns},
            "rounds": [dict(figures) for figures in row.rounds],
        }
        for row in report.rows
    }
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": len(cores()) or None}
    written = {"benchmark": report.name, "machine": machine, "targets": targets, "goals": goals}
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{report.name}.json"
    file.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n")
    console.print(f"全部数字：{file.relative_to(ROOT)}")
