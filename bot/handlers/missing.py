"""A command word that stands alone: 「停用」 asks for the name, and the next message is the answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import Session

from bot import reminder_words
from bot.handlers import (
    amend,
    bind,
    birthday,
    broadcast,
    broadcast_approval,
    broadcast_course,
    library,
    library_adding,
    moves,
    note,
    opinion,
    own_book,
    own_hour,
    plan_pausing,
    plans,
    posts,
    relief_switch,
    reminders,
    reviews,
    roster,
    series,
    settings,
    shelf,
    status,
    wall,
    why,
)
from bot.misread import Misread
from bot.times import clock_time, day, last_day, written
from bot.turn import REFUSALS, Answer, Handle, Turn, Who, scope
from models import open_question
from models.open_question import OpenQuestion

QUESTION = "missing"

_END = r"[\s。.!！~～吧]*"
_PLAIN = r"[^\s，。：:,?？!！]"
_NAME = re.compile(rf"(?:是)?(?P<said>{_PLAIN}{{1,20}}(?: {_PLAIN}{{1,20}})?){_END}")
# The second part may come with the first.
_MOVING = re.compile(
    rf"(?:是)?(?P<said>(?:(?![到去至]){_PLAIN}){{1,20}}(?: (?:(?![到去至]){_PLAIN}){{1,20}})?)"
    rf"(?:\s*[到去至]\s*(?P<to>[^。\n]{{1,60}}?))?{_END}"
)
_NUMBER = re.compile(rf"第?(?P<said>\d{{1,9}})[号条]?{_END}")
_WORDS = re.compile(rf"(?P<said>.{{1,16}}?){_END}")
_PAST = re.compile(rf"(?P<said>{written.PAST_DAY})的?(?:[\s,，:：]+(?P<note>.+))?{_END}", re.DOTALL)
_KIND = re.compile(rf"(?P<said>{plan_pausing.WORDS}|[1-7]){_END}")
# In the order of the question. 「荐书」 alone is a command of its own, so they are chosen by number.
_KINDS = ("学习", "荐书", "祝贺", "生日名单", "打卡提醒", "答题", "转正提醒")
_LINE = re.compile(rf"(?P<said>[^\n]{{1,60}}?){_END}")
_TEXT = re.compile(r"(?P<said>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """What a command can't do without: the turn's word for it, what is asked, and the looks of an answer.

    `reads` raises `Misread` for what only looks like one, so that a chat in between doesn't end the question.
    """

    word: str
    asks: str
    looks: re.Pattern[str]
    reads: Callable[[str, Turn], object] | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """The parts of a command, in the order in which they are asked for, what does it, and who may give it."""

    who: Who
    handle: Handle
    parts: tuple[Part, ...]


def _named(handle: Handle, asks: str, who: Who = Who.ADMIN) -> Lack:
    return Lack(who, handle, (Part("name", asks, _NAME),))


def _numbered(handle: Handle, asks: str, who: Who = Who.ADMIN) -> Lack:
    return Lack(who, handle, (Part("id", asks, _NUMBER),))


def _numbered_text(handle: Handle, asks: str, word: str, then: str, who: Who = Who.MEMBER) -> Lack:
    both = re.compile(rf"第?(?P<said>\d{{1,9}})[号条]?(?:[\s,，。:：]+(?P<{word}>.+)|{_END})", re.DOTALL)
    return Lack(who, handle, (Part("id", asks, both), Part(word, then, _TEXT)))


def _titled(handle: Handle, word: str, asks: str, who: Who = Who.MEMBER) -> Lack:
    return Lack(who, handle, (Part(word, asks, _LINE),))


def _one(who: Who, handle: Handle, part: Part) -> Lack:
    return Lack(who, handle, (part,))


def _of_kind(handle: Handle) -> Handle:
    """Of the kind of plan that the number stands for."""

    def of_that_kind(db: Session, turn: Turn) -> Answer:
        said = turn.words["kind"]
        kind = _KINDS[int(said) - 1] if said.isdigit() else said
        return handle(db, replace(turn, words={**turn.words, "kind": kind}))

    return of_that_kind


def _last_day(said: str, turn: Turn) -> object:
    return last_day(said, turn.today)


def _day(said: str, turn: Turn) -> object:
    return day(said, turn.today)


def _clock(said: str, _turn: Turn) -> object:
    return clock_time(said)


def _reminder_time(said: str, turn: Turn) -> object:
    try:
        return clock_time(said)
    except Misread:
        return reminder_words.read(said, turn.means.local(turn.now))


LACKS: dict[str, Lack] = {
    "停用": _named(roster.deactivate, "missing.deactivate"),
    "启用": _named(roster.reactivate, "missing.reactivate"),
    "退休": _named(roster.retire, "missing.retire"),
    "交接": _named(posts.hand_over, "missing.hand_over"),
    "转出": Lack(
        Who.ADMIN,
        moves.send,
        (Part("name", "missing.transfer", _MOVING), Part("to", "missing.transfer_to", _LINE)),
    ),
    "取消转出": _named(moves.call_off, "missing.transfer_off"),
    "接收": _named(moves.receive, "missing.receive"),
    "不发": _named(birthday.strike, "missing.strike"),
    "绑定码": _named(bind.issue_code, "missing.code_for", Who.LEADER),
    "为什么没收到": _named(why.why_not, "missing.whose", Who.LEADER),
    "查": _named(status.look_up, "missing.look_up", Who.LEADER),
    "暂停": _numbered(broadcast_course.hold, "missing.broadcast"),
    "同意发": _numbered(broadcast_approval.approve, "missing.broadcast"),
    "不同意发": _numbered(broadcast_approval.refuse, "missing.broadcast"),
    "撤下心得": _numbered_text(wall.take_off, "missing.note_off", "reason", "missing.reason", Who.LEADER),
    "评": _numbered_text(wall.comment, "missing.note", "text", "missing.comment", Who.MEMBER),
    "撤回评论": _numbered(wall.remove_comment, "missing.note", Who.MEMBER),
    "改心得": _numbered_text(note.change, "missing.note", "text", "missing.note_text", Who.MEMBER),
    "下架": _titled(library.withdraw, "title", "missing.title_out", Who.ADMIN),
    "上架": _titled(library.restore, "title", "missing.title_in", Who.ADMIN),
    "加学习": _one(Who.ADMIN, library_adding.add_topic, Part("text", "missing.topic", _TEXT)),
    "加荐书": _one(Who.ADMIN, library_adding.add_book, Part("text", "missing.book", _TEXT)),
    "学": _titled(series.learn, "series", "missing.series"),
    "想读": _titled(shelf.want, "book", "missing.book_wanted"),
    "在读": _titled(shelf.reading, "book", "missing.book_in_hand"),
    "读完": _titled(shelf.done, "book", "missing.book_done"),
    "不读": _titled(own_book.take_off, "book", "missing.book_off"),
    "书评": _titled(reviews.show, "book", "missing.book_reviewed"),
    "分享书评": _titled(own_book.share, "book", "missing.review_shared"),
    "收回书评": _titled(own_book.unshare, "book", "missing.review_back"),
    "意见": _one(Who.MEMBER, opinion.propose, Part("text", "opinion.how", _TEXT)),
    "请假": _one(
        Who.MEMBER,
        settings.take_leave,
        Part("until", "missing.until", _WORDS, _last_day),
    ),
    "提醒时间": _one(Who.MEMBER, own_hour.choose, Part("when", "missing.hour", _WORDS, _clock)),
    "改提醒": _one(Who.MEMBER, reminders.change, Part("when", "missing.reminder", _WORDS, _reminder_time)),
    "补卡": _one(Who.MEMBER, amend.make_up_day, Part("day", "missing.day", _PAST)),
    "改打卡": _one(Who.MEMBER, amend.correct, Part("note", "missing.check_in", _TEXT)),
    "取消庄重日": _one(
        Who.ADMIN,
        plans.remove_solemn,
        Part("day", "missing.solemn_day", _WORDS, _day),
    ),
    "暂停计划": _one(Who.ADMIN, _of_kind(plan_pausing.pause), Part("kind", "missing.plan", _KIND)),
    "恢复计划": _one(Who.ADMIN, _of_kind(plan_pausing.go_on), Part("kind", "missing.plan", _KIND)),
    "关闭减负": _one(Who.ADMIN, relief_switch.ask, Part("text", "missing.document", _TEXT)),
    "广播": _one(Who.ADMIN, broadcast.compose, Part("text", "missing.text", _TEXT)),
}

# A late answer of these can be nothing else; any words may be a name, a title or a text.
_TELLING = frozenset({"day", "id", "kind", "until", "when"})


def ask(db: Session, turn: Turn) -> Answer:
    """Asks for what is missing first, and remembers for what; what was said already needn't be said again."""
    given = {word: said for word, said in turn.words.items() if word != "lacks"}
    return _ask(db, turn, turn.words["lacks"], given)


