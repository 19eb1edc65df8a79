"""How long a writer waits to hear whether a note is much the same as a text that is there already."""

import time
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from random import Random

from bench.options import Options
from bench.report import Column, Figures, Goal, Report, Row
from bot.likeness import NEAR, is_near_copy

NOTES, LETTERS = 2000, 200
# Of the standard library's matcher so many notes are enough: it takes seconds for all.
_SOME = 100
# As many different letters as notes are written with.
_ALPHABET = [chr(0x4E00 + number) for number in range(800)]


def run(options: Options) -> Report:
    """One note of 200 letters against 2,000, beside the standard library's matcher; ms for 1,000 notes."""
    random = Random(1)
    note, *others = ("".join(random.choices(_ALPHABET, k=LETTERS)) for _ in range(NOTES + 1))
    ways: dict[str, tuple[str, Callable[[str, Sequence[str]], bool], int]] = {
        "ours": ("晨钟", is_near_copy, NOTES),
        "difflib": ("difflib", _by_the_standard_library, _SOME),
    }
    figures: dict[str, list[Figures]] = {name: [] for name in ways}
    for _ in range(max(5, options.rounds)):
        for name, (_, is_near, count) in ways.items():
            begun = time.perf_counter()
            is_near(note, others[:count])
            figures[name].append({"ms": (time.perf_counter() - begun) * 1000 * 1000 / count})
    rows = [Row(name, label, figures[name]) for name, (label, _, _) in ways.items()]
    goals = [Goal("ours", "difflib", "ms", 0.05, at_most=True)]
    return Report("likeness", "一篇心得与 1,000 篇比较，中位数", (Column("ms", "毫秒", 1),), rows, "ms", goals)


def _by_the_standard_library(text: str, others: Sequence[str]) -> bool:
    return any(SequenceMatcher(None, text, other, autojunk=False).ratio() >= NEAR for other in others)
