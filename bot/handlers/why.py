"""「为什么 〈姓名〉 没收到」: one sentence that a secretary understands, and no more than the asker may know."""

from sqlmodel import Session

from bot.handlers import people
from bot.reasons import Reasons
from bot.turn import Answer, Turn, Who
from models.branch import Branch
from models.role import RoleKind, roles_of
from scheduler.cause import Asker
from scheduler.explain import Asking, explain

_ASKERS = {
    RoleKind.ADMIN: Asker.ADMIN,
    RoleKind.SECRETARY: Asker.SECRETARY,
    RoleKind.LEADER: Asker.LEADER,
}


def why_not(db: Session, turn: Turn) -> Answer:
    """Why a member hasn't got the latest push, or when they got it."""
    member = people.find_one(db, turn, Who.LEADER, "why", or_inactive=True)
    if isinstance(member, Answer):
        return member
    assert member.id is not None
    path = db.get_one(Branch, member.branch_id).path
    return _answer(db, turn, member.id, member.name, asker_over(db, turn, path))


def why_not_me(db: Session, turn: Turn) -> Answer:
    """「为什么我没收到」."""
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return _answer(db, turn, turn.person.member_id, turn.person.name, Asker.MEMBER)


def asker_over(db: Session, turn: Turn, path: str) -> Asker:
    """As what the writer asks about somebody at `path`: by the highest role they hold over that place today."""
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    held = {kind for kind, root in roles_of(db, turn.person.member_id, turn.today) if path.startswith(root)}
    return next(asker for kind, asker in _ASKERS.items() if kind in held)


def _answer(db: Session, turn: Turn, member_id: int, name: str, asker: Asker) -> Answer:
    means = turn.means
    found = explain(db, member_id, Asking(asker, means.account, means.rules, turn.now))
    reasons = Reasons(means.texts, means.hours.zone, means.common)
    return Answer(reasons(name, found, asker, turn.now))
