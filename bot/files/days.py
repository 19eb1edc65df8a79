"""Importing the organisation's days: what differs from the official calendar, and where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from bot.files.cells import NO_DAY
from bot.files.faults import Remark, Unclear
from bot.files.rows import Said
from bot.files.tree import Tree
from models.audit import note
from models.calendar_day import CalendarDay, DayKind
from scheduler import solemn
from scheduler.rules import Rules
from scheduler.tick import retime

# Of these a place has one a day: a day is either off or worked.
_SLOTS = {DayKind.OFF: "official", DayKind.WORK: "official", DayKind.CLOSURE: "closure", DayKind.SOLEMN: "solemn"}

Slot = tuple[int | None, date, str]


@dataclass(frozen=True, slots=True)
class DayStep:
    """What one row does: `before` are the days that it replaces or takes out, `now` the one that it writes."""

    before: tuple[CalendarDay, ...]
    now: CalendarDay | None

    @property
    def is_idle(self) -> bool:
        """Whether the day is there already as the row says."""
        if self.now is None or len(self.before) != 1:
            return not (self.now or self.before)
        return (self.before[0].kind, self.before[0].name) == (self.now.kind, self.now.name)


@dataclass(frozen=True, slots=True)
class DaysPlan:
    """What a file would do, and what is wrong with it."""

    steps: Sequence[DayStep]
    faults: Sequence[Remark]


def plan_days(db: Session, rows: Sequence[Said]) -> DaysPlan:
    """Decides what each row does. Reads, and changes nothing."""
    tree, first = Tree.read(db), dict[Slot, int]()
    there: dict[Slot, CalendarDay] = {
        (row.branch_id, row.day, _SLOTS[DayKind(row.kind)]): row for row in db.exec(select(CalendarDay))
    }
    steps, faults = [], []
    for said in rows:
        try:
            branch_id = _branch(tree, said)
        except Unclear as error:
            faults.append(Remark(said.number, error.key, {"column": "支部", **error.values}))
            continue
        kind, day = said.facts["kind"], said.facts["day"]
        slots = [(branch_id, day, slot) for slot in ({*_SLOTS.values()} if kind == NO_DAY else {_SLOTS[kind]})]
        earlier = min((first.setdefault(slot, said.number) for slot in slots), default=said.number)
        if earlier != said.number:
            faults.append(Remark(said.number, "day_twice", {"day": day.isoformat(), "earlier": earlier}))
            continue
        before = tuple(there[slot] for slot in slots if slot in there)
        steps.append(DayStep(before, _day(said, branch_id, before)))
    return DaysPlan(steps, faults)


def _branch(tree: Tree, said: Said) -> int | None:
    """The branch for which a row holds; None is everywhere. Raises `Unclear`."""
    if not said.facts.get("branch"):
        return None
    path = tree.branch(said.facts["branch"])
    if path not in tree.nodes:
        raise Unclear("branch_unknown", value="/".join(said.facts["branch"]))
    return tree.nodes[path].id


def _day(said: Said, branch_id: int | None, before: tuple[CalendarDay, ...]) -> CalendarDay | None:
    if said.facts["kind"] == NO_DAY:
        return None
    # A cell that says nothing leaves the name as it is.
    name = said.facts.get("name", before[0].name if before else "")
    return CalendarDay(day=said.facts["day"], kind=said.facts["kind"], branch_id=branch_id, name=name)


def apply_days(db: Session, plan: DaysPlan, rules: Rules, now: datetime, told: Callable[[int], None]) -> None:
    """Writes the steps of a plan made in this same transaction, and has everything look at its days anew."""
    active = [step for step in plan.steps if not step.is_idle]
    for step in active:
        for row in step.before:
            db.delete(row)
    db.flush()
    for number, step in enumerate(active, start=1):
        if step.now is not None:
            db.add(step.now)
        told(number)
    db.flush()
    retime(db, rules, now)
    solemn.let_go(db, now)
    note(db, "import_days", at=now, by=None, changed=len(active))


def day_rows(db: Session) -> list[CalendarDay]:
    """All days, in order, for an export."""
    return list(db.exec(select(CalendarDay).order_by(col(CalendarDay.day), col(CalendarDay.id))))
