"""「关心」: who has been silent for a month, to the secretary alone: whom to ask how they are.

Not what they studied, and not how much: that somebody says nothing at all may have a reason that one should know.
"""

from datetime import timedelta

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from bot.handlers.why import asker_over
from bot.turn import Answer, Turn
from models.audit import note
from models.branch import Branch
from models.follower import Follower
from models.leave import Leave
from models.member import Member, Status
from models.role import Role, RoleKind, in_force, roles_of
from scheduler.explain import Asking
from scheduler.unreachable import why_unreachable

SILENT = timedelta(days=30)


def may_need_care(db: Session, turn: Turn) -> Answer:
    """Who is at home where the writer is the nearest secretary, and has written nothing for so long, without leave."""
    assert turn.person.member_id is not None, "the gate lets nobody but admins through"
    held = roles_of(db, turn.person.member_id, turn.today)
    path = min((at for kind, at in held if kind is RoleKind.SECRETARY), key=len, default=None)
    if path is None:
        return Answer(turn.say("care.secretary_only"))
    found = _silent(db, turn, path)
    branch = db.exec(select(Branch).where(Branch.path == path)).one()
    note(db, "care", at=turn.now, by=turn.person.member_id, branch=branch.id, count=len(found))
    if not found:
        return Answer(turn.say("care.nobody", days=SILENT.days))
    rows = [turn.say("care.row", name=one.name, group=group.name, reach=_reach(db, turn, one)) for one, group in found]
    return Answer("\n".join([turn.say("care.head", days=SILENT.days), *rows, turn.say("care.foot")]))


def _silent(db: Session, turn: Turn, path: str) -> list[tuple[Member, Branch]]:
    since = turn.now - SILENT
    first = turn.means.hours.study_day(since)
    rested = exists().where(col(Leave.member_id) == col(Member.id), col(Leave.last_day) >= first)
    query = (
        select(Member, Branch)
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .join(Follower, col(Follower.member_id) == col(Member.id))
        .where(col(Branch.path).startswith(path), Member.status != Status.INACTIVE, Member.id != turn.person.member_id)
        .where(func.coalesce(Follower.last_at, Follower.bound_at) <= since, ~rested)
        .order_by(col(Branch.path), col(Member.name), col(Member.id))
    )
    others = _nearer(db, turn, path)
    return [(one, group) for one, group in db.exec(query) if not group.path.startswith(others)]


def _nearer(db: Session, turn: Turn, path: str) -> tuple[str, ...]:
    """The parts below that have a secretary of their own."""
    query = (
        select(Branch.path)
        .join(Role, col(Role.branch_id) == col(Branch.id))
        .join(Member, col(Member.id) == col(Role.member_id))
        .where(Role.kind == RoleKind.SECRETARY, Member.status != Status.INACTIVE, *in_force(turn.today))
        .where(col(Branch.path).startswith(path), Branch.path != path)
    )
    return tuple(db.exec(query))


def _reach(db: Session, turn: Turn, member: Member) -> str:
    assert member.id is not None
    branch = db.get_one(Branch, member.branch_id)
    asking = Asking(asker_over(db, turn, branch.path), turn.means.account, turn.means.rules, turn.now)
    cause = why_unreachable(db, member.id, asking)
    return turn.say("care.reach" if cause is None else "care.call")
