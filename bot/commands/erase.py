"""`erase`: a person leaves no trace, and the report says table by table what went."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, update
from sqlmodel import Session, SQLModel, col, select

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line
from bot.commands.places import find_member
from models.audit import Audit, note
from models.birthday import BirthdayStrike
from models.broadcast import Broadcast, BroadcastKind
from models.follower import Follower
from models.mass import MassSend
from models.member import Member
from models.pause import Pause
from models.push import Push
from models.role import LastAdminError, end_roles
from models.tables import PERSONAL, Personal

# What they did stays, without their name on it.
TRACES: tuple[tuple[type[SQLModel], str], ...] = (
    (Audit, "member_id"),
    (Audit, "subject_id"),
    (Broadcast, "author_id"),
    (Pause, "by_member_id"),
    (MassSend, "ordered_by"),
    (BirthdayStrike, "by_member_id"),
)


# Broadcasts to a single person.
_OF_ONE = (BroadcastKind.ANSWER, BroadcastKind.NEWS, BroadcastKind.REMINDER)


@dataclass(frozen=True, slots=True)
class Gone:
    """How many rows of a table went."""

    table: str
    count: int


async def erase(product: Product, *, member: str) -> AsyncIterator[Event]:
    """Deletes everything that is stored of one person."""
    now = product.clock.now()

    def work(db: Session) -> tuple[str, list[Gone]]:
        person = find_member(db, member)
        try:
            end_roles(db, person.id or 0, product.rules.hours.day(now))
        except LastAdminError:
            raise CommandError("erase_last_admin", name=person.name) from None
        gone = erase_member(db, person)
        note(db, "erase", at=now, by=None, rows=sum(part.count for part in gone))
        return person.name, gone

    name, gone = await product.writer.run(work)
    for part in gone:
        what = product.texts(f"commands.table_{part.table}")
        yield Line(product.texts("commands.erased_rows", what=what, count=part.count))
    yield Line(product.texts("commands.erased", name=name), "good")
    yield Ended()


def erase_member(db: Session, member: Member) -> list[Gone]:
    """Deletes a member from every table of `models.tables.PERSONAL`, in the caller's transaction."""
    assert member.id is not None
    openids = list(db.exec(select(Follower.openid).where(Follower.member_id == member.id)))
    db.flush()
    for table, column in TRACES:
        place = getattr(table, column)
        db.connection().execute(update(table).where(place == member.id).values({column: None}))
    gone = [Gone(part.table.__name__.lower(), _delete(db, part, member.id, openids)) for part in _children_first()]
    _forget_in_broadcasts(db, member.name)
    db.expunge(member)
    return [part for part in gone if part.count]


def _forget_in_broadcasts(db: Session, name: str) -> None:
    """What was owed to this person alone goes; lists of birthdays lose the name."""
    owed = exists().where(col(Push.broadcast_id) == col(Broadcast.id))
    db.connection().execute(delete(Broadcast).where(col(Broadcast.kind).in_(_OF_ONE), ~owed))
    for listed in db.exec(select(Broadcast).where(Broadcast.kind == BroadcastKind.BIRTHDAY_LIST)):
        facts = dict(listed.facts)
        facts["rows"] = [row for row in facts.get("rows", []) if row["name"] != name]
        facts["names"] = [one for one in facts.get("names", []) if one != name]
        kept = {key: value for key, value in facts.items() if key in listed.facts}
        if kept != listed.facts:
            listed.facts = kept
            db.add(listed)
    db.flush()


def _children_first() -> list[Personal]:
    """The tables in an order in which no row is needed by another any more when it goes."""
    order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    parts = [part for part in PERSONAL if part.table is not Audit]
    return sorted(parts, key=lambda part: -order[part.table.__tablename__])  # type: ignore[index]


def _delete(db: Session, part: Personal, member_id: int, openids: list[str]) -> int:
    column: Any = getattr(part.table, part.names)
    mine = column.in_(openids) if part.names == "openid" else column == member_id
    return db.connection().execute(delete(part.table).where(mine)).rowcount
