"""`import members`, `import topics`, `import books`, `import questions`, `import days`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line, Progress
from bot.files.dates import Bounds
from bot.files.days import apply_days, plan_days
from bot.files.faults import FileError, Remark
from bot.files.library import Item, apply_library, plan_library
from bot.files.roster import RosterPlan, plan_roster
from bot.files.roster_apply import Circumstances, Told, apply_roster
from bot.files.rows import Reading, read_books, read_days, read_members, read_questions, read_topics
from bot.files.sheet import Row, Sheet
from models.library import Book, Topic
from models.quiz import QuizQuestion
from scheduler.defaults import quiz_plans

# More of them say nothing new, and would push the first ones off the screen.
MOST_LINES = 50


def sheet_arguments(sheet: Sheet) -> dict[str, Any]:
    """A file as arguments of these commands: it is read where the command was typed, by that user's rights."""
    return {"rows": [[row.number, list(row.cells)] for row in sheet.rows], "unread": list(sheet.unread)}


def _sheet(rows: list[list[Any]], unread: list[str]) -> Sheet:
    return Sheet(tuple(Row(number, tuple(cells)) for number, cells in rows), tuple(unread))


@dataclass(slots=True)
class Outcome:
    """What an import did or, on a dry run, would do."""

    faults: Sequence[Remark]
    remarks: Sequence[Remark]
    new: int = 0
    changed: int = 0
    left: int = 0
    same: int = 0
    branches: Sequence[str] = ()


# Plans in the session given, and applies the plan unless `told` is None or something is wrong.
Work = Callable[[Session, Told | None], Outcome]


async def import_members(
    product: Product, *, rows: list[list[Any]], unread: list[str], dry_run: bool, keep_good: bool
) -> AsyncIterator[Event]:
    """Imports a roster; all or nothing unless `keep_good`."""
    reading = await _read(read_members, product, rows, unread)
    at = Circumstances(product.clock.now(), product.rules, product.config.organisation.keeps_record)

    def work(db: Session, told: Told | None) -> Outcome:
        plan = plan_roster(db, reading.rows, at.today, lock=told is not None)
        outcome = _of_roster(reading, plan)
        if told and (keep_good or not outcome.faults):
            apply_roster(db, plan, at, told)
        return outcome

    async for event in _import(product, work, len(reading.rows), dry_run=dry_run, keep_good=keep_good):
        yield event


def _of_roster(reading: Reading, plan: RosterPlan) -> Outcome:
    faults = sorted((*reading.faults, *plan.faults), key=lambda fault: fault.row)
    active = [step for step in plan.steps if not step.is_idle]
    return Outcome(
        faults,
        (*reading.remarks, *plan.remarks),
        new=sum(step.is_new for step in active),
        changed=sum(not step.is_new and not step.leaves for step in active),
        left=sum(step.leaves for step in active),
        same=len(plan.steps) - len(active),
        branches=["/".join(path) for path in plan.new_branches],
    )


async def import_topics(
    product: Product, *, rows: list[list[Any]], unread: list[str], dry_run: bool, keep_good: bool
) -> AsyncIterator[Event]:
    """Imports topics, matched by title."""
    reading = await _read(read_topics, product, rows, unread)
    work = _library_work(product, Topic, reading, keep_good=keep_good)
    async for event in _import(product, work, len(reading.rows), dry_run=dry_run, keep_good=keep_good):
        yield event


async def import_books(
    product: Product, *, rows: list[list[Any]], unread: list[str], dry_run: bool, keep_good: bool
) -> AsyncIterator[Event]:
    """Imports books, matched by title."""
    reading = await _read(read_books, product, rows, unread)
    work = _library_work(product, Book, reading, keep_good=keep_good)
    async for event in _import(product, work, len(reading.rows), dry_run=dry_run, keep_good=keep_good):
        yield event


async def import_questions(
    product: Product, *, rows: list[list[Any]], unread: list[str], dry_run: bool, keep_good: bool
) -> AsyncIterator[Event]:
    """Imports questions, matched by what they ask; with the first ones comes the plan that asks them."""
    reading = await _read(read_questions, product, rows, unread)
    write, now = _library_work(product, QuizQuestion, reading, keep_good=keep_good), product.clock.now()

    def work(db: Session, told: Told | None) -> Outcome:
        outcome = write(db, told)
        if told and (keep_good or not outcome.faults):
            db.flush()
            quiz_plans(db, product.rules, now)
        return outcome

    async for event in _import(product, work, len(reading.rows), dry_run=dry_run, keep_good=keep_good):
        yield event


