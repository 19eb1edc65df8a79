"""「转出 〈姓名〉 到 〈支部〉」: sent by one side, received by the other, and the member says what goes along."""

from datetime import timedelta

from sqlmodel import Session, col, select

from bot.handlers import people
from bot.handlers.bind import YES
from bot.turn import Answer, Turn, Who, scope
from models import open_question, transfer
from models.audit import note
from models.branch import Branch, BranchKind, home_branch
from models.member import Member
from models.open_question import OpenQuestion
from models.role import ADMINS, RoleKind, holders, is_last_admin
from models.transfer import Transfer
from scheduler.late_answer import owe_words

QUESTION = "transfer"

# The other side may not write for a while.
SHOWN_FOR = timedelta(days=30)


def send(db: Session, turn: Turn) -> Answer:
    """Asks first: where to, and what stays."""
    member = people.find_one(db, turn, Who.ADMIN, "transfer")
    if isinstance(member, Answer):
        return member
    assert member.id is not None
    home = home_branch(db, db.get_one(Branch, member.branch_id))
    target = _branch(db, turn, turn.words["to"], member)
    if isinstance(target, Answer):
        return target
    if target.id == home.id:
        return Answer(turn.say("moves.same_branch", name=member.name, branch=home.name))
    if refusal := _refused(db, turn, member):
        return refusal
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    facts = {"member_id": member.id, "to": target.id}
    open_question.ask(db, turn.person.openid, QUESTION, facts, expires)
    return Answer(turn.say("moves.ask", name=member.name, branch=target.name, home=home.name), alone=True)


def _branch(db: Session, turn: Turn, wanted: str, member: Member) -> Branch | Answer:
    """The branch of that name, or of that name below the one before it: 「机关党委/第一支部」."""
    *above, name = [part.strip() for part in wanted.replace("／", "/").split("/")]
    found = db.exec(select(Branch).where(Branch.name == name, Branch.kind == BranchKind.BRANCH)).all()
    if above:
        parents = set(db.exec(select(Branch.id).where(Branch.name == above[-1])))
        found = [branch for branch in found if branch.parent_id in parents]
    if len(found) == 1:
        return found[0]
    key = "moves.several_branches" if found else "moves.no_branch"
    return Answer(turn.say(key, branch=name, name=member.name))


def _refused(db: Session, turn: Turn, member: Member) -> Answer | None:
    assert member.id is not None
    if transfer.open_for(db, member.id):
        return Answer(turn.say("moves.under_way", name=member.name))
    if is_last_admin(db, member.id, turn.today):
        return Answer(turn.say("roster.last_admin", name=member.name))
    return None


def confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question: the other side and the member hear of it."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    member, target = db.get_one(Member, question.facts["member_id"]), db.get_one(Branch, question.facts["to"])
    assert member.id is not None
    assert target.id is not None
    if not people.may_see(db, turn, member, Who.ADMIN):
        return Answer(turn.say("people.unknown", name=member.name))
    if refusal := _refused(db, turn, member):
        return refusal
    home = home_branch(db, db.get_one(Branch, member.branch_id))
    assert home.id is not None
    by = turn.person.member_id
    going = Transfer(member_id=member.id, from_branch_id=home.id, to_branch_id=target.id, asked_at=turn.now)
    going.by_member_id = by
    db.add(going)
    note(db, "transfer", at=turn.now, by=by, member=member.id, to=target.id)
    values = {"name": member.name, "home": home.name, "branch": target.name}
    _tell(db, turn, member.id, turn.say("moves.member_asked", **values))
    receiver = _in_charge(db, turn, target)
    if receiver is None:
        return Answer(turn.say("moves.sent_unheard", **values))
    _tell(db, turn, receiver.id, turn.say("moves.receiver_told", **values), about=member.id)
    return Answer(turn.say("moves.sent", receiver=receiver.name, **values))


