"""The quiz: QuizQuestion, one of the bank; QuizMemory, how well a member knows it; QuizTally, a branch's sums.

Of what members answered only the last time is kept, for them alone. What others may know is added up as it happens,
without saying whose it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, FromClause, Index, Integer, Select, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from models.branch import Branch
from models.database import choice, given, packed
from models.statement import insert_for


class QuizKind(StrEnum):
    """One right option, one or more of them, right or wrong, or a word to be filled in."""

    SINGLE = "single"
    SEVERAL = "several"
    JUDGEMENT = "judgement"
    BLANK = "blank"


class QuizQuestion(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    # The question itself, by which an import finds it again.
    title: str = Field(max_length=300, unique=True)
    kind: QuizKind = Field(sa_type=choice(QuizKind))
    options: list[str] = Field(default_factory=list, sa_type=JSON().with_variant(JSONB(), "postgresql"))
    # The letters of the right options in their order, 对 or 错, or all that may be filled in, with ｜ between.
    answer: str = Field(max_length=200)
    explanation: str = ""
    category: str = Field(default="", max_length=40)
    source: str = ""
    valid_until: date | None = None


class QuizMemory(SQLModel, table=True):
    """What FSRS knows of one member and one question; all days are the organisation's dates.

    A question that was only put off has neither stability nor a day on which it was answered.
    """

    __table_args__ = (Index("ix_quizmemory_due", "member_id", "due_on", "question_id"),)

    member_id: int = Field(primary_key=True, foreign_key="member.id")
    question_id: int = Field(primary_key=True, foreign_key="quizquestion.id", index=True)
    stability: float | None = None
    difficulty: float | None = None
    answered_on: date | None = None
    due_on: date
    # Whether the last answer was wrong.
    wrong: bool = False


class QuizTally(SQLModel, table=True):
    """A week of a branch's own members: how many of them answered, how often, how often rightly."""

    branch_id: int = Field(primary_key=True, foreign_key="branch.id")
    week: date = Field(primary_key=True)
    people: int
    answers: int
    right_ones: int


def valid(day: date) -> ColumnElement[bool]:
    """For queries on QuizQuestion: that it may be asked on `day`."""
    return or_(col(QuizQuestion.valid_until).is_(None), col(QuizQuestion.valid_until) >= day)


def has_bank(connection: Connection, day: date) -> bool:
    """Whether there is anything to ask."""
    return connection.execute(select(col(QuizQuestion.id)).where(valid(day)).limit(1)).first() is not None


def answered_on(day: date, member_id: Any) -> ColumnElement[bool]:
    """That a member has answered something on `day`."""
    mine = (col(QuizMemory.member_id) == member_id, col(QuizMemory.answered_on) == day)
    return select(col(QuizMemory.member_id)).where(*mine).exists()


def next_for(connection: Connection, member_ids: Sequence[int], day: date) -> dict[int, int]:
    """Member → the question whose turn it is: what has been due longest, else the first that is new to them."""
    chosen = _due(connection, member_ids, day)
    return chosen | _new(connection, [one for one in member_ids if one not in chosen], day)


def _due(connection: Connection, member_ids: Sequence[int], day: date) -> dict[int, int]:
    asked = given(connection, id=Integer())
    first = (
        select(col(QuizMemory.question_id))
        .join(QuizQuestion, col(QuizQuestion.id) == col(QuizMemory.question_id))
        .where(col(QuizMemory.member_id) == asked.c.id, col(QuizMemory.due_on) <= day, valid(day))
        .order_by(col(QuizMemory.due_on), col(QuizMemory.question_id))
    )
    return _firsts(connection, asked, first, member_ids)


def _new(connection: Connection, member_ids: Sequence[int], day: date) -> dict[int, int]:
    asked = given(connection, id=Integer())
    met = (col(QuizMemory.member_id) == asked.c.id, col(QuizMemory.question_id) == col(QuizQuestion.id))
    known = select(col(QuizMemory.member_id)).where(*met).exists().correlate_except(QuizMemory)
    last = select(func.max(QuizMemory.question_id)).where(col(QuizMemory.member_id) == asked.c.id)
    behind_last = col(QuizQuestion.id) > func.coalesce(last.correlate(asked).scalar_subquery(), 0)
    in_order = select(col(QuizQuestion.id)).where(valid(day)).order_by(col(QuizQuestion.id))
    found = _firsts(connection, asked, in_order.where(behind_last), member_ids)
    # One that couldn't be asked when it was in turn: only looked for where nothing else is new, since it takes longer.
    left_over = [one for one in member_ids if one not in found]
    return found | _firsts(connection, asked, in_order.where(~known), left_over)


def _firsts(
    connection: Connection, asked: FromClause, questions: Select[Any], member_ids: Sequence[int]
) -> dict[int, int]:
    """The first of some questions for each member; who has none isn't there. No sorting: the indexes are in order."""
    if not member_ids:
        return {}
    query = select(asked.c.id, questions.correlate(asked).limit(1).scalar_subquery())
    rows = connection.execute(query, _listed(connection, member_ids))
    return {member: question for member, question in rows if question is not None}


def _listed(connection: Connection, member_ids: Collection[int]) -> dict[str, str]:
    return {"given": packed(connection, [{"id": member_id} for member_id in member_ids])}


def next_day(connection: Connection, member_id: int, day: date) -> date | None:
    """The next day on which something is due to a member; None if nothing ever is."""
    coming = (
        select(func.min(QuizMemory.due_on))
        .join(QuizQuestion, col(QuizQuestion.id) == col(QuizMemory.question_id))
        .where(col(QuizMemory.member_id) == member_id, valid(day))
    )
    return connection.execute(coming).scalar()


def wrong_ones(db: Session, member_id: int, day: date) -> list[QuizQuestion]:
    """What a member got wrong the last time and will be asked again, the latest first."""
    query = (
        select(QuizQuestion)
        .join(QuizMemory, col(QuizMemory.question_id) == col(QuizQuestion.id))
        .where(col(QuizMemory.member_id) == member_id, col(QuizMemory.wrong).is_(True), valid(day))
    )
    return list(db.scalars(query.order_by(col(QuizMemory.answered_on).desc(), col(QuizQuestion.id))))


def count(connection: Connection, branch_id: int, week: date, *, right: bool, first: bool) -> None:
    """Adds an answer to a branch's week; `first`: it is the member's first one of that week."""
    new = {"branch_id": branch_id, "week": week, "people": int(first), "answers": 1, "right_ones": int(right)}
    insert = insert_for(connection)(QuizTally).values(new)
    sums = {name: getattr(QuizTally, name) + new[name] for name in ("people", "answers", "right_ones")}
    connection.execute(insert.on_conflict_do_update(index_elements=["branch_id", "week"], set_=sums))


@dataclass(frozen=True, slots=True)
class Sums:
    """What a part of the tree did in a week."""

    people: int
    answers: int
    right: int


def sums(connection: Connection, path: str, week: date) -> Sums:
    """The sums of a sub-tree."""
    columns = (QuizTally.people, QuizTally.answers, QuizTally.right_ones)
    query = select(*(func.coalesce(func.sum(column), 0) for column in columns)).join(
        Branch, col(Branch.id) == col(QuizTally.branch_id)
    )
    row = connection.execute(query.where(col(QuizTally.week) == week, col(Branch.path).startswith(path))).one()
    return Sums(*(int(value) for value in row))
