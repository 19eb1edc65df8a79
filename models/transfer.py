"""Transfer: a member goes from one branch to another; what they did before is shown there only if they say so."""

from datetime import date, datetime

from sqlalchemy import Index, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from models import kept_sum
from models.branch import Branch, home_branch, within
from models.broadcast import Broadcast, BroadcastKind
from models.member import Member
from models.push import UNSENT, Push, PushStatus
from models.role import Participation, Role, is_last_admin


class Transfer(SQLModel, table=True):
    # One at a time: whoever asks second finds the first.
    __table_args__ = (
        Index(
            "ix_transfer_open",
            "member_id",
            unique=True,
            postgresql_where=text("arrived_at IS NULL"),
            sqlite_where=text("arrived_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    from_branch_id: int = Field(foreign_key="branch.id")
    to_branch_id: int = Field(foreign_key="branch.id", index=True)
    by_member_id: int | None = Field(default=None, foreign_key="member.id")
    asked_at: datetime
    # The member's word on whether the new branch may see what they did before; None: they haven't said.
    history: bool | None = None
    arrived_at: datetime | None = None


# What the old branch still owes is nothing to somebody who has gone.
_OF_THE_BRANCH = (BroadcastKind.TEXT, BroadcastKind.TOPIC, BroadcastKind.BOOK)


def open_for(db: Session, member_id: int) -> Transfer | None:
    """The transfer that somebody is in."""
    return db.exec(select(Transfer).where(Transfer.member_id == member_id, col(Transfer.arrived_at).is_(None))).first()


def latest(db: Session, member_id: int) -> Transfer | None:
    """The transfer that somebody is in, or was in last."""
    return db.exec(select(Transfer).where(Transfer.member_id == member_id).order_by(col(Transfer.id).desc())).first()


def arriving(db: Session, path: str, name: str) -> list[tuple[Transfer, Member]]:
    """Who of that name is on the way into the sub-tree at `path`."""
    query = (
        select(Transfer, Member)
        .join(Member, col(Member.id) == Transfer.member_id)
        .join(Branch, col(Branch.id) == Transfer.to_branch_id)
        .where(col(Transfer.arrived_at).is_(None), Member.name == name, col(Branch.path).startswith(path))
    )
    return list(db.exec(query.order_by(col(Transfer.id))))


def say_history(db: Session, found: Transfer, *, along: bool) -> None:
    """The member's own word, which counts at once where they have arrived already."""
    found.history = along
    if found.arrived_at is not None:
        db.get_one(Member, found.member_id).history_along = along


def arrive(db: Session, found: Transfer, branch_id: int, now: datetime, today: date) -> int:
    """Moves a member to a node of their new branch, in the caller's transaction.

    The old node keeps their check-ins as a sum; returns how many they are. Roles and places there end.
    """
    member = db.get_one(Member, found.member_id)
    assert member.id is not None
    old = home_branch(db, db.get_one(Branch, member.branch_id)).path
    kept = kept_sum.keep(db, member)
    _end_places(db, member.id, old, today)
    member.branch_id, member.arrived_on = branch_id, today
    member.history_along = bool(found.history)
    found.arrived_at = now
    db.flush()
    _cancel(db, member.id)
    return kept


def _end_places(db: Session, member_id: int, path: str, today: date) -> None:
    if is_last_admin(db, member_id, today):
        return
    for table in (Role, Participation):
        held = select(table, Branch.path).join(Branch, col(Branch.id) == table.branch_id)
        for one, at in db.exec(held.where(table.member_id == member_id, col(table.until).is_(None))):
            if within(at, path):
                one.until = today
                db.add(one)


def _cancel(db: Session, member_id: int) -> None:
    kinds = select(col(Broadcast.id)).where(col(Broadcast.kind).in_(_OF_THE_BRANCH))
    unsent = (col(Push.member_id) == member_id, col(Push.status).in_(UNSENT), col(Push.broadcast_id).in_(kinds))
    ended = {"status": PushStatus.CANCELLED, "cause": "not_by_status", "owner": ""}
    db.connection().execute(update(Push).where(*unsent).values(ended))


def seen_since(member: Member) -> date | None:
    """From which day on the branch may see what a member did; None: from the beginning."""
    return None if member.history_along else member.arrived_on
