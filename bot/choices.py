"""A question back with numbered answers: which of these is meant?"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.turn import Answer, Turn
from models import open_question
from models.open_question import OpenQuestion

_NUMBER = re.compile(r"(?:第\s*)?(\d|[一二两三四五六七八九])(?:\s*[个本条项])?[。.!！]*")
_DIGITS = {word: number for number, word in enumerate("一二三四五六七八九", start=1)} | {"两": 2}

# So many can be told apart by one digit.
MOST = 9


def expires(turn: Turn) -> datetime:
    """How long a question stays open."""
    return turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)


def ask(db: Session, turn: Turn, kind: str, head: str, choices: Sequence[tuple[str, Any]], **facts: Any) -> Answer:
    """Opens a question of that kind: the choices are what is shown, each with the value that it stands for."""
    kept = {**facts, "choices": [value for _, value in choices]}
    open_question.ask(db, turn.person.openid, kind, kept, expires(turn))
    rows = [turn.say("library.choice", number=number, what=shown) for number, (shown, _) in enumerate(choices, start=1)]
    return Answer("\n".join([head, *rows]), alone=True)


def chosen(db: Session, turn: Turn, question: OpenQuestion) -> Any | None:
    """The value of the number that was answered, the question closed; None if the message is no such number."""
    found = _NUMBER.fullmatch(turn.words["text"].strip())
    if found is None:
        return None
    number = _DIGITS.get(found[1]) or int(found[1])
    choices = question.facts["choices"]
    if not 1 <= number <= len(choices):
        return None
    open_question.close(db, turn.person.openid)
    return choices[number - 1]
