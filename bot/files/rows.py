"""What the rows of a file say, each cell by its column. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from bot.files import questions
from bot.files.births import Birth, settled
from bot.files.columns import BOOKS, DAYS, MEMBERS, QUESTIONS, TOPICS, Column, Found, find_columns
from bot.files.dates import Bounds
from bot.files.faults import Remark, Unclear
from bot.files.sheet import Row, Sheet
from models.member import Precision

# What one message of the platform holds, less what our own sentences around it need.
LONGEST_ITEM_BYTES = 1600

# From so many dates on it is no accident if all of them are the first of a month.
ENOUGH_DATES = 8


@dataclass(frozen=True, slots=True)
class Said:
    """One good row: what it says, by the stored field; what an empty cell leaves open isn't there."""

    number: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, read: its good rows, what is wrong with the others, and what else is worth saying."""

    rows: Sequence[Said]
    faults: Sequence[Remark]
    remarks: Sequence[Remark] = field(default=())


def read_members(sheet: Sheet, bounds: Bounds) -> Reading:
    """The rows of a roster. Raises `FileError`."""
    found = find_columns(sheet, MEMBERS)
    reading = _read(found, bounds, partial(_life, bounds=bounds))
    return Reading(reading.rows, reading.faults, (*reading.remarks, *_all_firsts(reading.rows)))


def read_topics(sheet: Sheet, bounds: Bounds) -> Reading:
    """The rows of a library of topics. Raises `FileError`."""
    return _titles_once(_read(find_columns(sheet, TOPICS), bounds, _fits_a_message))


def read_books(sheet: Sheet, bounds: Bounds) -> Reading:
    """The rows of a library of books. Raises `FileError`."""
    return _titles_once(_read(find_columns(sheet, BOOKS), bounds, _fits_a_message))


def read_questions(sheet: Sheet, bounds: Bounds) -> Reading:
    """The rows of a bank of questions. Raises `FileError`."""
    return _titles_once(_read(find_columns(sheet, QUESTIONS), bounds, questions.settle))


def read_days(sheet: Sheet, bounds: Bounds) -> Reading:
    """The rows of a calendar. Raises `FileError`."""
    return _read(find_columns(sheet, DAYS), bounds, lambda _number, _facts: [])


def _read(found: Found, bounds: Bounds, check: Any) -> Reading:
    good: list[Said] = []
    faults: list[Remark] = []
    for row in found.rows:
        facts, wrong = _read_row(row, found, bounds)
        wrong += [] if wrong else check(row.number, facts)
        faults += wrong
        if not wrong:
            good.append(Said(row.number, facts))
    return Reading(good, faults, found.remarks)


def _read_row(row: Row, found: Found, bounds: Bounds) -> tuple[dict[str, Any], list[Remark]]:
    facts: dict[str, Any] = {}
    wrong: list[Remark] = []
    for place, column in found.places.items():
        cell = row.cells[place] if place < len(row.cells) else ""
        try:
            facts |= _read_cell(column, cell, bounds)
        except Unclear as error:
            values = {"column": found.headers[place], **error.values}
            wrong.append(Remark(row.number, error.key, values))
    if any(row.cells[len(found.headers) :]):
        wrong.append(Remark(row.number, "cells_too_many"))
    return facts, wrong


def _read_cell(column: Column, cell: str, bounds: Bounds) -> Mapping[str, Any]:
    said = column.read(cell, bounds) if cell else {}
    if column.needed and not any(said.values()):
        raise Unclear("needed")
    return said


def _life(number: int, facts: dict[str, Any], bounds: Bounds) -> list[Remark]:
    """Whether the dates of a life come in their order, as far as they are known to the day; settles the birth's."""
    if isinstance(facts.get("born_on"), Birth):
        try:
            facts["born_on"], facts["calendar"] = settled(facts["born_on"], facts.get("calendar"), bounds)
        except Unclear as error:
            return [Remark(number, error.key, {"column": "出生日期", **error.values})]
    born, joined, full = (facts.get(name) for name in ("born_on", "joined_on", "full_on"))
    if born and joined and joined <= born:
        return [Remark(number, "joined_before_born")]
    if joined and full and full < _latest_start(facts, joined):
        return [Remark(number, "full_before_joined")]
    return []


def _latest_start(facts: Mapping[str, Any], joined: date) -> date:
    by_month = Precision.MONTH in (facts.get("joined_precision"), facts.get("full_precision"))
    return joined.replace(day=1) if by_month else joined


def _fits_a_message(number: int, facts: Mapping[str, Any]) -> list[Remark]:
    shown = ("title", "summary", "link", "question", "author", "reason")
    size = sum(len(str(facts.get(name, "")).encode()) for name in shown)
    return [Remark(number, "item_too_long", {"limit": LONGEST_ITEM_BYTES // 3})] if size > LONGEST_ITEM_BYTES else []


def _titles_once(reading: Reading) -> Reading:
    first: dict[str, int] = {}
    good, faults = [], list(reading.faults)
    for said in reading.rows:
        earlier = first.setdefault(said.facts["title"], said.number)
        if earlier == said.number:
            good.append(said)
        else:
            faults.append(Remark(said.number, "title_twice", {"title": said.facts["title"], "earlier": earlier}))
    return Reading(good, sorted(faults, key=lambda fault: fault.row), reading.remarks)


def _all_firsts(rows: Iterable[Said]) -> list[Remark]:
    """A spreadsheet that knows only the month stores its first day: nobody's day should be made up from that."""
    days: Counter[int] = Counter()
    for said in rows:
        if said.facts.get("joined_on") and said.facts["joined_precision"] is Precision.DAY:
            days[said.facts["joined_on"].day] += 1
    return [Remark(0, "all_firsts")] if days[1] >= ENOUGH_DATES and days.total() == days[1] else []
