"""A question after reading, in the place of counting minutes: answered in one's own words or skipped, never scored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from bot.amounts import Amounts
from bot.turn import Answer, Means, Turn
from models import open_question, recall
from models.checkin import record
from models.open_question import OpenQuestion
from models.recall import ToAsk

RECALL_QUESTION = "recall"

SKIP = re.compile(r"(?:跳过|略过|不答|不写|不想答|不想写|没有|没想法)了?[。.!！~～]*")

# Says 「学过了」 once more, and is no answer in one's own words.
_ONE = re.compile(r"[1１][。.!！~～]*")


def read_lately(connection: Connection, means: Means, members: Sequence[int], now: datetime) -> dict[int, ToAsk]:
    """What these members are to be asked, having read a lesson or the topic of the day."""
    return recall.to_ask(connection, members, means.hours.at(means.hours.study_day(now), time.min), now)


def asking(db: Session, turn: Turn) -> Turn:
    """The turn of a check-in that was told by 「1」 alone, with what is to be asked."""
    found = read_lately(db.connection(), turn.means, [turn.person.member_id or 0], turn.now)
    return replace(turn, recall=found.get(turn.person.member_id or 0))


def with_question(turn: Turn, answer: Answer) -> Answer:
    """The answer to a check-in, with the question where there is one."""
    asked = turn.recall
    if asked is None:
        return answer
    day = turn.means.hours.study_day(turn.now)
    question = {
        "openid": turn.person.openid,
        "kind": RECALL_QUESTION,
        "facts": {"day": day.isoformat(), "answer": asked.answer},
        "expires_at": turn.now + timedelta(minutes=turn.means.config.limits.question_minutes),
    }
    noted = {"member_id": turn.person.member_id, "topic_id": asked.topic_id, "asked_at": turn.now}
    changes = (*answer.changes, (open_question.opened, question), (recall.asked, noted))
    return replace(answer, reply=f"{answer.reply}\n{turn.say('recall.ask', question=asked.question)}", changes=changes)


def take_answer(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """What was remembered becomes part of that day's note; the answer that the library has follows, if it has one."""
    text = turn.words["text"]
    if _ONE.fullmatch(text):
        return None
    if SKIP.fullmatch(text):
        return skipped(db, turn, question)
    facts = dict(question.facts)
    open_question.close(db, turn.person.openid)
    row = {
        "member_id": turn.person.member_id,
        "day": date.fromisoformat(facts["day"]),
        "at": turn.now,
        "note": text,
        **Amounts().row,
    }
    return Answer(turn.say("recall.kept") + _hint(turn, facts), ((record, row),))


def skipped(db: Session, turn: Turn, question: OpenQuestion) -> Answer:
    """Nothing is kept; the library's answer follows all the same."""
    facts = dict(question.facts)
    open_question.close(db, turn.person.openid)
    return Answer(turn.say("recall.skipped") + _hint(turn, facts))


def _hint(turn: Turn, facts: Mapping[str, Any]) -> str:
    return f"\n{turn.say('recall.answer', answer=facts['answer'])}" if facts["answer"] else ""
