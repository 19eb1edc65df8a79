"""CalendarDay: a day that is different from what the calendar says, everywhere or in one part of the tree."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, Index, UniqueConstraint, select, text
from sqlmodel import Field, SQLModel, col

from models.branch import Branch
from models.database import choice


class DayKind(StrEnum):
    """`off` and `work` correct the official calendar, `closure` is the organisation's own, `solemn` holds joy."""

    OFF = "off"
    WORK = "work"
    CLOSURE = "closure"
    SOLEMN = "solemn"


class CalendarDay(SQLModel, table=True):
    # The second one is for days that hold everywhere, since databases take no two NULLs for equal.
    __table_args__ = (
        UniqueConstraint("branch_id", "day", "kind"),
        Index(
            "ix_calendarday_everywhere",
            "day",
            "kind",
            unique=True,
            sqlite_where=text("branch_id IS NULL"),
            postgresql_where=text("branch_id IS NULL"),
        ),
        Index("ix_calendarday_day", "day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    day: date
    kind: DayKind = Field(sa_type=choice(DayKind))
    branch_id: int | None = Field(default=None, foreign_key="branch.id")
    name: str = Field(default="", max_length=40)


# Below this path lies everything.
EVERYWHERE = "/"


class Mark(NamedTuple):
    """A day of the table, and the path of the sub-tree for which it holds."""

    day: date
    kind: DayKind
    name: str
    path: str


def marked(connection: Connection, *kinds: DayKind, since: date = date.min) -> list[Mark]:
    """The days of these kinds from `since` on, in order; of two for one day, the one that was written first."""
    query = (
        select(col(CalendarDay.day), col(CalendarDay.kind), col(CalendarDay.name), col(Branch.path))
        .select_from(CalendarDay)
        .outerjoin(Branch, col(Branch.id) == col(CalendarDay.branch_id))
        .where(col(CalendarDay.kind).in_(kinds), col(CalendarDay.day) >= since)
        .order_by(col(CalendarDay.day), col(CalendarDay.id))
    )
    return [Mark(day, DayKind(kind), name, path or EVERYWHERE) for day, kind, name, path in connection.execute(query)]
