"""「确认 58」: bound to what was shown to the writer last: an invitation, a mass message or a broadcast."""

from sqlmodel import Session

from bot.handlers import invitation, mass
from bot.turn import REFUSALS, Answer, Turn, Who, scope
from models.open_question import OpenQuestion


def by_number(db: Session, turn: Turn) -> Answer:
    """Leaders confirm invitations, admins everything."""
    question = db.get(OpenQuestion, turn.person.openid)
    if question is not None and question.kind == invitation.QUESTION:
        return invitation.confirm(db, turn, question)
    if scope(db, turn, Who.ADMIN) is None:
        return Answer(turn.say(REFUSALS[Who.ADMIN]))
    return mass.confirm(db, turn)
