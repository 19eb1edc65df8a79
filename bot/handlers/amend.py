"""What is wrong with a check-in: a day forgotten, words to be put right, one to be taken back."""

from datetime import date, time, timedelta

from sqlmodel import Session, col, func, select

from bot.amounts import amounts_in
from bot.handlers import checkin
from bot.misread import Misread
from bot.times import past_day
from bot.turn import Answer, Turn
from models import keepsake, open_question
from models.checkin import CheckIn, days_of, make_up, on_day, recount
from models.habit import run_from
from models.leave import of as leaves_of
from models.open_question import OpenQuestion

QUESTION = "undo"


def make_up_day(db: Session, turn: Turn) -> Answer:
    """「补卡 昨天 读了第三章」: a check-in of an earlier day, within the rule, and marked as what it is."""
    rule, today = turn.means.config.checkin, turn.means.hours.study_day(turn.now)
    day = _past_day(turn.words.get("day", ""), today)
    if day == today:
        return checkin.check_in(turn)
    if stopped := _stopped(turn, day, today):
        return stopped
    assert day is not None
    there, note = on_day(db, _mine(turn), day), turn.words.get("note", "")
    left = rule.makeups_a_month - _made_up_this_month(db, turn, today)
    if there is not None and not note:
        return Answer(turn.say("amend.there", date=_date(turn, day)))
    if there is None and left <= 0:
        return Answer(turn.say("amend.used_up", count=rule.makeups_a_month))
    amounts = amounts_in(note)
    is_new = make_up(db, {"member_id": _mine(turn), "day": day, "at": turn.now, "note": note, **amounts.row})
    key = "amend.made_up" if is_new else "amend.added"
    reply = turn.say(key, date=_date(turn, day), left=left - 1) + checkin.amounts_text(turn, amounts)
    return Answer(reply + (_streak(db, turn, today) if is_new else ""))


def _made_up_this_month(db: Session, turn: Turn, today: date) -> int:
    """How many were written this month, of whatever days."""
    first = turn.means.hours.at(today.replace(day=1), time())
    mine = (CheckIn.member_id == _mine(turn), col(CheckIn.made_up).is_(True), CheckIn.at >= first)
    return db.exec(select(func.count()).select_from(CheckIn).where(*mine)).one()


def _streak(db: Session, turn: Turn, today: date) -> str:
    run = run_from(days_of(db, _mine(turn)), leaves_of(db, _mine(turn)))
    length = run.on(today) if run else 0
    return "" if length < 2 or turn.person.streak_hidden else turn.say("amend.streak", days=length)


def correct(db: Session, turn: Turn) -> Answer:
    """「改打卡 读了30页」: today's words become these; 「改打卡 昨天 …」 those of an earlier day."""
    if "note" not in turn.words:
        return Answer(turn.say("amend.correct_how"))
    there = _meant(db, turn)
    if isinstance(there, Answer):
        return there
    amounts = amounts_in(turn.words["note"])
    there.note = turn.words["note"]
    there.sqlmodel_update(amounts.row)
    return Answer(turn.say("amend.corrected", date=_date(turn, there.day)) + checkin.amounts_text(turn, amounts))


def undo(db: Session, turn: Turn) -> Answer:
    """「撤销打卡」: today's is taken back, or an earlier day's; asks first where words or pictures would go with it."""
    there = _meant(db, turn)
    if isinstance(there, Answer):
        return there
    if not there.note and not keepsake.count(db, there.member_id, there.day, there.day):
        return _undone(db, turn, there)
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, QUESTION, {"day": there.day.isoformat()}, expires)
    return Answer(turn.say("amend.undo_asks", date=_date(turn, there.day)), alone=True)


def undo_confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """「1」 after that question."""
    if not checkin.ONE.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    day = date.fromisoformat(question.facts["day"])
    there = on_day(db, _mine(turn), day)
    return _undone(db, turn, there) if there else Answer(turn.say("amend.nothing", date=_date(turn, day)))


def _undone(db: Session, turn: Turn, there: CheckIn) -> Answer:
    day = there.day
    keepsake.drop_of_day(db, there.member_id, day)
    db.delete(there)
    db.flush()
    recount(db, there.member_id)
    return Answer(turn.say("amend.undone", date=_date(turn, day)))


def _past_day(said: str, today: date) -> date | None:
    try:
        return past_day(said, today)
    except Misread:
        return None


def _meant(db: Session, turn: Turn) -> CheckIn | Answer:
    """The check-in that is to be changed, today's unless a day was named; or why there is none."""
    today = turn.means.hours.study_day(turn.now)
    day = _past_day(turn.words["day"], today) if "day" in turn.words else today
    if day != today and (stopped := _stopped(turn, day, today)):
        return stopped
    assert day is not None
    return on_day(db, _mine(turn), day) or Answer(turn.say("amend.nothing", date=_date(turn, day)))


def _stopped(turn: Turn, day: date | None, today: date) -> Answer | None:
    """Why nothing of such a day may be written any more."""
    most = turn.means.config.checkin.makeup_days
    if not most:
        return Answer(turn.say("amend.off"))
    if day is None or day > today:
        return Answer(turn.say("amend.day_unclear"))
    return Answer(turn.say("amend.too_long_ago", days=most)) if (today - day).days > most else None


def _date(turn: Turn, day: date) -> str:
    if day == turn.means.hours.study_day(turn.now):
        return turn.say("amend.today")
    return turn.means.texts.date(day, turn.today)


def _mine(turn: Turn) -> int:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return turn.person.member_id
