"""How much is understood of what people write, and what understanding a message costs.

The utterances are those of `tests/understanding/`; README.md there says how they are counted.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from time import process_time

from bench.machine import ROOT
from bench.options import Options
from bench.report import Column, Figures, Report, Row
from bot import dispatch
from bot.misread import Misread
from bot.offers.likeliest import likeliest
from bot.times import clock_time, day, last_day, moment, number
from bot.turn import Who

FOLDER = ROOT / "tests" / "understanding"
NONE = "-"
_TODAY = date(2026, 7, 1)
_NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
_WHO = {"new": Who.AGREED, "member": Who.MEMBER, "leader": Who.LEADER, "admin": Who.ADMIN}
_READERS: tuple[Callable[[str], object], ...] = (
    clock_time,
    lambda text: last_day(text, _TODAY),
    lambda text: day(text, _TODAY),
    lambda text: moment(text, _NOW),
    number,
)


_CORPORA = (
    ("corpus", "the corpus that was tuned with"),
    ("held_out", "held out"),
    ("held_out_2", "held out, the second"),
    ("held_out_3", "held out, everyday words"),
)


class Verdict(StrEnum):
    """What became of an utterance. `OFFERED` did nothing, and has what was meant among the three things to tap."""

    RIGHT = "right"
    OFFERED = "offered"
    MISSED = "missed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line of a corpus: who says what, and the documented words that mean the same."""

    who: str
    said: str
    means: str


def corpus(name: str, folder: Path = FOLDER) -> list[Utterance]:
    """The utterances of a file."""
    lines = (folder / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.replace("\\n", "\n").split("\t") for line in lines]
    return [Utterance(*row) for row in rows]


def verdict(one: Utterance) -> Verdict:
    """Whether it is understood as it is meant."""
    found = dispatch.meaning(one.said)
    if one.means == NONE:
        return Verdict.RIGHT if found.command is dispatch.FREE_TEXT else Verdict.WRONG
    if found.command is dispatch.FREE_TEXT:
        offered = [offer for offer in likeliest(one.said, _WHO[one.who]) if _same(offer, one.means)]
        return Verdict.OFFERED if offered else Verdict.MISSED
    return Verdict.RIGHT if _same(one.said, one.means) else Verdict.WRONG


def _same(one: str, other: str) -> bool:
    """Whether both mean the same command, said of the same."""
    found, wanted = dispatch.meaning(one), dispatch.meaning(other)
    assert wanted.command is not dispatch.FREE_TEXT, f"「{other}」 is documented, but no command"
    if (found.command.handle, found.command.decide) != (wanted.command.handle, wanted.command.decide):
        return False
    if found.words.keys() != wanted.words.keys():
        return False
    return all(_alike(found.words[name], wanted.words[name]) for name in found.words)


def _alike(one: str, other: str) -> bool:
    if "".join(one.split()) == "".join(other.split()):
        return True
    for read in _READERS:
        with suppress(Misread):
            if (value := read(one)) is not None and value == read(other):
                return True
    return False


def shares(utterances: Sequence[Utterance]) -> dict[str, float]:
    """In percent: of the commands how many are understood, and offered; of all texts, how many do something wrong."""
    verdicts = [(one, verdict(one)) for one in utterances]
    commands = [found for one, found in verdicts if one.means != NONE]
    return {
        "understood": 100 * commands.count(Verdict.RIGHT) / len(commands),
        "offered": 100 * commands.count(Verdict.OFFERED) / len(commands),
        "wrong": 100 * sum(found is Verdict.WRONG for _, found in verdicts) / len(verdicts),
    }


def run(options: Options) -> Report:
    """All corpora, counted, and the time a message takes when nobody has written it before."""
    rows = []
    for name, label in _CORPORA:
        utterances = corpus(name)
        found = shares(utterances)
        rounds: list[Figures] = [found | {"us": _microseconds(utterances)} for _ in range(options.rounds)]
        rows.append(Row(name, label, rounds))
    columns = (
        Column("understood", "understood %", 1),
        Column("offered", "offered %", 1),
        Column("wrong", "wrong action %", 1),
        Column("us", "µs a message", 0),
    )
    return Report("understanding", "What is understood", columns, rows, compared="us", goals=())


def _microseconds(utterances: Sequence[Utterance]) -> float:
    dispatch.meaning.cache_clear()
    begin = process_time()
    for one in utterances:
        dispatch.meaning(one.said)
    return (process_time() - begin) / len(utterances) * 1e6
