"""「停用」 and 「启用」: an admin takes someone off the active roster, or back onto it."""

from datetime import timedelta

from sqlmodel import Session

from bot.handlers import people
from bot.handlers.bind import YES
from bot.turn import Answer, Turn, Who
from models import leaving, open_question
from models.audit import note
from models.member import Member, Status
from models.open_question import OpenQuestion
from models.role import LastAdminError
from scheduler.late_answer import owe_words


def deactivate(db: Session, turn: Turn) -> Answer:
    """Asks first: everything still owed to the person is cancelled by it."""
    member = people.find_one(db, turn, Who.ADMIN, "deactivate")
    if isinstance(member, Answer):
        return member
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, "deactivate", {"member_id": member.id}, expires)
    return Answer(turn.say("roster.deactivate", name=member.name), alone=True)


def confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    member = db.get_one(Member, question.facts["member_id"])
    if not people.may_see(db, turn, member, Who.ADMIN):
        return Answer(turn.say("people.unknown", name=member.name))
    try:
        leaving.deactivate(db, member, turn.today)
    except LastAdminError:
        return Answer(turn.say("roster.last_admin", name=member.name))
    note(db, "deactivate", at=turn.now, by=turn.person.member_id, member=member.id)
    return Answer(turn.say("roster.deactivated", name=member.name))


def retire(db: Session, turn: Turn) -> Answer:
    """「退休 〈姓名〉」: asks first; from then on one message a week is enough, unless they want more."""
    member = people.find_one(db, turn, Who.ADMIN, "retire")
    if isinstance(member, Answer):
        return member
    if member.status == Status.RETIRED:
        return Answer(turn.say("roster.retired_before", name=member.name))
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, "retire", {"member_id": member.id}, expires)
    return Answer(turn.say("roster.retire", name=member.name), alone=True)


def retirement_confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    member = db.get_one(Member, question.facts["member_id"])
    if not people.may_see(db, turn, member, Who.ADMIN):
        return Answer(turn.say("people.unknown", name=member.name))
    assert member.id is not None
    member.status, member.retired_on = Status.RETIRED, turn.today
    note(db, "retire", at=turn.now, by=turn.person.member_id, member=member.id)
    at = turn.means.hours.wakes_at(turn.now)
    owe_words(db, [member.id], member.branch_id, turn.say("roster.retired_told", name=member.name), at)
    return Answer(turn.say("roster.retired", name=member.name))


def reactivate(db: Session, turn: Turn) -> Answer:
    """Back onto the roster, as a full member; only a person may decide that, never an import."""
    found = people.inactive_of(db, turn, Who.ADMIN)
    if not found:
        return Answer(turn.say("roster.not_inactive", name=turn.words["name"]))
    member = people.pick(db, turn, found, "reactivate")
    if isinstance(member, Answer):
        return member
    member.status = Status.ACTIVE
    note(db, "reactivate", at=turn.now, by=turn.person.member_id, member=member.id)
    return Answer(turn.say("roster.reactivated", name=member.name))
