"""Note 心得: what a member wrote of their study, their own until they share it; Thanks and Comment: what others said.

A note stands on the wall of the branch it was shared in, as long as its author is active there: nobody has to take it
down when somebody leaves. A branch's wall shows what was shared in its sub-tree.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from models.branch import Branch
from models.consent import Purpose, agreed
from models.member import Member, Status
from models.statement import insert_for


class Note(SQLModel, table=True):
    # A number is never given twice: whoever thanks for number 3 means the note they read under it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    at: datetime
    text: str
    # The home branch on whose wall it stands, or stood last; it stands there while `shared_at` is set.
    shared_in: int | None = Field(default=None, foreign_key="branch.id", index=True)
    shared_at: datetime | None = None
    # Why a leader took these very words off the wall; other words may be shared again.
    taken_off: str = Field(default="", max_length=100)


class Thanks(SQLModel, table=True):
    """One of each member at most."""

    note_id: int = Field(primary_key=True, foreign_key="note.id", ondelete="CASCADE")
    member_id: int = Field(primary_key=True, foreign_key="member.id", index=True)
    at: datetime


class Comment(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    note_id: int = Field(foreign_key="note.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    # The home branch of whoever wrote it; shown while they are there.
    branch_id: int = Field(foreign_key="branch.id")
    at: datetime
    text: str


# A note and its author's name; None where they haven't agreed that others read it.
Read = tuple[Note, str | None]

# Where a note or a comment belongs, beside where its writer is now.
_Place = aliased(Branch)


# The name of those alone who agreed to `sharing`.
_SIGNED: Any = case((agreed(Purpose.SHARING, col(Member.id)), col(Member.name)))


def _on_wall(root: str) -> Any:
    """The notes on the walls of a sub-tree."""
    return (
        select(Note, _SIGNED)
        .join(Member, col(Member.id) == Note.member_id)
        .join(Branch, col(Branch.id) == Member.branch_id)
        .join(_Place, col(_Place.id) == Note.shared_in)
        .where(col(Note.shared_at).is_not(None), Member.status != Status.INACTIVE)
        .where(col(Branch.path).startswith(col(_Place.path)), col(_Place.path).startswith(root))
    )


def wall(db: Session, root: str, first: int, count: int) -> Sequence[Read]:
    """`count` notes of the wall that the home branch at `root` sees, from the `first` on, the latest shared first."""
    latest = _on_wall(root).order_by(col(Note.shared_at).desc(), col(Note.id).desc())
    return [(note, name) for note, name in db.exec(latest.offset(first).limit(count))]


def wall_size(db: Session, root: str) -> int:
    """How many notes that wall has."""
    size: int = db.exec(select(func.count()).select_from(_on_wall(root).subquery())).one()
    return size


def on_wall(db: Session, root: str, note_id: int) -> Read | None:
    """The note of that number, if it stands on that wall."""
    found: Read | None = db.exec(_on_wall(root).where(Note.id == note_id)).first()
    return found


def governed(db: Session, scope: str, note_id: int) -> tuple[Note, str] | None:
    """The note of that number and its author's name, if it stands on a wall and the author is in the sub-tree."""
    query = _on_wall("/").where(Note.id == note_id, col(Branch.path).startswith(scope))
    found: tuple[Note, str] | None = db.exec(query.with_only_columns(Note, Member.name)).first()
    return found


def all_shared(db: Session) -> Sequence[tuple[Note, Member]]:
    """Every note that stands on a wall, with its author."""
    query = _on_wall("/").with_only_columns(Note, Member).order_by(col(Note.id))
    return [(note, member) for note, member in db.exec(query)]


def others_words(db: Session, root: str, member_id: int, most: int) -> Sequence[str]:
    """The texts on that wall that this member hasn't written, the `most` latest of them."""
    query = _on_wall(root).where(Note.member_id != member_id).with_only_columns(Note.text)
    return list(db.connection().execute(query.order_by(col(Note.shared_at).desc()).limit(most)).scalars())


