"""Who may go on to the command they wrote, and what the others read instead."""

from sqlmodel import Session

from bot.handlers.free import ask_to_agree, visitor
from bot.turn import REFUSALS, Answer, Turn, Who, scope
from models.follower import told
from models.member import Status


def stopped(db: Session | None, turn: Turn, who: Who, *, own: bool = False) -> Answer | None:
    """What to say instead of the command's own answer; None lets the command answer.

    `db` may be None for commands that need no role. `own`: it is about nothing but what is stored of the writer, which
    stays theirs to see and to end when they are inactive.
    """
    person = turn.person
    if turn.inbound.event == "unsubscribe":
        return None
    if own and person.member_id is not None and person.agreed_at is not None and not person.notice:
        return None
    if person.member_id is not None and person.status == Status.INACTIVE:
        return Answer(turn.say("bind.inactive"), alone=True)
    if person.notice:
        return Answer(turn.say(person.notice), ((told, {"openid": person.openid}),), alone=True)
    if who >= Who.AGREED and person.agreed_at is None:
        return Answer(ask_to_agree(turn), alone=True)
    if who >= Who.MEMBER and not person.is_member:
        return Answer(visitor(turn), alone=True)
    if who >= Who.LEADER and (db is None or scope(db, turn, who) is None):
        return Answer(turn.say(REFUSALS[who]))
    return None
