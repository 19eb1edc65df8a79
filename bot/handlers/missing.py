"""A command word that stands alone: 「停用」 asks for the name, and the next message is the answer."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import Session

from bot.handlers import (
    bind,
    birthday,
    broadcast,
    broadcast_approval,
    broadcast_course,
    own_hour,
    plans,
    relief_switch,
    roster,
    settings,
    why,
)
from bot.misread import Misread
from bot.times import clock_time, day, last_day
from bot.turn import REFUSALS, Answer, Handle, Turn, Who, scope
from models import open_question
from models.open_question import OpenQuestion

QUESTION = "missing"

_NAME = re.compile(r"(?:是)?(?P<said>[^\s，。：:,?？!！]{1,20}(?: [^\s，。：:,?？!！]{1,20})?)[\s。.!！~～吧]*")
_NUMBER = re.compile(r"(?P<said>\d{1,9})[\s。.!！号]*")
_WORDS = re.compile(r"(?P<said>.{1,16}?)[\s。.!！~～吧]*")
_TEXT = re.compile(r"(?P<said>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Lack:
    """What is asked after a word, the turn's word that answers it, its looks, what takes it, and from whom."""

    asks: str
    word: str
    looks: re.Pattern[str]
    handle: Handle
    who: Who = Who.ADMIN


LACKS: dict[str, Lack] = {
    "停用": Lack("missing.deactivate", "name", _NAME, roster.deactivate),
    "启用": Lack("missing.reactivate", "name", _NAME, roster.reactivate),
    "不发": Lack("missing.strike", "name", _NAME, birthday.strike),
    "绑定码": Lack("missing.code_for", "name", _NAME, bind.issue_code, Who.LEADER),
    "请假": Lack("missing.until", "until", _WORDS, settings.take_leave, Who.MEMBER),
    "提醒时间": Lack("missing.hour", "when", _WORDS, own_hour.choose, Who.MEMBER),
    "取消庄重日": Lack("missing.solemn_day", "day", _WORDS, plans.remove_solemn),
    "暂停": Lack("missing.broadcast", "id", _NUMBER, broadcast_course.hold),
    "同意发": Lack("missing.broadcast", "id", _NUMBER, broadcast_approval.approve),
    "不同意发": Lack("missing.broadcast", "id", _NUMBER, broadcast_approval.refuse),
    "为什么没收到": Lack("missing.whose", "name", _NAME, why.why_not, Who.LEADER),
    "关闭减负": Lack("missing.document", "text", _TEXT, relief_switch.ask),
    "广播": Lack("missing.text", "text", _TEXT, broadcast.compose),
}


def ask(db: Session, turn: Turn) -> Answer:
    """Asks for what is missing, and remembers for what."""
    return _ask(db, turn, turn.words["lacks"])


def _ask(db: Session, turn: Turn, word: str) -> Answer:
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, QUESTION, {"word": word}, expires)
    return Answer(turn.say(LACKS[word].asks), alone=True)


def ask_for_code(db: Session, turn: Turn) -> Answer:
    """「绑定码」 alone: a leader is asked for whom; who isn't bound yet has a code to send."""
    if scope(db, turn, Who.LEADER):
        return _ask(db, turn, "绑定码")
    return Answer(turn.say("bind.already" if turn.person.is_member else "missing.code"))


def ask_whose(db: Session, turn: Turn) -> Answer:
    """「为什么没收到」: a leader is asked who didn't; anybody else means themselves."""
    return _ask(db, turn, "为什么没收到") if scope(db, turn, Who.LEADER) else why.why_not_me(db, turn)


def answered(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer, done as if it had been written behind the word; None for what doesn't look like one."""
    lack = LACKS[question.facts["word"]]
    said = _fitting(lack, turn)
    if said is None:
        return None
    # Closed first: what is done may ask something itself.
    open_question.close(db, turn.person.openid)
    if lack.who >= Who.LEADER and scope(db, turn, lack.who) is None:
        # The post was lost since the question.
        return Answer(turn.say(REFUSALS[lack.who]))
    return lack.handle(db, replace(turn, words={lack.word: said}))


def is_late_answer(turn: Turn, question: OpenQuestion) -> bool:
    """Whether the message can only be the answer to this question, which is no longer open; a name may be any words."""
    if question.kind != QUESTION:
        return False
    lack = LACKS[question.facts["word"]]
    return lack.word not in ("name", "text") and _fitting(lack, turn) is not None


def _fitting(lack: Lack, turn: Turn) -> str | None:
    found = lack.looks.fullmatch(turn.words["text"])
    return found["said"].strip() if found and _is_read(lack.word, found["said"], turn) else None


def _is_read(word: str, said: str, turn: Turn) -> bool:
    """Whether a time is one, so that a chat in between doesn't end the question."""
    try:
        match word:
            case "until":
                last_day(said, turn.today)
            case "when":
                clock_time(said)
            case "day":
                day(said, turn.today)
    except Misread:
        return False
    return True
