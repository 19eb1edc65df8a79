"""Help, 「看」 and 「取消」."""

from sqlmodel import Session

from bot.handlers.library import administers_all
from bot.turn import Answer, Turn, Who, scope
from models import open_question
from models.remainder import Remainder


def show_help(db: Session, turn: Turn) -> Answer:
    """What this person can write, by what they are."""
    if turn.person.agreed_at is None:
        return Answer(turn.say("follow.greeting"), alone=True)
    if not turn.person.is_member:
        return Answer(turn.say("help.not_bound"), alone=True)
    parts = ["help.member"]
    if scope(db, turn, Who.LEADER):
        parts.append("help.leader")
    if scope(db, turn, Who.ADMIN):
        parts += ["help.secretary", "help.admin", "help.roster"]
    if administers_all(db, turn):
        parts.append("help.library")
    return Answer("\n\n".join(turn.say(part).strip() for part in parts))


def cancel(db: Session, turn: Turn) -> Answer:
    """「取消」 ends the open question."""
    closed = open_question.close(db, turn.person.openid)
    return Answer(turn.say("common.cancelled" if closed else "common.nothing_to_cancel"))


def show_more(db: Session, turn: Turn) -> Answer:
    """「看」: the rest of a long text, else the next push that waits."""
    rest = db.get(Remainder, turn.person.openid)
    if rest is None:
        return Answer(turn.say("common.nothing_more"), shows_next=True)
    db.delete(rest)
    return Answer(rest.text, alone=True)
