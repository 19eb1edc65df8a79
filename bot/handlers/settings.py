"""A member's own settings: nudges, leave, and what comes by itself."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlmodel import Session

from bot.handlers import own_hour
from bot.misread import Misread
from bot.times import clock_time, last_day
from bot.turn import Answer, Turn
from models import consent, leave, open_question, owed, preference, quiz, reminder
from models.broadcast import BroadcastKind
from models.checkin import recount
from models.consent import Purpose
from models.member import Member
from models.nudge import MOST, MOST_SELDOM
from models.open_question import OpenQuestion
from models.preference import Preference, gets_weekly
from scheduler.planners.nudges import look_again, moment_on

QUESTION = "stop"
LONGEST_LEAVE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that comes by itself until its reader stops it: the column that says so, and its values."""

    kind: BroadcastKind
    words: tuple[str, ...]
    column: str
    off: Any

    def is_on(self, chosen: Preference) -> bool:
        """Whether it comes."""
        return bool(getattr(chosen, self.column) != self.off)


NUDGE = Kind(BroadcastKind.NUDGE, ("提醒", "打卡提醒"), "nudge_at", None)
INVITATION = Kind(BroadcastKind.INVITATION, ("邀请", "打卡邀请"), "invitations", False)
KINDS = (
    NUDGE,
    Kind(BroadcastKind.TOPIC, ("学习", "读书", "每日学习", "每日读书"), "topics", False),
    Kind(BroadcastKind.BOOK, ("荐书",), "books", False),
    Kind(BroadcastKind.QUIZ, ("答题", "每日一题"), "quizzes", False),
    INVITATION,
)
WORDS = "|".join(sorted((word for kind in KINDS for word in kind.words), key=len, reverse=True))


def _mine(db: Session, turn: Turn) -> Preference:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return preference.of(db, turn.person.member_id)


def _choose(db: Session, turn: Turn, **chosen: Any) -> None:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    preference.choose(db, turn.person.member_id, **chosen)


def _offered(db: Session, turn: Turn) -> tuple[Kind, ...]:
    """What comes here at all: questions only where there is a bank of them."""
    there = quiz.has_bank(db.connection(), turn.today)
    return tuple(kind for kind in KINDS if there or kind.kind != BroadcastKind.QUIZ)


def nudge_me(db: Session, turn: Turn) -> Answer:
    """「提醒我打卡」「提醒我 20:30」: from now on, at that hour; without one at the one they had, or the house's."""
    said = turn.words.get("at", "")
    try:
        own = clock_time(said) if said else _mine(db, turn).nudge_at or turn.means.config.schedule.nudge_at
    except Misread:
        return Answer(turn.say("settings.time_unclear"))
    _choose(db, turn, nudge_at=own, seldom=False)
    look_again(db, turn.means.rules, turn.now)
    at, asked = _shown_hour(turn, own), f"{own:%-H:%M}"
    reply = turn.say("settings.nudge_moved", asked=asked, time=at) if at != asked else ""
    reply += turn.say("settings.nudge_on", time=at)
    may_push = turn.means.account.may_write_first
    return Answer(reply + "\n" + turn.say("settings.nudge_window" if may_push else "settings.nudge_no_push"))


def _shown_hour(turn: Turn, own: time) -> str:
    """When a nudge really comes, on the organisation's clock: not in the quiet hours."""
    hours = turn.means.hours
    at = moment_on(hours, hours.study_day(turn.now), own)
    return f"{turn.means.local(at) if at else own:%-H:%M}"


def seldom(db: Session, turn: Turn) -> Answer:
    """「少发」: one nudge a week at most."""
    if _mine(db, turn).nudge_at is None:
        return Answer(turn.say("settings.nudge_off_before"))
    _choose(db, turn, seldom=True)
    return Answer(turn.say("settings.seldom"))


def no_nudges(db: Session, turn: Turn) -> Answer:
    """「不用提醒」."""
    return _stop(db, turn, NUDGE)


def stop(db: Session, turn: Turn) -> Answer:
    """「停」 asks which where several kinds come; 「停荐书」 doesn't."""
    if word := turn.words.get("kind"):
        return _stop(db, turn, _named(word))
    mine = _mine(db, turn)
    on = [kind for kind in _offered(db, turn) if kind.is_on(mine)]
    own = turn.say("settings.stop_own") if reminder.rings(db, mine.member_id) else ""
    if not on:
        return Answer(own or turn.say("settings.stop_nothing"))
    if len(on) == 1 and not own:
        return _stop(db, turn, on[0])
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, QUESTION, {"kinds": [kind.kind for kind in on]}, expires)
    listed = "、".join(
        turn.say("settings.stop_one", number=number, kind=_kind(turn, kind)) for number, kind in enumerate(on, 1)
    )
    return Answer(turn.say("settings.stop_which", list=listed) + own, alone=True)


