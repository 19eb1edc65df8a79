"""KeptSum: what a branch keeps of those who moved away, as a number and of nobody in particular."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import func, or_
from sqlmodel import Field, Session, SQLModel, col, select

from models.branch import Branch
from models.checkin import CheckIn
from models.member import Member


class KeptSum(SQLModel, table=True):
    branch_id: int = Field(primary_key=True, foreign_key="branch.id")
    # The first of the month.
    month: date = Field(primary_key=True)
    checkins: int = 0


def keep(db: Session, member: Member) -> int:
    """Adds a member's check-ins to the sums of the node that they are about to leave; returns how many they were."""
    query = select(col(CheckIn.day)).where(CheckIn.member_id == member.id)
    days = db.exec(query.where(CheckIn.day >= member.arrived_on) if member.arrived_on else query).all()
    for month, count in Counter(day.replace(day=1) for day in days).items():
        place = (member.branch_id, month)
        found = db.get(KeptSum, place, with_for_update=True) or KeptSum(branch_id=place[0], month=month)
        found.checkins += count
        db.add(found)
    db.flush()
    return len(days)


def checkins_of(db: Session, path: str, first: date, last: date) -> int:
    """How many check-ins a sub-tree has from the first of one month to the end of another, those that moved away too.

    What somebody did elsewhere before they came counts there.
    """
    following = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
    own = or_(col(Member.arrived_on).is_(None), col(CheckIn.day) >= col(Member.arrived_on))
    present = (
        select(func.count())
        .select_from(CheckIn)
        .join(Member, col(Member.id) == CheckIn.member_id)
        .join(Branch, col(Branch.id) == Member.branch_id)
        .where(col(Branch.path).startswith(path), CheckIn.day >= first, CheckIn.day < following, own)
    )
    gone = (
        select(func.coalesce(func.sum(KeptSum.checkins), 0))
        .join(Branch, col(Branch.id) == KeptSum.branch_id)
        .where(col(Branch.path).startswith(path), KeptSum.month >= first, KeptSum.month < following)
    )
    return int(db.exec(present).one()) + int(db.exec(gone).one())
