"""The number that says which of several people of one name was meant: their command goes on with that one."""

from dataclasses import replace

from sqlmodel import Session

from bot import choices
from bot.handlers import bind, birthday, moves, people, posts, roster, status, why
from bot.turn import REFUSALS, Answer, Handle, Turn, Who, scope
from models.open_question import OpenQuestion

# Every command that names a person, by the word under which it asks, and who may give it.
COMMANDS: dict[str, tuple[Handle, Who]] = {
    "bind_code": (bind.issue_code, Who.LEADER),
    "deactivate": (roster.deactivate, Who.ADMIN),
    "hand_over": (posts.hand_over, Who.ADMIN),
    "reactivate": (roster.reactivate, Who.ADMIN),
    "receive": (moves.receive, Who.ADMIN),
    "retire": (roster.retire, Who.ADMIN),
    "status": (status.look_up, Who.LEADER),
    "strike": (birthday.strike, Who.ADMIN),
    "transfer": (moves.send, Who.ADMIN),
    "transfer_off": (moves.call_off, Who.ADMIN),
    "why": (why.why_not, Who.LEADER),
}


def chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """What the command does to the one who was chosen, if they are still there to choose; None for other words."""
    member_id = choices.chosen(db, turn, question)
    if member_id is None:
        return None
    handle, who = COMMANDS[question.facts["then"]]
    if scope(db, turn, who) is None:
        # The post was lost since the question.
        return Answer(turn.say(REFUSALS[who]))
    return handle(db, replace(turn, words={**question.facts["words"], people.CHOSEN: str(member_id)}))
