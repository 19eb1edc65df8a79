"""「打卡」: a member's study of the day, and looking back at it."""

import re
from calendar import monthrange
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session, col, func, select

from bot.handlers.recall import RECALL_QUESTION, with_question
from bot.turn import Answer, Turn
from models.broadcast import Broadcast, BroadcastKind
from models.checkin import CheckIn, keep_streaks, lengthened, record
from models.member import Member
from models.open_question import OpenQuestion
from models.push import Push, PushStatus
from scheduler.settle import BIRTHDAY_QUESTION

ONE = re.compile(r"[1１][。.!！~～]*")

# What says that 「1」 is enough.
_INVITING = (BroadcastKind.TOPIC, BroadcastKind.NUDGE)


def check_in(turn: Turn) -> Answer:
    """Records today's study; a second message of the day adds its words to the first. Hot."""
    person, note = turn.person, turn.words.get("note", "")
    if person.checked_in and not note:
        return with_question(turn, Answer(turn.say("checkin.again")))
    day = turn.means.hours.study_day(turn.now)
    row = {"member_id": person.member_id, "day": day, "at": turn.now, "note": note}
    if person.checked_in:
        return Answer(turn.say("checkin.added"), ((record, row),))
    length = lengthened(person.streak, person.last_day, day)
    streak = {"member_id": person.member_id, "length": length, "last_day": day}
    return with_question(turn, Answer(_done(turn, day, length), ((record, row), (keep_streaks, streak))))


def _done(turn: Turn, day: date, length: int) -> str:
    if day == turn.today:
        done = turn.say("checkin.done")
    else:
        done = turn.say("checkin.done_for", date=turn.means.texts.date(day, turn.today))
    if length < 2 or turn.person.streak_hidden:
        return done
    return done + turn.say("checkin.streak", days=length)


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


def my_month(db: Session, turn: Turn) -> Answer:
    """The days of this month, and what was written on them."""
    today = turn.means.hours.study_day(turn.now)
    first, last = today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    of_month = (CheckIn.member_id == turn.person.member_id, col(CheckIn.day).between(first, last))
    found = db.exec(select(CheckIn).where(*of_month).order_by(col(CheckIn.day))).all()
    if not found:
        return Answer(turn.say("checkin.month_empty", month=today.month))
    days = "、".join(_runs(turn, [row.day for row in found]))
    lines = [turn.say("checkin.month", month=today.month, days=len(found), list=days)]
    lines += [turn.say("checkin.month_note", day=row.day.day, note=_one_line(row.note)) for row in found if row.note]
    return Answer("\n".join(lines))


def _runs(turn: Turn, days: list[date]) -> list[str]:
    """「1日、3日至5日」: consecutive days are one run, so that a full month stays short."""
    written = []
    for _, run in groupby(enumerate(days), key=lambda pair: pair[1].day - pair[0]):
        of_run = [day.day for _, day in run]
        if len(of_run) > 2:
            written.append(turn.say("checkin.month_run", first=of_run[0], last=of_run[-1]))
        else:
            written += [turn.say("checkin.month_day", day=day) for day in of_run]
    return written


def _one_line(note: str) -> str:
    return "；".join(note.split("\n"))


def hide_streak(db: Session, turn: Turn) -> Answer:
    """Stops telling this member how many days in a row it were."""
    db.get_one(Member, turn.person.member_id).streak_hidden = True
    return Answer(turn.say("checkin.streak_hidden"))


def show_streak(db: Session, turn: Turn) -> Answer:
    """Tells it again."""
    db.get_one(Member, turn.person.member_id).streak_hidden = False
    return Answer(turn.say("checkin.streak_shown"))
