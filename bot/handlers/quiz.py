"""The quiz: the day's question answered, another one at will, what was wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bot import answers
from bot.handlers import recall
from bot.turn import Answer, Turn
from bot.wording import Wording
from models import open_question, owed, quiz
from models.broadcast import Broadcast, BroadcastKind
from models.nudge import monday
from models.open_question import OpenQuestion
from models.push import Push, PushStatus
from models.quiz import QuizKind, QuizMemory, QuizQuestion
from scheduler import ride_along
from scheduler.calendar import ONE_DAY
from scheduler.cause import Cause
from scheduler.planners.quizzes import facts
from scheduler.spacing import reviewed

QUESTION = "quiz"

# So long an answer is taken for one to the question that came by itself: until the next one comes.
ASKED_FOR = timedelta(days=1)
# And to one that was asked for: nobody comes back to it after lunch.
OPEN_FOR = timedelta(hours=3)
# More at once nobody reads.
MOST_WRONG = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that came by itself, unanswered so far, and when it came."""

    question: QuizQuestion
    at: datetime


def _member(turn: Turn) -> int:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return turn.person.member_id


def asked(db: Session, turn: Turn) -> Asked | None:
    """The question that the writer got last by itself, if it is still to be answered."""
    shown = (PushStatus.ACCEPTED, PushStatus.DELIVERED, PushStatus.UNKNOWN)
    query = (
        select(col(Push.facts), func.coalesce(col(Push.sent_at), col(Push.run_at)), col(Broadcast.starts_at))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .where(Push.member_id == turn.person.member_id, col(Push.status).in_(shown))
        .where(Broadcast.kind == BroadcastKind.QUIZ, col(Broadcast.starts_at) > turn.now - ASKED_FOR)
    )
    found = db.exec(query.order_by(col(Push.id).desc()).limit(1)).first()
    question = db.get(QuizQuestion, found[0]["question_id"]) if found else None
    if found is None or question is None:
        return None
    memory = db.get(QuizMemory, (_member(turn), question.id))
    done = memory is not None and memory.due_on > turn.means.hours.day(found[2])
    return None if done else Asked(question, found[1])


def ask(db: Session, turn: Turn) -> Answer:
    """「答题」: the one that waits for an answer; the day's, where it hasn't come yet; else the next in turn."""
    if waiting := _asked_last(db, turn):
        return _shown(turn, waiting)
    held = ride_along.waiting(db.connection(), [_member(turn)], turn.means.rules, turn.now).get(_member(turn), [])
    if todays := next((push for push in held if push.kind == BroadcastKind.QUIZ), None):
        taken = (ride_along.take, ride_along.shown(todays, turn.means.rules, turn.now))
        return Answer(Wording(turn.means.texts).quiz(todays.own), (taken,), alone=True)
    chosen = quiz.next_for(db.connection(), [_member(turn)], turn.today).get(_member(turn))
    if chosen is None:
        return _none(db, turn)
    open_question.ask(db, turn.person.openid, QUESTION, {"question_id": chosen}, turn.now + OPEN_FOR)
    return _shown(turn, db.get_one(QuizQuestion, chosen))


def _open(db: Session, turn: Turn) -> QuizQuestion | None:
    found = open_question.waiting(db, turn.person.openid, turn.now)
    return db.get(QuizQuestion, found.facts["question_id"]) if found and found.kind == QUESTION else None


def _asked_last(db: Session, turn: Turn) -> QuizQuestion | None:
    """What waits for an answer: of one that came by itself and one that was asked for, the later."""
    by_itself, at_will = asked(db, turn), open_question.waiting(db, turn.person.openid, turn.now)
    opened = _open(db, turn)
    if by_itself and opened and at_will and by_itself.at > at_will.expires_at - OPEN_FOR:
        return by_itself.question
    return opened or (by_itself.question if by_itself else None)


def _shown(turn: Turn, question: QuizQuestion) -> Answer:
    # Alone: a letter is to answer what was read last.
    return Answer(Wording(turn.means.texts).quiz(facts(question)), alone=True)


