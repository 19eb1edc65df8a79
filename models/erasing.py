"""Erasing: a person goes from every table, wholly, or all but what the organisation itself keeps of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, update
from sqlmodel import Session, SQLModel, col, select

from models.audit import Audit
from models.birthday import BirthdayStrike
from models.broadcast import Broadcast, BroadcastKind
from models.erasure import Erasure
from models.follower import Follower
from models.mass import MassSend
from models.member import Member
from models.pause import Pause
from models.push import Push
from models.relief import Relief
from models.role import Participation, Role
from models.tables import PERSONAL, Personal
from models.transfer import Transfer

# What they did, or what was done to them, stays, without their name on it.
TRACES: tuple[tuple[type[SQLModel], str], ...] = (
    (Audit, "member_id"),
    (Audit, "subject_id"),
    (Broadcast, "author_id"),
    (Pause, "by_member_id"),
    (MassSend, "ordered_by"),
    (BirthdayStrike, "by_member_id"),
    (Transfer, "by_member_id"),
    (Relief, "asked_by"),
    (Relief, "agreed_by"),
)

# Broadcasts to a single person.
_OF_ONE = (BroadcastKind.ANSWER, BroadcastKind.NEWS, BroadcastKind.REMINDER)

# What the organisation brought, or answers for: a member who leaves takes nothing of it along.
SUPPLIED = (Member, Role, Participation, Transfer)


# What names several people to somebody else.
_LISTS = (BroadcastKind.BIRTHDAY_LIST, BroadcastKind.PROBATION)


@dataclass(frozen=True, slots=True)
class Gone:
    """How many rows of a table went."""

    table: str
    count: int


def erase_member(db: Session, member: Member, now: datetime) -> list[Gone]:
    """Deletes a member from every table of `models.tables.PERSONAL`, in the caller's transaction."""
    assert member.id is not None
    name, member_id = member.name, member.id
    openids = openids_of(db, member_id)
    db.flush()
    for table, column in TRACES:
        place = getattr(table, column)
        db.connection().execute(update(table).where(place == member_id).values({column: None}))
    gone = [Gone(part.table.__name__.lower(), _delete(db, part, member_id, openids)) for part in _children_first()]
    _forget_in_broadcasts(db, name, member_id)
    db.expunge(member)
    db.add(Erasure(at=now, member_number=member_id, whole=True))
    return [part for part in gone if part.count]


def erase_own(db: Session, member: Member, now: datetime) -> list[Gone]:
    """Deletes all that a member has added to their entry on the roster, which becomes as it was imported."""
    assert member.id is not None
    openids = openids_of(db, member.id)
    for name in ("streak_hidden", "topic_at", "ungreeted"):
        setattr(member, name, Member.model_fields[name].default)
    db.flush()
    parts = [part for part in _children_first() if part.table not in SUPPLIED]
    gone = [Gone(part.table.__name__.lower(), _delete(db, part, member.id, openids)) for part in parts]
    _forget_words_about(db, member.id)
    db.add(Erasure(at=now, member_number=member.id, whole=False))
    db.expire_all()
    return [part for part in gone if part.count]


def openids_of(db: Session, member_id: int) -> list[str]:
    """The follower that a member is bound to, if any."""
    return list(db.exec(select(Follower.openid).where(Follower.member_id == member_id)))


def _forget_in_broadcasts(db: Session, name: str, member_id: int) -> None:
    """Words to or about this person alone go; lists of birthdays lose the name."""
    _forget_words_about(db, member_id)
    for listed in db.exec(select(Broadcast).where(col(Broadcast.kind).in_(_LISTS))):
        facts = dict(listed.facts)
        for key in ("rows", "ahead"):
            facts[key] = [row for row in facts.get(key, []) if row["name"] != name]
        facts["names"] = [one for one in facts.get("names", []) if one != name]
        kept = {key: value for key, value in facts.items() if key in listed.facts}
        if kept != listed.facts:
            listed.facts = kept
            db.add(listed)
    db.flush()


def _forget_words_about(db: Session, member_id: int) -> None:
    words = select(Broadcast).where(Broadcast.kind == BroadcastKind.ANSWER)
    about = [one.id for one in db.exec(words) if one.facts.get("about") == member_id]
    db.connection().execute(delete(Push).where(col(Push.broadcast_id).in_(about)))
    owed = exists().where(col(Push.broadcast_id) == col(Broadcast.id))
    db.connection().execute(delete(Broadcast).where(col(Broadcast.kind).in_(_OF_ONE), ~owed))


def _children_first() -> list[Personal]:
    """The tables in an order in which no row is needed by another any more when it goes."""
    order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    parts = [part for part in PERSONAL if part.table is not Audit]
    return sorted(parts, key=lambda part: -order[part.table.__tablename__])  # type: ignore[index]


def _delete(db: Session, part: Personal, member_id: int, openids: list[str]) -> int:
    return db.connection().execute(delete(part.table).where(part.of(member_id, openids))).rowcount


def erased_again(db: Session, erasures: list[Erasure]) -> int:
    """Does to an older state what was done after it; how many people it had to be done to."""
    again = 0
    for one in erasures:
        member = db.get(Member, one.member_number)
        if member is not None:
            (erase_member if one.whole else erase_own)(db, member, one.at)
            again += 1
        db.flush()
    return again