def call_off(db: Session, turn: Turn) -> Answer:
    """「取消转出 〈姓名〉」, as long as they haven't arrived."""
    member = people.find_one(db, turn, Who.ADMIN, "transfer_off")
    if isinstance(member, Answer):
        return member
    found = transfer.open_for(db, member.id or 0)
    if found is None:
        return Answer(turn.say("moves.none_open", name=member.name))
    db.delete(found)
    note(db, "transfer_off", at=turn.now, by=turn.person.member_id, member=member.id)
    _tell(db, turn, member.id, turn.say("moves.member_called_off", name=member.name))
    return Answer(turn.say("moves.called_off", name=member.name))


def receive(db: Session, turn: Turn) -> Answer:
    """「接收 〈姓名〉」 or 「接收 〈姓名〉 第一小组」, by whoever runs the branch they come to."""
    name, _, group = turn.words["name"].partition(" ")
    found = transfer.arriving(db, scope(db, turn, Who.ADMIN) or "\0", name)
    if not found:
        return Answer(turn.say("moves.nobody_comes", name=name))
    homes = [db.get_one(Branch, one.from_branch_id).name for one, _ in found]
    if len(set(homes)) < len(homes):
        return Answer(turn.say("moves.several_come", name=name))
    member = people.pick(db, turn, [one for _, one in found], "receive", homes)
    if isinstance(member, Answer):
        return member
    coming = next(one for one, who in found if who.id == member.id)
    target = db.get_one(Branch, coming.to_branch_id)
    node = _node(db, target, group)
    if node is None:
        return Answer(turn.say("moves.no_group", branch=target.name, group=group))
    assert node.id is not None
    home = db.get_one(Branch, coming.from_branch_id)
    count = transfer.arrive(db, coming, node.id, turn.now, turn.today)
    note(db, "arrive", at=turn.now, by=turn.person.member_id, member=member.id, to=node.id)
    values = {"name": member.name, "home": home.name, "branch": target.name, "count": count}
    _tell(db, turn, member.id, turn.say("moves.member_arrived", **values))
    sender = _in_charge(db, turn, home)
    if sender is not None and sender.id != turn.person.member_id:
        _tell(db, turn, sender.id, turn.say("moves.sender_told", **values), about=member.id)
    return Answer(turn.say("moves.received_with" if coming.history else "moves.received", **values))


def _node(db: Session, target: Branch, group: str) -> Branch | None:
    if not group:
        return target
    return db.exec(select(Branch).where(col(Branch.path).startswith(target.path), Branch.name == group)).first()


def with_history(db: Session, turn: Turn) -> Answer:
    """「带走记录」: the new branch may see what was before."""
    return _say_history(db, turn, along=True)


def without_history(db: Session, turn: Turn) -> Answer:
    """「不带记录」: it may not, which is also what holds without a word."""
    return _say_history(db, turn, along=False)


def _say_history(db: Session, turn: Turn, *, along: bool) -> Answer:
    found = transfer.latest(db, turn.person.member_id or 0)
    if found is None:
        return Answer(turn.say("moves.history_none"))
    transfer.say_history(db, found, along=along)
    branch = db.get_one(Branch, found.to_branch_id).name
    return Answer(turn.say("moves.history_along" if along else "moves.history_stays", branch=branch))


def _in_charge(db: Session, turn: Turn, branch: Branch) -> Member | None:
    """The secretary of a branch, else its nearest admin."""
    nearest = holders(db, (RoleKind.SECRETARY,), branch.path, turn.today) or holders(
        db, ADMINS, branch.path, turn.today
    )
    return nearest[0] if nearest else None


def _tell(db: Session, turn: Turn, member_id: int | None, text: str, *, about: int | None = None) -> None:
    assert member_id is not None
    at = turn.means.hours.wakes_at(turn.now)
    branch_id = db.get_one(Member, member_id).branch_id
    owe_words(db, [member_id], branch_id, text, at, about=about, shown_for=SHOWN_FOR)
