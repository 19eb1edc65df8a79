"""Does what a roster's plan says, all in the caller's transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot.files.roster import RosterPlan, Step
from models import leaving, transfer
from models.audit import note
from models.branch import Branch
from models.consent import Consent
from models.follower import Follower
from models.member import Member
from models.role import Role
from scheduler.defaults import default_plans
from scheduler.rules import Rules

# Called with the number of rows done.
Told = Callable[[int], None]

# So often is an import's progress told.
STEP_ROWS = 100


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What writing needs besides the plan. `keeps_record` is what the consent text says of check-ins."""

    now: datetime
    rules: Rules
    keeps_record: bool

    @property
    def today(self) -> date:
        """The organisation's date."""
        return self.rules.hours.day(self.now)


def apply_roster(db: Session, plan: RosterPlan, at: Circumstances, told: Told) -> None:
    """Writes the steps of a plan made in this same transaction.

    Everything that adds comes before everything that ends: where one secretary follows another in the same file, the
    branch is never without one.
    """
    steps = [step for step in plan.steps if not step.is_idle]
    tops = {step.place[0] for step in steps if step.place[:1] not in plan.tree.nodes}
    for number, step in enumerate(steps, start=1):
        _write_member(db, plan, step, at)
        if number % STEP_ROWS == 0:
            told(number)
    db.flush()
    for name in sorted(tops):
        default_plans(db, plan.tree.nodes[name,], at.rules, at.now)
    for step in steps:
        _write_beside(db, plan, step, at)
    db.flush()
    _end(db, steps, at.today)
    _note(db, steps, at.now)


def _write_member(db: Session, plan: RosterPlan, step: Step, at: Circumstances) -> None:
    place = plan.tree.grow(db, step.place)
    if step.member is None:
        assert place.id is not None
        step.member = Member(branch_id=place.id, **step.changes)
        db.add(step.member)
        return
    if step.arrives is not None:
        transfer.arrive(db, step.arrives, _id(place), at.now, at.today)
        note(db, "arrive", at=at.now, by=None, member=step.member.id, to=place.id)
    for name, value in step.changes.items():
        if name == "place":
            step.member.branch_id = _id(place)
        else:
            setattr(step.member, name, value)


def _write_beside(db: Session, plan: RosterPlan, step: Step, at: Circumstances) -> None:
    assert step.member is not None
    assert step.member.id is not None
    if step.gains:
        kind, path = step.gains
        branch_id = _id(plan.tree.grow(db, path))
        db.add(Role(member_id=step.member.id, branch_id=branch_id, kind=kind, since=at.today))
    if step.binds:
        _bind(db, step.binds, step.member.id, at)


def _bind(db: Session, openid: str, member_id: int, at: Circumstances) -> None:
    """Binds a phone that was this member's in another system; whoever didn't agree here is asked when they write."""
    follower = db.get(Follower, openid)
    if follower is None:
        follower = Follower(openid=openid, followed_at=at.now)
        db.add(follower)
    follower.member_id, follower.bound_at = member_id, at.now
    if follower.agreed_at:
        proof = Consent(
            member_id=member_id,
            version=follower.consent_version,
            keeps_record=at.keeps_record,
            agreed_at=follower.agreed_at,
        )
        db.add(proof)


def _end(db: Session, steps: list[Step], today: date) -> None:
    for step in steps:
        for role in step.loses:
            role.until = today
            db.add(role)
    db.flush()
    for step in steps:
        if step.leaves and step.member is not None:
            leaving.deactivate(db, step.member, today)


def _note(db: Session, steps: list[Step], now: datetime) -> None:
    facts: dict[str, Any] = {
        "new": sum(step.is_new for step in steps),
        "changed": sum(not step.is_new and not step.leaves for step in steps),
        "left": [step.member.id for step in steps if step.leaves and step.member],
    }
    note(db, "import_members", at=now, by=None, **facts)


def _id(branch: Branch) -> int:
    assert branch.id is not None
    return branch.id
