"""Importing topics, books and questions: matched by title, what the file says is stored, what it leaves out stays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Text
from sqlmodel import Session, col, select

from bot.files.rows import Said
from models.audit import note
from models.database import given, packed
from models.library import Book, Topic
from models.quiz import QuizQuestion
from scheduler.calendar import Hours
from scheduler.library import shorten, withdraw

Item = TypeVar("Item", Topic, Book, QuizQuestion)


@dataclass(eq=False)
class ItemStep(Generic[Item]):
    """What one row does to one item, which is None until a new one is written."""

    said: Said
    item: Item | None
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether nothing of that title is there yet."""
        return self.item is None


def plan_library(db: Session, table: type[Item], rows: Sequence[Said]) -> list[ItemStep[Item]]:
    """Decides what each row does. Reads, and changes nothing."""
    titles = given(db.connection(), title=Text())
    query = select(table).join(titles, titles.c.title == col(table.title))
    asked = packed(db.connection(), [{"title": said.facts["title"]} for said in rows])
    there = {item.title: item for item in db.exec(query, params={"given": asked})}
    steps = []
    for said in rows:
        item = there.get(said.facts["title"])
        changed = {name: value for name, value in said.facts.items() if item is None or getattr(item, name) != value}
        steps.append(ItemStep(said, item, changed))
    return steps


def apply_library(
    db: Session,
    table: type[Item],
    steps: Sequence[ItemStep[Item]],
    now: datetime,
    hours: Hours,
    told: Callable[[int], None],
) -> None:
    """Writes the steps of a plan made in this same transaction."""
    new, changed = 0, 0
    for number, step in enumerate(steps, start=1):
        if step.item is None:
            db.add(table(**step.changes))
            new += 1
        elif step.changes:
            _change(db, step.item, step.changes, hours)
            changed += 1
        if number % 100 == 0:
            told(number)
    note(db, f"import_{table.__tablename__}s", at=now, by=None, new=new, changed=changed)


def _change(db: Session, item: Topic | Book | QuizQuestion, changes: Mapping[str, Any], hours: Hours) -> None:
    for name, value in changes.items():
        setattr(item, name, value)
    if isinstance(item, QuizQuestion):
        return
    if changes.get("withdrawn"):
        withdraw(db, item)
    if changes.get("valid_until"):
        shorten(db, item, hours)
