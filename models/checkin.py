"""CheckIn: a member's study on a day, and Streak, the run of days that ends with the last of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Executable, Integer, Text, UniqueConstraint, case, delete, text
from sqlalchemy import select as rows_of
from sqlmodel import Field, Session, SQLModel, col, select

from models.database import given_each
from models.statement import EachRow, insert_for

ONE_DAY = timedelta(days=1)


class CheckIn(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("member_id", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    # The organisation's date, with the hour at which its day turns already applied.
    day: date
    at: datetime
    # What was written, one line per message of that day.
    note: str = ""


class Streak(SQLModel, table=True):
    """Kept beside the check-ins so that an answer needn't read a year of them; `streak_from` is the truth."""

    member_id: int = Field(primary_key=True, foreign_key="member.id")
    length: int
    last_day: date


def streak_from(days: Sequence[date]) -> tuple[int, date] | None:
    """The run of consecutive days that ends with the last of `days` (in any order): its length and that day."""
    known = set(days)
    if not known:
        return None
    last = max(known)
    length = 1
    while last - length * ONE_DAY in known:
        length += 1
    return length, last


def lengthened(length: int, last_day: date | None, day: date) -> int:
    """The streak's length after a check-in on `day`, which is not before `last_day`."""
    if last_day == day:
        return length
    return length + 1 if last_day == day - ONE_DAY else 1


def _recording(connection: Connection) -> Executable:
    new = given_each(connection, member_id=Integer(), day=Date(), at=DateTime(True), note=Text())
    rows = rows_of(new.c.member_id, new.c.day, new.c.at, new.c.note).where(text("1=1"))
    statement = insert_for(connection)(CheckIn).from_select(["member_id", "day", "at", "note"], rows, False)
    old, added = col(CheckIn.note), statement.excluded.note
    joined = case((added == text("''"), old), (old == text("''"), added), else_=old + text(_LINE_BREAK) + added)
    upsert: Executable = statement.on_conflict_do_update(index_elements=["member_id", "day"], set_={"note": joined})
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
    """Writes check-ins, rows of member_id, day, at, note: a second one on a day adds its note to the first."""
    _record.run(connection, rows)


def keep_streaks(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes streaks, rows of member_id, length, last_day."""
    _keep.run(connection, rows)


def days_between(db: Session, member_id: int, first: date, last: date) -> list[date]:
    """The days a member checked in from `first` to `last`, both included, in order."""
    query = select(col(CheckIn.day)).where(CheckIn.member_id == member_id, CheckIn.day >= first, CheckIn.day <= last)
    return list(db.exec(query.order_by(col(CheckIn.day))))


def forget(db: Session, member_id: int) -> None:
    """Deletes every check-in of a member, and the streak."""
    db.connection().execute(delete(CheckIn).where(col(CheckIn.member_id) == member_id))
    db.connection().execute(delete(Streak).where(col(Streak.member_id) == member_id))
