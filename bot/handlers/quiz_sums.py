"""「答题情况」: what a group or branch did as a whole; never who."""

from datetime import timedelta

from sqlmodel import Session

from bot.turn import Answer, Turn, Who, scope
from models import quiz
from models.nudge import monday

# Of fewer people a sum says what one of them did.
LEAST_PEOPLE = 5
_A_WEEK, _TO_SUNDAY = timedelta(days=7), timedelta(days=6)


def last_week(db: Session, turn: Turn) -> Answer:
    """The sums of the last whole week: of one that still runs, asking twice would tell who answered in between."""
    path = scope(db, turn, Who.LEADER)
    assert path is not None, "the gate lets nobody but leaders through"
    week = monday(turn.today) - _A_WEEK
    found = quiz.sums(db.connection(), path, week)
    if found.people < LEAST_PEOPLE:
        return Answer(turn.say("quiz.few", least=LEAST_PEOPLE))
    date = turn.means.texts.date
    return Answer(
        turn.say(
            "quiz.sums",
            first=date(week, turn.today),
            last=date(week + _TO_SUNDAY, turn.today),
            people=found.people,
            answers=found.answers,
            percent=round(100 * found.right / found.answers),
        )
    )
