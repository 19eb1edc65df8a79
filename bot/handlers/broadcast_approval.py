"""「同意发 〈编号〉」: the second person that a large broadcast needs."""

from sqlmodel import Session

from bot.turn import Answer, Turn, Who, scope
from bot.wording import wording_of
from models.audit import note
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastState
from scheduler import approvals
from scheduler.late_answer import owe_words


def nobody_to_ask(db: Session, turn: Turn, count: int) -> bool:
    """Whether so many people need a second admin, and there is none."""
    limit = turn.means.config.limits.approve_above
    if not limit or count <= limit:
        return False
    path = scope(db, turn, Who.ADMIN) or ""
    return not approvals.approvers(db, path, turn.person.member_id, turn.means.rules, turn.now)


def ask_others(db: Session, turn: Turn, broadcast: Broadcast, people: str, count: int) -> Answer | None:
    """Makes a broadcast that is large enough wait, and asks the other admins; None for all others."""
    limit = turn.means.config.limits.approve_above
    if not limit or count <= limit:
        return None
    approvals.hold_for_approval(broadcast, count, turn.now)
    db.add(broadcast)
    path = str(broadcast.audience["within"])
    asked = approvals.approvers(db, path, turn.person.member_id, turn.means.rules, turn.now)[: approvals.MOST_ASKED]
    until = _moment(turn, broadcast)
    request = turn.say("approval.ask", people=people, count=count, id=broadcast.id, until=until)
    branch = db.get_one(Branch, broadcast.branch_id).name
    words = wording_of(turn.means.config, turn.means.texts)
    whole = words.broadcast(broadcast.facts, turn.person.name, branch, turn.person.name)
    _tell(db, turn, [member.id for member in asked], broadcast.branch_id, [whole, request])
    names = turn.means.texts.names([member.name for member in asked])
    return Answer(turn.say("approval.asked", names=names, until=until, id=broadcast.id))


def approve(db: Session, turn: Turn) -> Answer:
    """「同意发 12」: only somebody else, and only while it waits."""
    broadcast = _waiting(db, turn)
    if isinstance(broadcast, Answer):
        return broadcast
    approvals.grant(broadcast, turn.means.rules, turn.now)
    db.add(broadcast)
    count = broadcast.facts["approval"]["count"]
    note(db, "approve", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id, count=count)
    _tell_author(db, turn, broadcast, "approval.granted")
    return Answer(turn.say("approval.approved", count=count, when=_starts(turn, broadcast), id=broadcast.id))


def refuse(db: Session, turn: Turn) -> Answer:
    """「不同意发 12」."""
    broadcast = _waiting(db, turn)
    if isinstance(broadcast, Answer):
        return broadcast
    broadcast.state, broadcast.planned_to = BroadcastState.RECALLED, 0
    db.add(broadcast)
    note(db, "refuse", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id)
    _tell_author(db, turn, broadcast, "approval.refused_told")
    return Answer(turn.say("approval.refused", id=broadcast.id))


def _waiting(db: Session, turn: Turn) -> Broadcast | Answer:
    """The broadcast of that number, if it waits for this admin; else why not."""
    number = turn.words["id"]
    broadcast = db.get(Broadcast, int(number), with_for_update=True) if len(number) < 10 else None
    path = scope(db, turn, Who.ADMIN) or ""
    if broadcast is None or not approvals.awaits(broadcast, turn.now):
        return Answer(turn.say("approval.not_waiting", id=number))
    if broadcast.author_id == turn.person.member_id:
        return Answer(turn.say("approval.own"))
    if not approvals.may_approve(broadcast, path, turn.person.member_id):
        return Answer(turn.say("approval.not_waiting", id=number))
    return broadcast


def _tell_author(db: Session, turn: Turn, broadcast: Broadcast, key: str) -> None:
    text = turn.say(key, when=_starts(turn, broadcast), id=broadcast.id)
    _tell(db, turn, [broadcast.author_id], broadcast.branch_id, [text])


def _tell(db: Session, turn: Turn, members: list[int | None], branch_id: int, texts: list[str]) -> None:
    # Not in the night: it is about something for everybody, which the night holds back as well.
    at = turn.means.hours.wakes_at(turn.now)
    for text in texts:
        owe_words(db, [member_id for member_id in members if member_id is not None], branch_id, text, at)


def _starts(turn: Turn, broadcast: Broadcast) -> str:
    return turn.means.texts.moment(turn.means.local(broadcast.starts_at), turn.means.local(turn.now))


def _moment(turn: Turn, broadcast: Broadcast) -> str:
    return turn.means.texts.moment(turn.means.local(broadcast.show_until), turn.means.local(turn.now))
