"""「小组打卡」: of how many people how many have checked in, group by group. Who hasn't is not said."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlmodel import Session, col

from bot.audience import FEWEST
from bot.relief import off_by
from bot.turn import Answer, Turn, Who, scope
from models.branch import Branch, subtree
from models.checkin import CheckIn
from models.consent import Purpose, agreed
from models.habit import monday
from models.member import Member, Status
from models.preference import away


@dataclass(slots=True)
class Numbers:
    """Of `members`, how many checked in today and this week."""

    members: int = 0
    today: int = 0
    week: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(self.members + other.members, self.today + other.today, self.week + other.week)


def show(db: Session, turn: Turn) -> Answer:
    """The whole of the writer's part of the tree, and what lies next below its top, where enough people are in it."""
    path = scope(db, turn, Who.LEADER)
    assert path is not None, "the gate lets nobody but leaders through"
    nodes = subtree(db, path)
    parts = _parts(db, turn, path)
    whole = sum(parts.values(), Numbers())
    if whole.members < FEWEST:
        return Answer(turn.say("group.few", branch=nodes[0].name))
    lines = [turn.say("group.numbers", branch=nodes[0].name, **_values(whole))]
    names = {node.path: node.name for node in nodes}
    shown, rest = _foldable(parts, path)
    for at in sorted(shown):
        lines.append(turn.say("group.row", branch=names[at], **_values(shown[at])))
    if shown and rest.members:
        lines.append(turn.say("group.rest", **_values(rest)))
    return Answer("\n".join([*lines, *_named(db, turn, path), turn.say("group.foot")]))


def _values(numbers: Numbers) -> dict[str, int]:
    return {"members": numbers.members, "today": numbers.today, "week": numbers.week}


def counted(day: date) -> ColumnElement[bool]:
    """For queries on Member: who counts in a group's number: nobody on leave or without WeChat who hasn't studied."""
    expected = and_(col(Member.without_wechat).is_(False), ~away(col(Member.id), day))
    return and_(col(Member.status) != Status.INACTIVE, or_(expected, studied(monday(day), day)))


def studied(first: date, last: date) -> ColumnElement[bool]:
    """For queries on Member: that they checked in on one of these days."""
    mine = (col(CheckIn.member_id) == col(Member.id), col(CheckIn.day).between(first, last))
    return exists().where(*mine).correlate_except(CheckIn)


def _parts(db: Session, turn: Turn, path: str) -> dict[str, Numbers]:
    """By the path of each node next below the top: its people's numbers; those at home in the top itself by its own."""
    day = turn.means.hours.study_day(turn.now)
    query = (
        select(col(Branch.path), func.count(), _how_many(studied(day, day)), _how_many(studied(monday(day), day)))
        .join(Member, col(Member.branch_id) == col(Branch.id))
        .where(col(Branch.path).startswith(path), counted(day))
        .group_by(col(Branch.path))
    )
    found: dict[str, Numbers] = {}
    for at, members, today, week in db.connection().execute(query):
        below = at.removeprefix(path).partition("/")[0]
        part = f"{path}{below}/" if below else path
        found[part] = found.get(part, Numbers()) + Numbers(members, today, week)
    return found


def _how_many(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((holds, 1), else_=0))


def _foldable(parts: dict[str, Numbers], path: str) -> tuple[dict[str, Numbers], Numbers]:
    """The parts that may have a line of their own, and all the others together.

    From a whole and all its parts but one that one could be told, so that the others are enough people as well.
    """
    large = {at: one for at, one in parts.items() if at != path and one.members >= FEWEST}
    rest = sum((one for at, one in parts.items() if at not in large), Numbers())
    while large and 0 < rest.members < FEWEST:
        smallest = min(large, key=lambda at: (large[at].members, at))
        rest += large.pop(smallest)
    return large, rest


def _named(db: Session, turn: Turn, path: str) -> list[str]:
    """Those who checked in today and agreed to be named; those who didn't only while the 减负 profile is off."""
    day = turn.means.hours.study_day(turn.now)
    query = select(col(Member.name)).join(Branch, col(Branch.id) == col(Member.branch_id))
    query = query.where(col(Branch.path).startswith(path), counted(day)).order_by(col(Member.name), col(Member.id))
    here = studied(day, day)
    did = list(db.connection().execute(query.where(here, agreed(Purpose.SHARING, col(Member.id)))).scalars())
    lines = [turn.say("group.did", names=turn.means.texts.names(did))] if did else []
    if off_by(db, turn.means.config):
        did_not = list(db.connection().execute(query.where(~here)).scalars())
        lines += [turn.say("group.did_not", names=turn.means.texts.names(did_not))] if did_not else []
    return lines