def _ask(db: Session, turn: Turn, word: str, given: Mapping[str, str]) -> Answer:
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    facts = {"word": word, "words": dict(given)}
    open_question.ask(db, turn.person.openid, QUESTION, facts, expires)
    part = _next_part(LACKS[word], given)
    assert part is not None, "who has said everything is asked nothing"
    return Answer(turn.say(part.asks), alone=True)


def _next_part(lack: Lack, given: Mapping[str, str]) -> Part | None:
    return next((part for part in lack.parts if part.word not in given), None)


def ask_opinion(db: Session, turn: Turn) -> Answer:
    """「意见」 alone: who will read it, and what is written next is the opinion."""
    how = opinion.propose(db, turn)
    if opinion.reader_of(db, turn):
        _ask(db, turn, "意见", {})
    return how


def ask_for_code(db: Session, turn: Turn) -> Answer:
    """「绑定码」 alone: a leader is asked for whom; who isn't bound yet has a code to send."""
    if scope(db, turn, Who.LEADER):
        return _ask(db, turn, "绑定码", {})
    return Answer(turn.say("bind.already" if turn.person.is_member else "missing.code"))


def ask_whose(db: Session, turn: Turn) -> Answer:
    """「为什么没收到」: a leader is asked who didn't; anybody else means themselves."""
    return _ask(db, turn, "为什么没收到", {}) if scope(db, turn, Who.LEADER) else why.why_not_me(db, turn)


