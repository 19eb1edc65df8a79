"""What the rows of a roster would do: one step a good row, a fault for each other one. Reads, and changes nothing.

Planning is quick and done anew inside the transaction that applies it, so that what is written fits what is there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Text
from sqlmodel import Session, col, or_, select

from bot.files.faults import Remark, Unclear
from bot.files.matching import match
from bot.files.rows import Said
from bot.files.tree import Path, Tree
from models.database import given, packed
from models.follower import Follower
from models.member import Member, Status
from models.role import ADMINS, Role, RoleKind, in_force
from models.transfer import Transfer

# The fields of a row that are stored with the member as they are.
_PLAIN = (
    *("name", "joined_on", "joined_precision", "full_on", "full_precision"),
    *("born_on", "calendar", "mobile", "tags", "without_wechat"),
)


@dataclass(eq=False)
class Step:
    """What one row does to one member, who is None until somebody new is written; `place` is where they will be."""

    said: Said
    member: Member | None
    home: Path
    place: Path
    is_new: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    gains: tuple[RoleKind, Path] | None = None
    loses: list[Role] = field(default_factory=list)
    leaves: bool = False
    binds: str = ""
    # The transfer that ends with this row.
    arrives: Transfer | None = None

    @property
    def is_idle(self) -> bool:
        """Whether everything is already as the row says."""
        return not (self.is_new or self.changes or self.gains or self.loses or self.leaves or self.binds)


@dataclass
class RosterPlan:
    """The whole of an import: its steps, and what stands against or beside them."""

    tree: Tree
    steps: list[Step]
    faults: list[Remark]
    remarks: list[Remark]

    @property
    def new_branches(self) -> list[Path]:
        """The branches and groups that aren't there yet, in the file's order, parents first."""
        ways = (step.place[:depth] for step in self.steps for depth in range(1, len(step.place) + 1))
        return [way for way in dict.fromkeys(ways) if way not in self.tree.nodes]


@dataclass(frozen=True)
class _Known:
    """What is stored of the people whom a file may mean."""

    members: dict[str, list[Member]]
    roles: dict[int, list[Role]]
    openids: dict[int, str]
    holders: dict[str, int | None]
    arriving: dict[int, Transfer]
    admins: frozenset[int]


def plan_roster(db: Session, rows: Sequence[Said], today: date, *, lock: bool = False) -> RosterPlan:
    """Decides what each row does. With `lock`, nobody else changes these members until the transaction ends."""
    tree = Tree.read(db)
    tree.plan(said.facts["branch"] for said in rows)
    known = _read(db, rows, today, lock=lock)
    plan = RosterPlan(tree, [], [], [])
    buckets: dict[tuple[Path, str], list[Said]] = defaultdict(list)
    for said in rows:
        try:
            buckets[tree.branch(said.facts["branch"]), said.facts["name"]].append(said)
        except Unclear as error:
            plan.faults.append(_remark(said, error))
    for (home, name), bucket in buckets.items():
        here = [member for member in known.members[name] if home in _homes(tree, known, member)]
        matches, unclear = match(bucket, here)
        plan.faults += unclear
        for pair in matches:
            _add_step(plan, known, pair.said, pair.member, home)
    _check_whole(plan, known)
    plan.steps.sort(key=lambda step: step.said.number)
    plan.faults.sort(key=lambda fault: fault.row)
    plan.remarks.sort(key=lambda remark: remark.row)
    return plan


def _homes(tree: Tree, known: _Known, member: Member) -> tuple[Path, ...]:
    """Where a member is at home, and where they are on the way to."""
    coming = known.arriving.get(member.id or 0)
    return (tree.home_of(member.branch_id), *((tree.home_of(coming.to_branch_id),) if coming else ()))


def _read(db: Session, rows: Sequence[Said], today: date, *, lock: bool) -> _Known:
    names = given(db.connection(), name=Text())
    query = select(Member).join(names, names.c.name == col(Member.name)).order_by(col(Member.id))
    asked = packed(db.connection(), [{"name": name} for name in {said.facts["name"] for said in rows}])
    found = db.exec(query.with_for_update(of=Member) if lock else query, params={"given": asked}).all()
    members: dict[str, list[Member]] = defaultdict(list)
    for member in found:
        members[member.name].append(member)
    roles: dict[int, list[Role]] = defaultdict(list)
    held = db.exec(select(Role, Member.status).join(Member, col(Member.id) == Role.member_id).where(*in_force(today)))
    admins = set()
    for role, status in held:
        roles[role.member_id].append(role)
        if role.kind in ADMINS and status != Status.INACTIVE:
            admins.add(role.member_id)
    openids, holders = _bindings(db, rows)
    open_ones = db.exec(select(Transfer).where(col(Transfer.arrived_at).is_(None)))
    arriving = {one.member_id: one for one in open_ones}
    return _Known(members, roles, openids, holders, arriving, frozenset(admins))


def _bindings(db: Session, rows: Sequence[Said]) -> tuple[dict[int, str], dict[str, int | None]]:
    """Who is bound to what, where the file says anything about it."""
    wanted = [said.facts["openid"] for said in rows if "openid" in said.facts]
    if not wanted:
        return {}, {}
    asked = given(db.connection(), openid=Text())
    there = select(asked.c.openid).scalar_subquery()
    query = select(Follower.openid, Follower.member_id).where(
        or_(col(Follower.member_id).is_not(None), col(Follower.openid).in_(there))
    )
    packed_ids = packed(db.connection(), [{"openid": openid} for openid in wanted])
    holders = dict(db.exec(query, params={"given": packed_ids}).all())
    return {member_id: openid for openid, member_id in holders.items() if member_id is not None}, holders


def _add_step(plan: RosterPlan, known: _Known, said: Said, member: Member | None, home: Path) -> None:
    if member is not None and member.status == Status.INACTIVE:
        # An import never brings anybody back: somebody decided that they leave, and somebody has to decide otherwise.
        if said.facts.get("status") != Status.INACTIVE:
            plan.remarks.append(Remark(said.number, "already_inactive", {"name": member.name}))
        plan.steps.append(Step(said, member, home, plan.tree.paths[member.branch_id]))
        return
    try:
        place = _place(plan.tree, said, member, home)
        step = Step(said, member, home, place, is_new=member is None)
        if member is not None and plan.tree.home_of(member.branch_id) != home:
            step.arrives = known.arriving[member.id or 0]
        step.changes = dict(_changes(plan.tree, said, member, place))
        step.leaves = member is not None and said.facts.get("status") == Status.INACTIVE
        step.binds = _binding(known, said, member)
    except Unclear as error:
        plan.faults.append(_remark(said, error))
        return
    if not step.leaves and step.changes.get("status") != Status.INACTIVE:
        _set_role(plan.tree, known, step)
    plan.steps.append(step)


def _place(tree: Tree, said: Said, member: Member | None, home: Path) -> Path:
    if "group" not in said.facts:
        stays = member is not None and tree.home_of(member.branch_id) == home
        return tree.paths[member.branch_id] if member and stays else home
    return tree.group(home, said.facts["group"]) if said.facts["group"] else home


def _changes(tree: Tree, said: Said, member: Member | None, place: Path) -> Iterator[tuple[str, Any]]:
    facts = {name: said.facts[name] for name in _PLAIN if name in said.facts}
    if "status" in said.facts:
        facts["status"] = said.facts["status"]
    if member is None:
        yield from facts.items()
        return
    if facts.get("status") == Status.INACTIVE:
        del facts["status"]
    yield from ((name, value) for name, value in facts.items() if getattr(member, name) != value)
    if tree.paths[member.branch_id] != place:
        yield "place", place


def _binding(known: _Known, said: Said, member: Member | None) -> str:
    openid: str = said.facts.get("openid", "")
    holder = known.holders.get(openid)
    if not openid or (member is not None and holder == member.id):
        return ""
    if holder is not None:
        raise Unclear("openid_taken")
    if member is not None and member.id in known.openids:
        raise Unclear("bound_already", name=member.name)
    return openid


def _set_role(tree: Tree, known: _Known, step: Step) -> None:
    """A row's role replaces those that the member has in this branch and its groups; elsewhere they stay."""
    if "role" not in step.said.facts:
        return
    kind: RoleKind | None = step.said.facts["role"]
    at = step.place if kind is RoleKind.LEADER else step.home
    held = known.roles.get(step.member.id or 0, []) if step.member else []
    here = [role for role in held if tree.home_of(role.branch_id) == step.home]
    kept = [role for role in here if (role.kind, tree.paths[role.branch_id]) == (kind, at)]
    step.loses = [role for role in here if role not in kept]
    step.gains = (kind, at) if kind and not kept else None


