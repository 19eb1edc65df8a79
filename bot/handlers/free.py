"""What isn't a command: the answer to the open question, or something we can't read."""

import re
from collections.abc import Callable

from sqlmodel import Session

from bot import answers
from bot.handlers import (
    amend,
    bind,
    birthday,
    broadcast,
    checkin,
    invitation,
    keepsake,
    library,
    library_adding,
    missing,
    moves,
    note,
    opinion,
    own_book,
    people,
    posts,
    quiz,
    recall,
    relief_switch,
    roster,
    series,
    settings,
    shelf,
    which,
)
from bot.offers.likeliest import likeliest, tap
from bot.turn import Answer, Turn, Who, highest, scope
from models.open_question import OpenQuestion
from scheduler.settle import BIRTHDAY_QUESTION

# Emoji, and the platform's own in brackets.
_ONLY_FACES = re.compile(r"(?:\[[^\]\s]{1,6}\]|[\s\u2600-\u27bf\u200d\ufe0f\U0001f300-\U0001faff])+")
# What wants an answer as people give it, and no list of commands.
_MANNERS = (
    (
        "common.hello",
        re.compile(r"(?:您好|你好|大家好|嗨|哈喽|hi|hello|在吗|早(?:上好|安)?|(?:中午|下午|晚上)好|晚安)", re.I),
    ),
    (
        "common.welcome",
        re.compile(
            r"(?:好的?[，, ]*)?(?:谢谢|感谢|多谢|谢了|辛苦)(?:[您你]|(?:书记|老师|组长|同志|大家|各位)们?|了|啦)?"
        ),
    ),
    ("common.new_phone", re.compile(r"我?刚?换了?(?:[个部]?新?)(?:手机|微信号?)了?[，, ]*(?:怎么办|怎么弄)?")),
    (
        "common.whom_to_ask",
        re.compile(
            r"(?:书记|老师|组长|管理员|负责人|会长|班主任)的?(?:电话|手机号?|联系方式)(?:号码)?(?:是?多少|是什么)?"
        ),
    ),
    ("common.fine", re.compile(r"(?:好的?|嗯+|哦+|行|知道了|明白了?|哈+|ok|没事|不错)", re.I)),
)
# What is done in the roster's own file, and not in the chat.
_ROSTER = re.compile(
    r"加(?:一?[个位]|几个)?新?(?:人|成员|同志|党员)|[加添](?:进来|到名册)|新(?:来|成员|同志|人).{0,8}[加录导]"
    r"|(?:升|当|任|换)[了为成]?新?小?组长|换(?:[个到了]|一个)?.{0,6}小?组|(?:导入|录入|上传).{0,4}(?:名单|名册|成员)"
)
_AROUND = re.compile(r"^[\s]+|[\s。.!！~～?？啊呀哈的]+$")
# So much of what was heard is repeated.
_QUOTED = 30
_KINDS = {
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "miniprogrampage": "link",
}

# The answer to a question, by its kind; None when the message doesn't fit it.
QUESTIONS: dict[str, Callable[[Session, Turn, OpenQuestion], Answer | None]] = {
    "bind": bind.confirmed,
    "rebind": bind.confirmed,
    "birthday": birthday.keep_words,
    "deactivate": roster.confirmed,
    "retire": roster.retirement_confirmed,
    posts.QUESTION: posts.confirmed,
    opinion.QUESTION: opinion.confirmed,
    moves.QUESTION: moves.confirmed,
    settings.QUESTION: settings.stop_chosen,
    note.QUESTION: note.go_on,
    note.CHANGE: note.changed,
    note.WITHDRAW: note.withdrawn,
    library.WITHDRAW: library.withdraw_confirmed,
    library.WHICH_OUT: library.withdraw_chosen,
    library.WHICH_IN: library.restore_chosen,
    library_adding.ADD: library_adding.link_chosen,
    recall.RECALL_QUESTION: recall.take_answer,
    series.WHICH: series.chosen,
    shelf.WHICH: shelf.chosen,
    own_book.WHICH: own_book.chosen,
    own_book.OFF: own_book.off_confirmed,
    quiz.QUESTION: quiz.answered_open,
    amend.QUESTION: amend.undo_confirmed,
    missing.QUESTION: missing.answered,
    people.QUESTION: which.chosen,
    relief_switch.QUESTION: relief_switch.agreed,
    invitation.WHICH: invitation.chosen,
}