def answered(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer, done as if it had been written behind the word; None for what doesn't look like one."""
    word, given = question.facts["word"], question.facts.get("words", {})
    lack = LACKS[word]
    part = _next_part(lack, given)
    said = _fitting(part, turn) if part else None
    if said is None:
        return None
    # Closed first: what is done may ask something itself.
    open_question.close(db, turn.person.openid)
    if lack.who >= Who.LEADER and scope(db, turn, lack.who) is None:
        # The post was lost since the question.
        return Answer(turn.say(REFUSALS[lack.who]))
    words = {**given, **said}
    if _next_part(lack, words):
        return _ask(db, turn, word, words)
    return lack.handle(db, replace(turn, words=words))


def is_late_answer(turn: Turn, question: OpenQuestion) -> bool:
    """Whether the message can only be the answer to this question, which is no longer open."""
    if question.kind != QUESTION:
        return False
    part = _next_part(LACKS[question.facts["word"]], question.facts.get("words", {}))
    return part is not None and part.word in _TELLING and _fitting(part, turn) is not None


def _fitting(part: Part, turn: Turn) -> dict[str, str] | None:
    """The words that the message answers with, this part's and any that came along."""
    found = part.looks.fullmatch(turn.words["text"])
    if found is None:
        return None
    words = {word: said.strip() for word, said in found.groupdict().items() if said and said.strip()}
    try:
        said = words.pop("said")
        if part.reads:
            part.reads(said, turn)
    except (KeyError, Misread):
        return None
    return {**words, part.word: said}