def _none(db: Session, turn: Turn) -> Answer:
    when = quiz.next_day(db.connection(), _member(turn), turn.today)
    if when is None:
        return Answer(turn.say("quiz.no_bank"))
    return Answer(turn.say("quiz.none_due", date=turn.means.texts.date(when, turn.today)))


def answered_open(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to a question that was asked for, or to the day's if that has come since."""
    waiting = _asked_last(db, turn)
    return answered(db, turn, waiting) if waiting else None


def answered(db: Session, turn: Turn, question: QuizQuestion) -> Answer | None:
    """Whether it was right, what is, why, and when it comes again; None for what is no answer."""
    text = turn.words["text"]
    right = answers.judged(question, text)
    if right is None:
        how = question.kind != QuizKind.BLANK and answers.plainly(text)
        return Answer(turn.say(f"quiz.how_{question.kind}")) if how else None
    memory = _record(db, turn, question, right=right)
    lines = [turn.say("quiz.right" if right else "quiz.wrong", answer=_answer(turn, question))]
    if question.explanation:
        lines.append(turn.say("quiz.explanation", explanation=question.explanation))
    lines.append(turn.say("quiz.again", date=turn.means.texts.date(memory.due_on, turn.today)))
    return Answer("\n".join(lines))


def _record(db: Session, turn: Turn, question: QuizQuestion, *, right: bool) -> QuizMemory:
    assert question.id is not None
    assert turn.person.branch_id is not None, "members are at home somewhere"
    week = monday(turn.today)
    mine = (QuizMemory.member_id == _member(turn), col(QuizMemory.answered_on) >= week)
    first = db.exec(select(QuizMemory.question_id).where(*mine).limit(1)).first() is None
    if _open(db, turn) == question:
        open_question.close(db, turn.person.openid)
    memory = _memory(db, turn, question.id)
    reviewed(memory, right=right, day=turn.today)
    db.add(memory)
    quiz.count(db.connection(), turn.person.branch_id, week, right=right, first=first)
    # One a day: what hasn't come yet doesn't come after this one.
    owed.withdraw(db.connection(), _member(turn), BroadcastKind.QUIZ, Cause.NOT_BY_STATUS)
    return memory


def _memory(db: Session, turn: Turn, question_id: int) -> QuizMemory:
    found = db.get(QuizMemory, (_member(turn), question_id))
    return found or QuizMemory(member_id=_member(turn), question_id=question_id, due_on=turn.today)


def _answer(turn: Turn, question: QuizQuestion) -> str:
    """The right answer with its words."""
    if question.options:
        named = zip(answers.LETTERS, question.options, strict=False)
        return "、".join(f"{letter} {option}" for letter, option in named if letter in question.answer)
    return f" {turn.say('quiz.or')} ".join(question.answer.split(answers.OR))


def skip(db: Session, turn: Turn) -> Answer:
    """「跳过」: not today; of the question after reading, where that is open."""
    after_reading = db.get(OpenQuestion, turn.person.openid)
    if after_reading and after_reading.kind == recall.RECALL_QUESTION and after_reading.expires_at > turn.now:
        return recall.skipped(db, turn, after_reading)
    question = _asked_last(db, turn)
    if question is None or question.id is None:
        return Answer(turn.say("quiz.nothing_asked"))
    if _open(db, turn) == question:
        open_question.close(db, turn.person.openid)
    memory = _memory(db, turn, question.id)
    memory.due_on = turn.today + ONE_DAY
    db.add(memory)
    return Answer(turn.say("quiz.skipped"))


def wrong_ones(db: Session, turn: Turn) -> Answer:
    """「错题」: their own, those that were wrong the last time."""
    found = quiz.wrong_ones(db, _member(turn), turn.today)
    if not found:
        return Answer(turn.say("quiz.wrong_none"))
    rows = [
        turn.say("quiz.wrong_row", number=number, title=question.title, answer=_answer(turn, question))
        for number, question in enumerate(found[:MOST_WRONG], 1)
    ]
    return Answer("\n".join([turn.say("quiz.wrong_head", count=len(found)), *rows]))