def answer_or_help(db: Session, turn: Turn) -> Answer:
    """Hands the message to the open question; 「1」 may be a check-in; else says kindly what can be done."""
    question = db.get(OpenQuestion, turn.person.openid)
    known = question is not None and question.kind in QUESTIONS
    asked = quiz.asked(db, turn) if turn.person.is_member else None
    if question is not None and known and question.expires_at > turn.now:
        answer = _to_quiz_instead(db, turn, question, asked) or QUESTIONS[question.kind](db, turn, question)
        if answer is not None:
            return answer
    one = checkin.is_meant_by_one(db, turn, question)
    if asked and (not one or checkin.is_done_since(db, turn, asked.at)):
        answer = quiz.answered(db, turn, asked.question)
        if answer is not None:
            return answer
    if one:
        return checkin.check_in(recall.asking(db, turn))
    if question is not None and known and question.expires_at <= turn.now and _is_late_answer(turn, question):
        return Answer(turn.say("common.question_expired"), alone=True)
    return _spoken_after_check_in(db, turn) or not_understood(db, turn)


def _spoken_after_check_in(db: Session, turn: Turn) -> Answer | None:
    """A voice message whose words are no command is kept with the day's check-in, where there is one."""
    if turn.inbound.kind != "voice" or not turn.person.checked_in or not turn.person.is_member:
        return None
    kept = keepsake.take(db, turn)
    return Answer(kept) if kept else None


def _to_quiz_instead(db: Session, turn: Turn, question: OpenQuestion, asked: quiz.Asked | None) -> Answer | None:
    """The answer of a letter to the day's question, although a few words after a greeting would be welcome too."""
    if asked is None or question.kind != BIRTHDAY_QUESTION or not answers.plainly(turn.words["text"]):
        return None
    return quiz.answered(db, turn, asked.question)


def _is_late_answer(turn: Turn, question: OpenQuestion) -> bool:
    return bool(bind.YES.fullmatch(turn.words["text"])) or missing.is_late_answer(turn, question)


def not_understood(db: Session, turn: Turn) -> Answer:
    """Help for who wrote: how to agree, the organisation's own text, the three likeliest things to tap."""
    if turn.person.agreed_at is None:
        return Answer(ask_to_agree(turn), alone=True)
    if not turn.person.is_member:
        return Answer(visitor(turn), alone=True)
    said = turn.inbound.text
    if _ONLY_FACES.fullmatch(said):
        return Answer(turn.say("common.face"))
    plain = _AROUND.sub("", said) or said
    for sentence, looks in _MANNERS:
        if looks.fullmatch(plain) or looks.fullmatch(said.strip()):
            return Answer(turn.say(sentence))
    if _ROSTER.search(plain) and scope(db, turn, Who.ADMIN):
        return Answer(turn.say("people.by_roster"))
    offered = likeliest(said, highest(db, turn), people.spoken_of(db, turn))
    taps = turn.say("common.taps", list="、".join(map(tap, offered)))
    if turn.inbound.kind == "voice":
        return Answer(turn.say("common.heard", text=said[:_QUOTED]) + taps)
    return Answer(turn.say("common.not_understood") + taps)


def ask_to_agree(turn: Turn) -> str:
    """Someone moved here from another system sees who we are; everybody else has been greeted already."""
    return turn.say("follow.greeting_imported" if turn.person.is_member else "follow.not_agreed")


def visitor(turn: Turn) -> str:
    """The organisation's own words to those who are not on its roster."""
    return turn.means.config.organisation.visitor_text or turn.say("follow.visitor")


def only_text(db: Session, turn: Turn) -> Answer:
    """A picture, a voice without its words, a place, a link, a sticker."""
    if not turn.person.is_member or turn.person.agreed_at is None:
        return not_understood(db, turn)
    take = {"image": broadcast.take_picture, "link": library_adding.take_link}.get(turn.inbound.kind)
    answer = take(db, turn) if take else None
    # Where an admin hasn't checked in, the picture is for others.
    mine = turn.inbound.kind in ("image", "voice") and (answer is None or turn.person.checked_in)
    kept = keepsake.take(db, turn) if mine else None
    if answer is not None and kept:
        return Answer(f"{kept}\n{answer.reply}")
    return answer or Answer(kept or turn.say(f"common.only_text_{_KINDS.get(turn.inbound.kind, 'sticker')}"))


def silence(db: Session, turn: Turn) -> Answer:
    """Events that nobody expects an answer to, and kinds that nobody knows yet."""
    return Answer("", alone=True)
