"""Whom a broadcast is for, each member once.

`Broadcast.audience` says it in one of four ways: `{"within": "/1/4/"}`, everybody at home in that sub-tree or with a
place in it; `{"plan": 7}`, the people of a plan, those nearer to a plan of their own left out; `{"members": [3]}`,
these; `{"home": 4}`, those at home in that very node, not below it. The first may be narrowed: `places` (ids of nodes
inside it), `roles` and `tags` each mean any of theirs, `bound` whether a phone is bound, `unchecked` and `checked`
that there is no check-in, or one, in the last so many days, today included. A plan's may name nodes that are `closed`
and members it goes `without`. Nobody is ever meant who is inactive or goes without WeChat.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlmodel import Session, col

from models.branch import Branch, subtree
from models.checkin import CheckIn
from models.database import given, packed
from models.follower import Follower
from models.member import Member, Status
from models.plan import Plan
from models.role import Participation, Role, in_force


def within(path: str) -> dict[str, Any]:
    """Everybody in a sub-tree."""
    return {"within": path}


def of_plan(plan: Plan, *, closed: Iterable[int] = (), without: Iterable[int] = ()) -> dict[str, Any]:
    """Everybody whom a plan serves, but for the people of `closed` nodes and the members `without`."""
    apart = {"closed": sorted(closed), "without": sorted(without)}
    return {"plan": plan.id, **{name: ids for name, ids in apart.items() if ids}}


def at_home(branch_id: int) -> dict[str, Any]:
    """Those at home in this node, and not in one below it."""
    return {"home": branch_id}


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
    if "home" in audience:
        return query.where(col(Member.branch_id) == audience["home"]), {}
    if "plan" in audience:
        nodes = given(db.connection(), id=Integer())
        served = served_nodes(db, db.get_one(Plan, audience["plan"]))
        rows = [{"id": node} for node in served if node not in audience.get("closed", ())]
        if apart := audience.get("without"):
            # Written into the statement, since databases take only so many parameters.
            listed_apart: BindParameter[Any] = bindparam("apart", apart, expanding=True, literal_execute=True)
            query = query.where(col(Member.id).not_in(listed_apart))
        return query.join(nodes, nodes.c.id == col(Member.branch_id)), {"given": packed(db.connection(), rows)}
    narrowed = _narrowed(db, audience, today)
    living = _lives_in(audience["within"], today)
    return query.join(Branch, col(Branch.id) == col(Member.branch_id)).where(living, *narrowed), {}


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


def _narrowed(db: Session, audience: Mapping[str, Any], today: date) -> list[ColumnElement[bool]]:
    """What must hold besides living there: kinds of conditions all together, of one kind any."""
    found: list[ColumnElement[bool]] = []
    if "places" in audience:
        # By their ids, asked for anew: a group that has moved out of the sub-tree isn't meant any more.
        inside = (col(Branch.id).in_(audience["places"]), col(Branch.path).startswith(audience["within"]))
        paths = db.connection().execute(select(col(Branch.path)).where(*inside)).scalars()
        found.append(or_(col(Member.id) < 0, *(_lives_in(path, today) for path in paths)))
    if "roles" in audience:
        found.append(_holds(audience["roles"], audience["within"], today))
    if "tags" in audience:
        found.append(or_(*(_has_tag(tag) for tag in audience["tags"])))
    if "bound" in audience:
        # The forecast joins followers itself, and would be taken for the ones that are meant here.
        bound = exists().where(col(Follower.member_id) == col(Member.id)).correlate(Member)
        found.append(bound if audience["bound"] else ~bound)
    if "checked" in audience:
        found.append(_checked_in(audience["checked"], today))
    if "unchecked" in audience:
        found.append(~_checked_in(audience["unchecked"], today))
    return found


def _holds(kinds: list[str], path: str, today: date) -> ColumnElement[bool]:
    inside = select(col(Branch.id)).where(col(Branch.path).startswith(path)).scalar_subquery()
    held = (col(Role.member_id) == col(Member.id), col(Role.kind).in_(kinds), col(Role.branch_id).in_(inside))
    return exists().where(*held, *in_force(today)).correlate(Member)


def _has_tag(tag: str) -> ColumnElement[bool]:
    # In lower case, since for LIKE one of the databases tells "A" from "a", and the other doesn't.
    listed = func.lower(literal("、").concat(col(Member.tags)).concat("、"))
    return listed.contains(f"、{tag.lower()}、", autoescape=True)


def _checked_in(days: int, today: date) -> ColumnElement[bool]:
    since = today - timedelta(days=days - 1)
    return exists().where(col(CheckIn.member_id) == col(Member.id), col(CheckIn.day) >= since).correlate(Member)