async def import_days(
    product: Product, *, rows: list[list[Any]], unread: list[str], dry_run: bool, keep_good: bool
) -> AsyncIterator[Event]:
    """Imports days off, working weekends, closures and solemn days, matched by date and branch."""
    reading = await _read(read_days, product, rows, unread)
    now = product.clock.now()

    def work(db: Session, told: Told | None) -> Outcome:
        plan = plan_days(db, reading.rows)
        faults = sorted((*reading.faults, *plan.faults), key=lambda fault: fault.row)
        if told and (keep_good or not faults):
            apply_days(db, plan, product.rules, now, told)
        active = [step for step in plan.steps if not step.is_idle]
        new = sum(not step.before for step in active)
        same = len(plan.steps) - len(active)
        return Outcome(faults, reading.remarks, new=new, changed=len(active) - new, same=same)

    async for event in _import(product, work, len(reading.rows), dry_run=dry_run, keep_good=keep_good):
        yield event


def _library_work(product: Product, table: type[Item], reading: Reading, *, keep_good: bool) -> Work:
    now = product.clock.now()

    def work(db: Session, told: Told | None) -> Outcome:
        steps = plan_library(db, table, reading.rows)
        new, changed = sum(step.is_new for step in steps), sum(bool(step.changes) for step in steps)
        if told and (keep_good or not reading.faults):
            apply_library(db, table, steps, now, product.rules.hours, told)
        return Outcome(reading.faults, reading.remarks, new=new, changed=changed - new, same=len(steps) - changed)

    return work


async def _read(
    read: Callable[[Sheet, Bounds], Reading], product: Product, rows: list[list[Any]], unread: list[str]
) -> Reading:
    bounds = Bounds(product.rules.hours.day(product.clock.now()), int(product.texts.terms["最早年份"]))
    try:
        return await asyncio.to_thread(read, _sheet(rows, unread), bounds)
    except FileError as error:
        raise CommandError("file_refused", reason=error.said(product.texts)) from None


async def _import(product: Product, work: Work, total: int, *, dry_run: bool, keep_good: bool) -> AsyncIterator[Event]:
    if dry_run:
        outcome = await asyncio.to_thread(_only_plan, product, work)
    else:
        done = 0

        def told(rows: int) -> None:
            nonlocal done
            done = rows

        writing = asyncio.ensure_future(product.writer.run(lambda db: work(db, told)))
        while not writing.done():
            await asyncio.wait([writing], timeout=0.1)
            yield Progress(done, total, product.texts("commands.writing"))
        outcome = await writing
    for event in _report(product, outcome, dry_run=dry_run, keep_good=keep_good):
        yield event


def _only_plan(product: Product, work: Work) -> Outcome:
    with product.database.reading() as db:
        return work(db, None)


def _report(product: Product, outcome: Outcome, *, dry_run: bool, keep_good: bool) -> list[Event]:
    texts = product.texts
    lines = [Line(fault.said(texts), "bad") for fault in outcome.faults[:MOST_LINES]]
    if len(outcome.faults) > MOST_LINES:
        lines.append(Line(texts("commands.more_faults", count=len(outcome.faults) - MOST_LINES), "bad"))
    lines += [Line(remark.said(texts), "warning") for remark in outcome.remarks[:MOST_LINES]]
    wrong = len({fault.row for fault in outcome.faults})
    refused = wrong > 0 and not keep_good
    if outcome.branches and not refused:
        lines.append(Line(texts("commands.new_branches", names="、".join(outcome.branches))))
    counts = {"new": outcome.new, "changed": outcome.changed, "left": outcome.left, "same": outcome.same}
    if refused:
        lines.append(Line(texts("commands.import_refused", wrong=wrong), "bad"))
    elif dry_run:
        lines.append(Line(texts("commands.import_would", **counts), "good"))
    else:
        lines.append(Line(texts("commands.import_done", **counts), "good"))
    if wrong and keep_good:
        lines.append(Line(texts("commands.import_left_out", wrong=wrong), "warning"))
    return [*lines, Ended(1 if refused else 0)]
