"""「交接 〈姓名〉」: the secretary's post goes to somebody else in one step."""

from datetime import timedelta

from sqlmodel import Session, col, select

from bot.handlers import people
from bot.handlers.bind import YES
from bot.turn import Answer, Turn, Who
from models import open_question
from models.audit import note
from models.branch import Branch
from models.follower import of_member
from models.member import Member, Status
from models.open_question import OpenQuestion
from models.role import Role, RoleKind, in_force
from scheduler.late_answer import owe_words

QUESTION = "hand_over"


def hand_over(db: Session, turn: Turn) -> Answer:
    """Asks first: it takes effect at once, and who handed over can't take it back."""
    held = _held(db, turn)
    if not held:
        return Answer(turn.say("roster.hand_over_not_held"))
    member = people.find_one(db, turn, Who.ADMIN, "hand_over")
    if isinstance(member, Answer):
        return member
    if unfit := _unfit(db, turn, member):
        return unfit
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, QUESTION, {"member_id": member.id}, expires)
    return Answer(turn.say("roster.hand_over", name=member.name, branch=_branches(db, held)), alone=True)


def confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question: everything is looked at once more."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    held, member = _held(db, turn), db.get_one(Member, question.facts["member_id"])
    if not held:
        return Answer(turn.say("roster.hand_over_not_held"))
    if not people.may_see(db, turn, member, Who.ADMIN):
        return Answer(turn.say("people.unknown", name=member.name))
    if unfit := _unfit(db, turn, member):
        return unfit
    assert member.id is not None
    for role in held:
        role.until = turn.today
        db.add(Role(member_id=member.id, branch_id=role.branch_id, kind=RoleKind.SECRETARY, since=turn.today))
        note(db, "hand_over", at=turn.now, by=turn.person.member_id, member=member.id, branch=role.branch_id)
    branch = _branches(db, held)
    told = turn.say("roster.handed_over_told", name=member.name, branch=branch)
    owe_words(db, [member.id], member.branch_id, told, turn.means.hours.wakes_at(turn.now))
    return Answer(turn.say("roster.handed_over", name=member.name, branch=branch))


def _held(db: Session, turn: Turn) -> list[Role]:
    """The writer's posts as secretary."""
    mine = (Role.member_id == turn.person.member_id, Role.kind == RoleKind.SECRETARY)
    return list(db.exec(select(Role).where(*mine, *in_force(turn.today)).order_by(col(Role.id))))


def _unfit(db: Session, turn: Turn, member: Member) -> Answer | None:
    """Why somebody can't take over: nobody could administer the branch then."""
    assert member.id is not None
    if member.id == turn.person.member_id:
        return Answer(turn.say("roster.hand_over_self"))
    follower = of_member(db, member.id)
    if member.status == Status.INACTIVE or follower is None or follower.agreed_at is None:
        return Answer(turn.say("roster.hand_over_unbound", name=member.name))
    return None


def _branches(db: Session, held: list[Role]) -> str:
    return "、".join(db.get_one(Branch, role.branch_id).name for role in held)
