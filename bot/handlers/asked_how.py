"""「〈姓名〉 怎么样」: about somebody on the roster it is a question for us; about anything else it is talk."""

from sqlmodel import Session

from bot.handlers import people, status
from bot.handlers.free import not_understood
from bot.turn import Answer, Turn, Who


def how_is(db: Session, turn: Turn) -> Answer:
    """What 「查 〈姓名〉」 answers, where the writer leads somebody of that name."""
    meant = people.all_of(db, turn, turn.words["name"], Who.LEADER)
    return status.look_up(db, turn) if meant else not_understood(db, turn)
