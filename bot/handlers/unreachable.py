"""「谁收不到」: whom nothing reaches now, by cause, and what to do."""

from sqlmodel import Session

from bot.handlers.why import asker_over
from bot.texts import Texts
from bot.turn import Answer, Turn, Who, scope
from scheduler.cause import Cause
from scheduler.explain import Asking
from scheduler.unreachable import by_cause, unreachable


def who_is_unreachable(db: Session, turn: Turn) -> Answer:
    """The people of the writer's own part of the tree whom a message wouldn't reach now."""
    path = scope(db, turn, Who.LEADER)
    assert path is not None, "the gate lets nobody but leaders through"
    asking = Asking(asker_over(db, turn, path), turn.means.account, turn.means.rules, turn.now)
    names = by_cause(unreachable(db, path, asking))
    if not names:
        return Answer(turn.say("unreachable.nobody"))
    count = sum(len(of_cause) for of_cause in names.values())
    return Answer("\n".join([turn.say("unreachable.head", count=count), *lines(turn.means.texts, names)]))


def lines(texts: Texts, names: dict[Cause, list[str]], most: int = 20) -> list[str]:
    """A line for each cause: who, `most` of them by name, and what to do."""
    return [
        texts(
            "unreachable.line",
            what=texts(f"unreachable.why_{cause}"),
            count=len(of_cause),
            names=texts.names(of_cause, most),
            remedy=texts(f"unreachable.do_{cause}"),
        )
        for cause, of_cause in names.items()
    ]