def written_by(db: Session, member_id: int, first: int = 0, count: int | None = None) -> Sequence[Note]:
    """A member's own notes, the latest first, shared or not."""
    query = select(Note).where(Note.member_id == member_id).order_by(col(Note.id).desc())
    return db.exec(query.offset(first).limit(count)).all()


def count_by(db: Session, member_id: int) -> int:
    """How many notes a member has written."""
    return db.exec(select(func.count()).where(col(Note.member_id) == member_id)).one()


def own(db: Session, member_id: int, note_id: int) -> Note | None:
    """A member's own note of that number."""
    return db.exec(select(Note).where(Note.id == note_id, Note.member_id == member_id)).first()


def standing(db: Session, member_id: int) -> set[int]:
    """Which of a member's notes stand on a wall now."""
    query = _on_wall("/").where(Note.member_id == member_id).with_only_columns(Note.id)
    return set(db.connection().execute(query).scalars())


def share(db: Session, note: Note, home: Branch, now: datetime) -> None:
    """Puts a note on the wall of its author's home branch."""
    if note.shared_in not in (None, home.id):
        # What was said of it on another branch's wall was said to that branch.
        for table in (Thanks, Comment):
            db.connection().execute(delete(table).where(col(table.note_id) == note.id))
    note.shared_in, note.shared_at = home.id, now


def thank(db: Session, note_id: int, member_id: int, now: datetime) -> bool:
    """Notes a member's thanks; whether it is the first of theirs for this note."""
    insert = insert_for(db.connection())(Thanks).values(note_id=note_id, member_id=member_id, at=now)
    # PostgreSQL's driver doesn't count what such an insert left out.
    new = db.connection().execute(insert.on_conflict_do_nothing().returning(col(Thanks.note_id)))
    return new.first() is not None


def thanked_by(db: Session, member_id: int, note_ids: Collection[int]) -> set[int]:
    """For which of these notes a member has said thanks."""
    query = select(Thanks.note_id).where(Thanks.member_id == member_id, col(Thanks.note_id).in_(note_ids))
    return set(db.exec(query))


def thanks_for(db: Session, note_ids: Collection[int]) -> dict[int, int]:
    """How many members said thanks, by note; for the author alone."""
    return _count(db, Thanks, note_ids)


def comments_for(db: Session, note_ids: Collection[int]) -> dict[int, int]:
    """How many comments there are, by note."""
    return _count(db, Comment, note_ids)


def _count(db: Session, table: type[Thanks] | type[Comment], note_ids: Collection[int]) -> dict[int, int]:
    query: Any = select(col(table.note_id), func.count()).where(col(table.note_id).in_(note_ids))
    return dict(db.exec(query.group_by(col(table.note_id))).all())


def comments(db: Session, note_id: int) -> Sequence[tuple[str | None, str]]:
    """The comments on a note in their order, of those who are still where they wrote them: name, as above, and text."""
    query = (
        select(_SIGNED, Comment.text)
        .join(Member, col(Member.id) == Comment.member_id)
        .join(Branch, col(Branch.id) == Member.branch_id)
        .join(_Place, col(_Place.id) == Comment.branch_id)
        .where(Comment.note_id == note_id, Member.status != Status.INACTIVE)
        .where(col(Branch.path).startswith(col(_Place.path)))
    )
    return [(name, said) for name, said in db.exec(query.order_by(col(Comment.id)))]


def last_comment(db: Session, note_id: int, member_id: int) -> Comment | None:
    """What a member has said last about a note."""
    mine = select(Comment).where(Comment.note_id == note_id, Comment.member_id == member_id)
    return db.exec(mine.order_by(col(Comment.id).desc())).first()


def forget(db: Session, member_id: int) -> None:
    """Deletes a member's notes with all that was said about them, and what they said about others'."""
    for table in (Comment, Thanks, Note):
        db.connection().execute(delete(table).where(col(table.member_id) == member_id))