def _check_whole(plan: RosterPlan, known: _Known) -> None:
    """What only shows when all rows are seen together."""
    _refuse_shared_openids(plan)
    _refuse_doubles_elsewhere(plan, known)
    losing = [step for step in plan.steps if _stops_administering(step, known)]
    staying = known.admins - {step.member.id for step in losing if step.member}
    gained = any(step.gains and step.gains[0] in ADMINS for step in plan.steps)
    if known.admins and not staying and not gained:
        for step in losing:
            _refuse(plan, step, "last_admin", name=step.said.facts["name"])


def _stops_administering(step: Step, known: _Known) -> bool:
    if step.member is None or step.member.id not in known.admins:
        return False
    if step.leaves:
        return True
    left = [role for role in known.roles[step.member.id] if role not in step.loses]
    return not any(role.kind in ADMINS for role in left) and not (step.gains and step.gains[0] in ADMINS)


def _refuse_shared_openids(plan: RosterPlan) -> None:
    first: dict[str, int] = {}
    for step in sorted((step for step in plan.steps if step.binds), key=lambda step: step.said.number):
        earlier = first.setdefault(step.binds, step.said.number)
        if earlier != step.said.number:
            _refuse(plan, step, "openid_twice", other=earlier)


def _refuse_doubles_elsewhere(plan: RosterPlan, known: _Known) -> None:
    """Somebody new with the name and the telephone of somebody elsewhere has moved, and isn't two people."""
    leaving = {step.member.id for step in plan.steps if step.leaves and step.member}
    for step in [step for step in plan.steps if step.is_new and step.said.facts.get("mobile")]:
        for other in known.members[step.said.facts["name"]]:
            here = other.status != Status.INACTIVE and other.id not in leaving
            if here and other.mobile == step.said.facts["mobile"]:
                where = "/".join(plan.tree.home_of(other.branch_id))
                _refuse(plan, step, "lives_elsewhere", name=other.name, branch=where)
                break


def _refuse(plan: RosterPlan, step: Step, key: str, **values: object) -> None:
    plan.steps.remove(step)
    plan.faults.append(Remark(step.said.number, key, values))


def _remark(said: Said, error: Unclear) -> Remark:
    return Remark(said.number, error.key, {"column": "", **error.values})
