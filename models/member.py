"""Member: a person on the roster, whether or not they ever follow the account."""

from datetime import date, time
from enum import StrEnum

from sqlalchemy import Index, literal
from sqlmodel import Field, Session, SQLModel, col, select

from models.branch import Branch
from models.database import choice


class Status(StrEnum):
    ACTIVE = "active"
    PROBATIONARY = "probationary"
    APPLICANT = "applicant"
    RETIRED = "retired"
    MOBILE = "mobile"
    INACTIVE = "inactive"


class Precision(StrEnum):
    """How much of a date the roster knows: a month-only date is stored as the first of its month."""

    DAY = "day"
    MONTH = "month"


class Calendar(StrEnum):
    SOLAR = "solar"
    LUNAR = "lunar"


class Member(SQLModel, table=True):
    __table_args__ = (Index("ix_member_branch_name", "branch_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id")
    name: str = Field(max_length=40, index=True)
    status: Status = Field(default=Status.ACTIVE, sa_type=choice(Status))
    joined_on: date | None = None
    joined_precision: Precision = Field(default=Precision.DAY, sa_type=choice(Precision))
    full_on: date | None = None
    full_precision: Precision = Field(default=Precision.DAY, sa_type=choice(Precision, "full_precision"))
    # Always a date of our calendar; `calendar` says by which one it is kept.
    born_on: date | None = None
    calendar: Calendar = Field(default=Calendar.SOLAR, sa_type=choice(Calendar))
    mobile: str = Field(default="", max_length=20)
    tags: str = Field(default="", max_length=200)
    # Reached by telephone by their own wish: nobody's failure, and named in every forecast.
    without_wechat: bool = False
    streak_hidden: bool = False
    # When they want the day's topic, on the organisation's clock; None: when everybody gets it.
    topic_at: time | None = None
    # They wish no congratulations.
    ungreeted: bool = False
    # Since when they are retired, where that was said here; `status` says whether they are.
    retired_on: date | None = None
    # The first day in the branch they were transferred to, and whether it may see what they did before.
    arrived_on: date | None = None
    history_along: bool = True


def named(db: Session, name: str, scope: str, *, inactive: bool = False) -> list[Member]:
    """The members of that name in the sub-tree `scope`: those who are inactive left out, or only those."""
    on_roster = (Member.status == Status.INACTIVE) if inactive else (Member.status != Status.INACTIVE)
    return list(
        db.exec(
            select(Member)
            .join(Branch, col(Branch.id) == Member.branch_id)
            .where(Member.name == name, on_roster, col(Branch.path).startswith(scope))
            .order_by(col(Member.id))
        )
    )


def mentioned(db: Session, text: str, scope: str) -> set[str]:
    """The names in a text of members in the sub-tree `scope`, whatever their status."""
    inside = col(Branch.path).startswith(scope)
    query = select(Member.name).join(Branch, col(Branch.id) == Member.branch_id).where(inside)
    return set(db.exec(query.where(literal(text).contains(col(Member.name)))))
