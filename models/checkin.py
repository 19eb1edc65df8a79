"""CheckIn: a member's study on a day, and Streak, the run of days that ends with the last of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Executable,
    Integer,
    Text,
    UniqueConstraint,
    case,
    delete,
    false,
    text,
)
from sqlalchemy import select as rows_of
from sqlmodel import Field, Session, SQLModel, col, select

from models import leave
from models.database import given_each
from models.habit import run_from
from models.leave import Leave
from models.statement import EachRow, insert_for


class CheckIn(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("member_id", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    # The organisation's date, with the hour at which its day turns already applied.
    day: date
    at: datetime
    # What was written, one line per message of that day.
    note: str = ""
    # What the words say of how much was read, and how many characters of their own thoughts they are.
    pages: int = 0
    chapters: int = 0
    words: int = 0
    # Written on a later day, within the rule for that.
    made_up: bool = False


class Streak(SQLModel, table=True):
    """Kept beside the check-ins so that an answer needn't read a year of them; `models.habit.run_from` is the truth."""

    member_id: int = Field(primary_key=True, foreign_key="member.id")
    length: int
    last_day: date
    # All days after `last_day` up to this one are leave.
    away_until: date | None = None


_AMOUNTS = ("pages", "chapters", "words")


def _recording(connection: Connection) -> Executable:
    kinds: dict[str, Any] = {"member_id": Integer(), "day": Date(), "at": DateTime(True), "note": Text()}
    kinds |= dict.fromkeys(_AMOUNTS, Integer())
    new = given_each(connection, **kinds)
    columns: list[Any] = [getattr(new.c, name) for name in kinds]
    rows = rows_of(*columns, false())
    statement = insert_for(connection)(CheckIn).from_select([*kinds, "made_up"], rows.where(text("1=1")), False)
    old, added = col(CheckIn.note), statement.excluded.note
    joined = case((added == text("''"), old), (old == text("''"), added), else_=old + text(_LINE_BREAK) + added)
    sums = {name: col(getattr(CheckIn, name)) + statement.excluded[name] for name in _AMOUNTS}
    upsert: Executable = statement.on_conflict_do_update(
        index_elements=["member_id", "day"], set_={"note": joined, **sums}
    )
    return upsert


def _keeping(connection: Connection) -> Executable:
    new = given_each(connection, member_id=Integer(), length=Integer(), last_day=Date())
    rows = rows_of(new.c.member_id, new.c.length, new.c.last_day).where(text("1=1"))
    statement = insert_for(connection)(Streak).from_select(["member_id", "length", "last_day"], rows, False)
    kept = {"length": statement.excluded.length, "last_day": statement.excluded.last_day}
    upsert: Executable = statement.on_conflict_do_update(index_elements=["member_id"], set_=kept)
    return upsert


_LINE_BREAK = "'\n'"
_record, _keep = EachRow(_recording), EachRow(_keeping)


def record(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes check-ins, rows of member_id, day, at, note, pages, chapters, words.

    A second one on a day adds its note and its amounts to the first.
    """
    _record.run(connection, rows)


def keep_streaks(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes streaks, rows of member_id, length, last_day."""
    _keep.run(connection, rows)


def recount(db: Session, member_id: int) -> None:
    """Makes a member's streak what check-ins and leaves say: after anything but the check-in of a new day."""
    run = run_from(days_of(db, member_id), leave.of(db, member_id))
    kept = db.get(Streak, member_id)
    if run is None:
        if kept is not None:
            db.delete(kept)
        return
    kept = kept or Streak(member_id=member_id, length=0, last_day=run.last_day)
    kept.length, kept.last_day, kept.away_until = run.length, run.last_day, run.away_until
    db.add(kept)


def recount_streaks(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for what is written in a batch, rows of member_id."""
    with Session(connection) as db:
        for row in rows:
            recount(db, row["member_id"])
        db.flush()


def make_up(db: Session, row: Mapping[str, Any]) -> bool:
    """Writes a check-in of an earlier day and marks it; where there is one already, adds to that. True if it is new."""
    there = on_day(db, row["member_id"], row["day"])
    record(db.connection(), [row])
    if there is None:
        mine = on_day(db, row["member_id"], row["day"])
        assert mine is not None
        mine.made_up = True
        db.add(mine)
    recount(db, row["member_id"])
    return there is None


def on_day(db: Session, member_id: int, day: date) -> CheckIn | None:
    """A member's check-in of one day."""
    return db.exec(select(CheckIn).where(CheckIn.member_id == member_id, CheckIn.day == day)).first()


def days_of(db: Session, member_id: int) -> list[date]:
    """Every day a member checked in."""
    return list(db.exec(select(col(CheckIn.day)).where(CheckIn.member_id == member_id)))


def forget(db: Session, member_id: int) -> None:
    """Deletes every check-in of a member, the streak, and the days of leave that it needed."""
    for table in (CheckIn, Streak, Leave):
        db.connection().execute(delete(table).where(col(table.member_id) == member_id))
