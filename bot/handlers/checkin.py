"""「打卡」: a member's study of the day."""

import re
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from bot.amounts import Amounts, amounts_in
from bot.handlers.keepsake import spoken
from bot.handlers.recall import RECALL_QUESTION, with_question
from bot.turn import Answer, Turn
from models.broadcast import Broadcast, BroadcastKind
from models.checkin import keep_streaks, record, recount_streaks
from models.habit import carried_on
from models.member import Member
from models.open_question import OpenQuestion
from models.push import Push, PushStatus
from scheduler.settle import BIRTHDAY_QUESTION

ONE = re.compile(r"[1１][。.!！~～]*")

# What says that 「1」 is enough.
_INVITING = (BroadcastKind.TOPIC, BroadcastKind.NUDGE)


def check_in(turn: Turn) -> Answer:
    """Records today's study; a second message of the day adds its words and amounts to the first. Hot."""
    person, note = turn.person, turn.words.get("note", "")
    if person.checked_in and not note:
        return with_question(turn, Answer(turn.say("checkin.again")))
    day, amounts = turn.means.hours.study_day(turn.now), amounts_in(note)
    row = {"member_id": person.member_id, "day": day, "at": turn.now, "note": note, **amounts.row}
    written = ((record, row), *spoken(turn, day))
    if person.checked_in:
        return Answer(turn.say("checkin.added") + amounts_text(turn, amounts), written)
    last = person.last_day
    if last is not None and last >= day:
        # A clock that was behind, or was turned back, wrote a later day before this one.
        recount = (recount_streaks, {"member_id": person.member_id})
        return Answer(_done(turn, day, amounts), (*written, recount))
    length = 1 if last is None else carried_on(person.streak, last, person.away_until, day)
    streak = {"member_id": person.member_id, "length": length, "last_day": day}
    said = _done(turn, day, amounts) + _streak(turn, length)
    return with_question(turn, Answer(said, (*written, (keep_streaks, streak))))


def _done(turn: Turn, day: date, amounts: Amounts) -> str:
    if day == turn.today:
        done = turn.say("checkin.done")
    else:
        done = turn.say("checkin.done_for", date=turn.means.texts.date(day, turn.today))
    return done + amounts_text(turn, amounts)


def _streak(turn: Turn, length: int) -> str:
    if length < 2 or turn.person.streak_hidden:
        return ""
    return turn.say("checkin.streak", days=length)


def amounts_text(turn: Turn, amounts: Amounts) -> str:
    """How the amounts were understood, so that a mistake is seen; "" where nothing was counted."""
    return turn.say("checkin.amounts", amounts=amounts.said(turn.say)) if amounts.is_told else ""


def is_meant_by_one(db: Session, turn: Turn, question: OpenQuestion | None) -> bool:
    """Whether the message is 「1」 and answers the topic or the nudge that the writer got last.

    A question that is open comes first, and one that ran out after the topic had come: whoever is too late for it has
    to hear that. Only what asks for a few words, after a birthday or a text, leaves 「1」 alone: it is none.
    """
    if not turn.person.is_member or not ONE.fullmatch(turn.words["text"]):
        return False
    got_at = _invited_at(db, turn)
    if question is None or question.kind in (BIRTHDAY_QUESTION, RECALL_QUESTION) or got_at is None:
        return got_at is not None
    return question.expires_at <= min(got_at, turn.now)


def is_done_since(db: Session, turn: Turn, asked_at: datetime) -> bool:
    """Whether 「1」 can mean a question that came at `asked_at`: nothing has invited to check in since, or it is done.

    What came in one message with the question says 「1」 in so many words, and has it.
    """
    invited_at = _invited_at(db, turn)
    return turn.person.checked_in or invited_at is None or invited_at < asked_at


def _invited_at(db: Session, turn: Turn) -> datetime | None:
    """When the writer got the latest topic or nudge, if it is still of today's concern."""
    # Nobody knows whether what is unknown arrived, but who answers it has got it.
    shown = (PushStatus.ACCEPTED, PushStatus.DELIVERED, PushStatus.UNKNOWN)
    query = (
        select(func.coalesce(col(Push.sent_at), col(Push.run_at)))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .where(Push.member_id == turn.person.member_id, col(Push.status).in_(shown))
        .where(col(Broadcast.kind).in_(_INVITING), col(Broadcast.show_until) > turn.now)
    )
    return db.exec(query.order_by(col(Push.id).desc()).limit(1)).first()


def hide_streak(db: Session, turn: Turn) -> Answer:
    """Stops telling this member how many days in a row it were."""
    db.get_one(Member, turn.person.member_id).streak_hidden = True
    return Answer(turn.say("checkin.streak_hidden"))


def show_streak(db: Session, turn: Turn) -> Answer:
    """Tells it again."""
    db.get_one(Member, turn.person.member_id).streak_hidden = False
    return Answer(turn.say("checkin.streak_shown"))