def stop_chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question: a number, or the word."""
    asked = question.facts["kinds"]
    said = turn.words["text"].strip("。.!！ ")
    numbered = said.isdecimal() and 1 <= int(said) <= len(asked)
    chosen = asked[int(said) - 1] if numbered else next((one.kind for one in KINDS if said in one.words), None)
    if chosen not in asked:
        return None
    open_question.close(db, turn.person.openid)
    return _stop(db, turn, next(kind for kind in KINDS if kind.kind == chosen))


def start_again(db: Session, turn: Turn) -> Answer:
    """「恢复学习」「恢复荐书」「恢复提醒」."""
    kind = _named(turn.words["kind"])
    if kind is NUDGE:
        return nudge_me(db, turn)
    _choose(db, turn, **{kind.column: not kind.off})
    return Answer(turn.say("settings.started", kind=_kind(turn, kind)))


def _named(word: str) -> Kind:
    return next(kind for kind in KINDS if word in kind.words)


def _kind(turn: Turn, kind: Kind) -> str:
    return turn.say(f"settings.kind_{kind.kind}")


def _stop(db: Session, turn: Turn, kind: Kind) -> Answer:
    was_on = kind.is_on(_mine(db, turn))
    if was_on:
        assert turn.person.member_id is not None, "the gate lets nobody but members through"
        _choose(db, turn, **{kind.column: kind.off})
        owed.withdraw(db.connection(), turn.person.member_id, kind.kind)
    if kind is NUDGE:
        # Whoever doesn't want to be reminded doesn't want to be invited.
        _stop(db, turn, INVITATION)
        return Answer(turn.say("settings.nudge_off" if was_on else "settings.nudge_off_before"))
    key = "settings.stopped" if was_on else "settings.stopped_before"
    return Answer(turn.say(key, kind=_kind(turn, kind), word=turn.say(f"settings.word_{kind.kind}")))


def weekly(db: Session, turn: Turn) -> Answer:
    """「每周一条」: at most one topic or book a week comes by itself."""
    _choose(db, turn, weekly=True)
    return Answer(turn.say("settings.weekly"))


def daily(db: Session, turn: Turn) -> Answer:
    """「每天都发」: whenever there is something."""
    _choose(db, turn, weekly=False)
    return Answer(turn.say("settings.daily"))


def take_leave(db: Session, turn: Turn) -> Answer:
    """「请假 到7月20日」: up to and with that day nothing comes but a birthday's greeting, and no run is broken."""
    today = turn.means.hours.study_day(turn.now)
    try:
        until = last_day(turn.words.get("until", ""), today)
    except Misread:
        return Answer(turn.say("settings.leave_unclear"))
    if until - today > LONGEST_LEAVE:
        return Answer(turn.say("settings.leave_long"))
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    leave.take(db, turn.person.member_id, today, until)
    recount(db, turn.person.member_id)
    for kind in (BroadcastKind.NUDGE, BroadcastKind.INVITATION, BroadcastKind.QUIZ):
        owed.withdraw(db.connection(), turn.person.member_id, kind)
    owed.let_go(db.connection(), turn.person.member_id, turn.now)
    return Answer(turn.say("settings.leave", date=turn.means.texts.date(until, turn.today)))


def come_back(db: Session, turn: Turn) -> Answer:
    """「销假」."""
    if not _is_away(_mine(db, turn), turn):
        return Answer(turn.say("settings.back_before"))
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    leave.end(db, turn.person.member_id, turn.means.hours.study_day(turn.now))
    recount(db, turn.person.member_id)
    owed.let_go(db.connection(), turn.person.member_id, turn.now)
    return Answer(turn.say("settings.back"))


def _is_away(mine: Preference, turn: Turn) -> bool:
    return mine.away_until is not None and mine.away_until >= turn.means.hours.study_day(turn.now)


def show_all(db: Session, turn: Turn) -> Answer:
    """「我的设置」."""
    mine, member = _mine(db, turn), db.get_one(Member, turn.person.member_id)
    lines = [_nudges(turn, mine), _leave(turn, mine)]
    for kind in _offered(db, turn)[1:]:
        key = "settings.mine_kind" if kind.is_on(mine) else "settings.mine_kind_off"
        lines.append(turn.say(key, kind=_kind(turn, kind), word=turn.say(f"settings.word_{kind.kind}")))
    if mine.weekly_goal:
        lines.append(turn.say("settings.mine_goal", count=mine.weekly_goal))
    if count := reminder.count(db, mine.member_id):
        lines.append(turn.say("settings.mine_reminders", count=count))
    if at := own_hour.of(db, turn):
        lines.append(turn.say("settings.mine_hour", time=f"{at:%-H:%M}"))
    lines.append(turn.say("settings.mine_weekly" if gets_weekly(member, mine) else "settings.mine_daily"))
    welcome = not member.ungreeted and consent.current(db, mine.member_id, Purpose.SENSITIVE) is not None
    lines.append(turn.say("settings.mine_greeting" if welcome else "settings.mine_greeting_off"))
    lines.append(turn.say("settings.mine_streak_hidden" if turn.person.streak_hidden else "settings.mine_streak"))
    return Answer("\n".join(lines))


def _nudges(turn: Turn, mine: Preference) -> str:
    if mine.nudge_at is None:
        return turn.say("settings.mine_nudge_off")
    count = MOST_SELDOM if mine.seldom else MOST
    return turn.say("settings.mine_nudge", time=_shown_hour(turn, mine.nudge_at), count=count)


def _leave(turn: Turn, mine: Preference) -> str:
    if not _is_away(mine, turn) or mine.away_until is None:
        return turn.say("settings.mine_leave_none")
    return turn.say("settings.mine_leave", date=turn.means.texts.date(mine.away_until, turn.today))
