"""Personal reminders: 「每天 20:30 提醒我读书」, and to see, change, stop and delete them."""

import re
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.handlers import settings
from bot.misread import Misread
from bot.reminder_words import Again, Once, changed, read
from bot.times import clock_time, number
from bot.turn import Answer, Turn
from models import reminder
from models.reminder import Reminder
from models.window import MESSAGE
from scheduler.reminders import MOST, next_time, outside_night, withdraw

# What fits on one line of a phone's notice, and in the column.
LONGEST = 40
CHECKING_IN = "打卡"


def make(db: Session, turn: Turn) -> Answer:
    """「明天下午三点提醒我开会」; 「每天 20:30 提醒我打卡」 is a nudge, which knows whether it is still needed."""
    said, text = turn.words["when"], re.sub(r"^(?:一下)?要?(?![点求闻素])(?=..)", "", turn.words["what"])
    if text == CHECKING_IN and _is_clock(said):
        return settings.nudge_me(db, replace(turn, words={"at": said}))
    if len(text) > LONGEST:
        return Answer(turn.say("reminder.too_long", limit=LONGEST))
    kept = Reminder(member_id=_member(turn), text=text, starts_on=turn.today)
    try:
        moved = _set(db, turn, kept, read(said, turn.means.local(turn.now)))
    except Misread as error:
        return Answer(error.said(turn.means.texts))
    if there := _same(db, kept):
        there.paused = False
    else:
        if reminder.count(db, _member(turn)) >= MOST:
            return Answer(turn.say("reminder.too_many", limit=MOST))
        db.add(kept)
    return Answer("".join([moved, turn.say("reminder.made", when=_when(turn, kept), what=text), _arrival(turn, kept)]))


def _is_clock(said: str) -> bool:
    try:
        clock_time(said)
    except Misread:
        return False
    return True


def _member(turn: Turn) -> int:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return turn.person.member_id


def _same(db: Session, kept: Reminder) -> Reminder | None:
    """The one that says the same at the same times already: twice is once."""
    columns = ("text", "rrule", "workdays_only", "next_at")
    mine = reminder.of(db, kept.member_id)
    return next((one for one in mine if all(getattr(one, name) == getattr(kept, name) for name in columns)), None)


def _set(db: Session, turn: Turn, kept: Reminder, meant: Once | Again) -> str:
    """Gives a reminder its time; a sentence if the night moves it, else "". Raises `Misread`."""
    hours, now = turn.means.hours, turn.now
    if isinstance(meant, Once):
        kept.rrule, kept.every, kept.workdays_only = "", "", False
        wished = meant.at
        rings = outside_night(hours, wished)
        kept.next_at = rings if rings > now else hours.wakes_at(wished)
    else:
        kept.rrule, kept.every, kept.workdays_only = meant.rule, meant.every, meant.workdays
        first = next_time(db, kept, turn.means.rules, now)
        if first is None:
            raise Misread("reminder.never")
        wished = first
        wall = turn.means.local(outside_night(hours, first))
        by_clock = f"BYHOUR={wall.hour};BYMINUTE={wall.minute}"
        kept.rrule = re.sub(r"BYHOUR=\d+;BYMINUTE=\d+", by_clock, kept.rrule)
        kept.next_at = next_time(db, kept, turn.means.rules, now)
    if not hours.quiet(wished):
        return ""
    time = _when(turn, kept) if not kept.rrule else _clock(turn, kept.next_at)
    return turn.say("settings.nudge_moved", asked=_clock(turn, wished), time=time)


def _clock(turn: Turn, at: datetime | None) -> str:
    return f"{turn.means.local(at):%-H:%M}" if at else ""


def _when(turn: Turn, kept: Reminder) -> str:
    """When it rings, in words."""
    if kept.every:
        return turn.say("reminder.every", days=kept.every, time=_clock(turn, kept.next_at))
    assert kept.next_at is not None, "what happens once has a time"
    return turn.means.texts.moment(turn.means.local(kept.next_at), turn.means.local(turn.now))


def _arrival(turn: Turn, kept: Reminder) -> str:
    """What keeps it from arriving on time, if anything can."""
    if not turn.means.account.may_write_first:
        return "\n" + turn.say("settings.nudge_no_push")
    soon = kept.next_at is not None and kept.next_at < turn.now + MESSAGE[1]
    return "" if soon and not kept.rrule else "\n" + turn.say("settings.nudge_window")


def show(db: Session, turn: Turn) -> Answer:
    """「我的提醒」."""
    mine = reminder.of(db, _member(turn))
    if not mine:
        return Answer(turn.say("reminder.none"))
    rows = [
        turn.say("reminder.row_paused" if kept.paused else "reminder.row", number=place, when=when, what=kept.text)
        for place, kept in enumerate(mine, 1)
        if (when := _when(turn, kept))
    ]
    return Answer("\n".join([*rows, turn.say("reminder.foot")]))


def _named(db: Session, turn: Turn) -> Reminder | None:
    """The one that is meant by its place; the only one needs no number."""
    mine, said = reminder.of(db, _member(turn)), turn.words.get("number")
    place = number(said) if said else (1 if len(mine) == 1 else None)
    return mine[place - 1] if place is not None and 1 <= place <= len(mine) else None


def _which(db: Session, turn: Turn) -> Answer:
    listed = show(db, turn)
    if not reminder.count(db, _member(turn)):
        return listed
    return Answer(f"{turn.say('reminder.which')}\n{listed.reply}")


def change(db: Session, turn: Turn) -> Answer:
    """「改提醒 1 20:30」「改提醒 1 每周三晚上八点」."""
    kept = _named(db, turn)
    if kept is None:
        return _which(db, turn)
    try:
        at = turn.means.local(kept.next_at or turn.now)
        moved = _set(db, turn, kept, changed(turn.words["when"], kept.every, at, turn.means.local(turn.now)))
    except Misread as error:
        db.expire(kept)
        return Answer(error.said(turn.means.texts))
    kept.paused = False
    db.add(kept)
    return Answer(moved + turn.say("reminder.made", when=_when(turn, kept), what=kept.text) + _arrival(turn, kept))


def pause(db: Session, turn: Turn) -> Answer:
    """「停提醒 1」."""
    kept = _named(db, turn)
    if kept is None:
        return _which(db, turn)
    kept.paused = True
    db.add(kept)
    withdraw(db, kept)
    return Answer(turn.say("reminder.paused", what=kept.text))


def resume(db: Session, turn: Turn) -> Answer:
    """「恢复提醒 1」: from its next time on; what happened once and is over is gone."""
    kept = _named(db, turn)
    if kept is None:
        return _which(db, turn)
    coming = next_time(db, kept, turn.means.rules, turn.now)
    if coming is None:
        db.delete(kept)
        return Answer(turn.say("reminder.over", what=kept.text))
    kept.paused, kept.next_at = False, coming
    db.add(kept)
    return Answer(turn.say("reminder.made", when=_when(turn, kept), what=kept.text) + _arrival(turn, kept))


def delete(db: Session, turn: Turn) -> Answer:
    """「删提醒 1」, with the words to make it again."""
    kept = _named(db, turn)
    if kept is None:
        return _which(db, turn)
    said = turn.say("reminder.deleted", when=_when(turn, kept), what=kept.text)
    withdraw(db, kept)
    db.delete(kept)
    return Answer(said)
