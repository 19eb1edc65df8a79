"""Whom a broadcast is for, each member once.

`Broadcast.audience` says it in one of three ways: `{"within": "/1/4/"}`, everybody at home in that sub-tree or with
a place in it; `{"plan": 7}`, the people of a plan, those nearer to a plan of their own left out; `{"members": [3]}`,
these. Nobody is ever meant who is inactive or goes without WeChat.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, exists, or_, select
from sqlmodel import Session, col

from models.branch import Branch, subtree
from models.database import given, packed
from models.member import Member, Status
from models.plan import Plan
from models.role import Participation


def within(path: str) -> dict[str, Any]:
    """Everybody in a sub-tree."""
    return {"within": path}


def of_plan(plan: Plan) -> dict[str, Any]:
    """Everybody whom a plan serves."""
    return {"plan": plan.id}


def these(member_ids: list[int]) -> dict[str, Any]:
    """These members."""
    return {"members": member_ids}


def served_nodes(db: Session, plan: Plan) -> list[int]:
    """The nodes whose people a plan serves: its sub-tree without those that have a plan of this kind of their own.

    So a branch that makes its own plan takes its people out of the one above, and nobody is served twice.
    """
    root = db.get_one(Branch, plan.branch_id).path
    own = (
        select(col(Branch.path))
        .join(Plan, col(Plan.branch_id) == col(Branch.id))
        .where(col(Plan.kind) == plan.kind, col(Plan.id) != plan.id, col(Branch.path).startswith(root))
    )
    apart = tuple(db.connection().execute(own).scalars())
    return [node.id for node in subtree(db, root) if node.id is not None and not node.path.startswith(apart)]


def reachable() -> tuple[ColumnElement[bool], ...]:
    """What holds for every member a push may be planned for."""
    return (col(Member.status) != Status.INACTIVE, col(Member.without_wechat).is_(False))


def member_ids(db: Session, audience: Mapping[str, Any], today: date) -> tuple[Select[Any], dict[str, Any]]:
    """A query for the ids of everybody in an audience, unordered, and its parameters; see `reachable` for who else."""
    query = select(col(Member.id))
    if "members" in audience:
        listed = given(db.connection(), id=Integer())
        rows = [{"id": member_id} for member_id in audience["members"]]
        return query.join(listed, listed.c.id == col(Member.id)), {"given": packed(db.connection(), rows)}
    if "plan" in audience:
        nodes = given(db.connection(), id=Integer())
        rows = [{"id": node} for node in served_nodes(db, db.get_one(Plan, audience["plan"]))]
        return query.join(nodes, nodes.c.id == col(Member.branch_id)), {"given": packed(db.connection(), rows)}
    return query.join(Branch, col(Branch.id) == col(Member.branch_id)).where(_lives_in(audience["within"], today)), {}


def _lives_in(path: str, today: date) -> ColumnElement[bool]:
    elsewhere = select(col(Branch.id)).where(col(Branch.path).startswith(path)).scalar_subquery()
    takes_part = exists().where(
        and_(
            col(Participation.member_id) == col(Member.id),
            col(Participation.branch_id).in_(elsewhere),
            col(Participation.since) <= today,
            or_(col(Participation.until).is_(None), col(Participation.until) > today),
        )
    )
    return or_(col(Branch.path).startswith(path), takes_part)
