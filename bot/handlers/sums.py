"""「打卡汇总」: what a branch or a group has studied together. Sums, and never who."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session, col

from bot.amounts import Amounts
from bot.audience import FEWEST
from bot.turn import Answer, Turn, Who, scope
from models.branch import Branch
from models.checkin import CheckIn
from models.habit import monday
from models.member import Member, Status


class Sums(NamedTuple):
    """How many people checked in today, this week and this month, and how much they read this month."""

    today: int
    week: int
    month: int
    pages: int
    chapters: int
    words: int


def of_scope(db: Session, turn: Turn) -> Answer:
    """How many of the writer's sub-tree have studied, and how much all of them together."""
    path = scope(db, turn, Who.LEADER)
    assert path is not None, "the gate lets nobody but leaders through"
    today = turn.means.hours.study_day(turn.now)
    at_home = (col(Branch.path).startswith(path), col(Member.status) != Status.INACTIVE)
    sums, members = _sums(db, at_home, today), _members(db, at_home)
    name = db.connection().execute(select(col(Branch.name)).where(col(Branch.path) == path)).scalar_one()
    counts = {"today": sums.today, "week": sums.week, "month": sums.month}
    if members < FEWEST:
        return Answer(turn.say("group.few", branch=name))
    lines = [turn.say("sums.people", branch=name, members=members, **counts)]
    said = Amounts(sums.pages, sums.chapters, sums.words).said(turn.say)
    if said and sums.month >= FEWEST:
        lines.append(turn.say("sums.amounts", amounts=said))
    return Answer("\n".join([*lines, turn.say("sums.foot")]))


def _members(db: Session, at_home: tuple[ColumnElement[bool], ...]) -> int:
    query = select(func.count()).select_from(Member).join(Branch, col(Branch.id) == col(Member.branch_id))
    return db.connection().execute(query.where(*at_home)).scalar_one()


def _sums(db: Session, at_home: tuple[ColumnElement[bool], ...], today: date) -> Sums:
    week, month = monday(today), today.replace(day=1)

    def people(first: date) -> ColumnElement[int]:
        return func.count(func.distinct(case((col(CheckIn.day) >= first, col(CheckIn.member_id)))))

    def amount(column: Any) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((col(CheckIn.day) >= month, column))), 0)

    amounts = (amount(col(CheckIn.pages)), amount(col(CheckIn.chapters)), amount(col(CheckIn.words)))
    query = (
        select(people(today), people(week), people(month), *amounts)
        .select_from(CheckIn)
        .join(Member, col(Member.id) == col(CheckIn.member_id))
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .where(*at_home, col(CheckIn.day).between(min(week, month), today))
    )
    return Sums(*db.connection().execute(query).one())
