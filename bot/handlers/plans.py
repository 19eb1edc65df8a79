"""What comes next, working weekends, and solemn days: the calendar as an admin sees and changes it."""

from datetime import timedelta

from sqlmodel import Session, col, select

from bot.misread import Misread
from bot.plan_words import PlanWords
from bot.times import day
from bot.turn import Answer, Turn, Who, scope
from models.audit import note
from models.branch import Branch, within
from models.calendar_day import CalendarDay, DayKind
from models.plan import Plan, PlanKind
from scheduler import solemn
from scheduler.days import knows_year, solemn_days, span
from scheduler.preview import together
from scheduler.tick import retime

SHOWN = 10
# How far the list of solemn days looks ahead, and when next year's days off should be known.
_AHEAD, _NEAR = timedelta(days=365), timedelta(days=31)


def coming(db: Session, turn: Turn) -> Answer:
    """「接下来」: the next firings of all plans, and which days are left out, and why."""
    found = together(db, _mine(db, turn), turn.means.rules, turn.now, SHOWN)
    words = PlanWords(turn.means.texts, turn.means.rules, turn.now)
    lines = [turn.say("plans.coming_head" if found else "plans.coming_none"), *words.all(found, named=True)]
    years = (turn.today.year, (turn.today + _NEAR).year)
    if unknown := next((year for year in years if not knows_year(db.connection(), year)), None):
        lines.append(turn.say("plans.year_unknown", year=unknown))
    return Answer("\n".join(lines))


def makeup_on(db: Session, turn: Turn) -> Answer:
    """「补班日发」: weekends that are worked in exchange are working days."""
    return _makeup(db, turn, counts=True)


def makeup_off(db: Session, turn: Turn) -> Answer:
    """「补班日不发」."""
    return _makeup(db, turn, counts=False)


def _makeup(db: Session, turn: Turn, *, counts: bool) -> Answer:
    mine = _mine(db, turn)
    query = select(Plan).join(Branch, col(Branch.id) == Plan.branch_id).where(col(Branch.path).startswith(mine))
    plans = [plan for plan in db.exec(query) if plan.kind in (PlanKind.TOPIC, PlanKind.BIRTHDAY, PlanKind.QUIZ)]
    if not plans:
        return Answer(turn.say("plans.no_plan"))
    for plan in plans:
        plan.on_makeup_days = counts
    db.flush()
    retime(db, turn.means.rules, turn.now, mine)
    note(db, "plan", at=turn.now, by=turn.person.member_id, plans=[plan.id for plan in plans], on_makeup_days=counts)
    return Answer(turn.say("plans.makeup_on" if counts else "plans.makeup_off"))


def solemn_list(db: Session, turn: Turn) -> Answer:
    """「庄重日」: those of the coming year."""
    mine = _mine(db, turn)
    days = solemn_days(db.connection(), turn.means.rules.solemn_days, turn.today)
    texts = turn.means.texts
    rows = [
        turn.say("plans.solemn_row", date=texts.date(one, turn.today), name=name).strip()
        for one in span(turn.today, turn.today + _AHEAD)
        if (name := days.name(one, mine)) is not None
    ]
    head = turn.say("plans.solemn_head" if rows else "plans.solemn_none")
    return Answer("\n".join([head, *rows, turn.say("plans.solemn_foot")]))


def add_solemn(db: Session, turn: Turn) -> Answer:
    """「庄重日 5月12日 名称」: for the admin's part of the tree, from this moment on."""
    try:
        when = day(turn.words["day"], turn.today)
    except Misread:
        return Answer(turn.say("plans.day_unclear"))
    mine = _mine(db, turn)
    said = {"date": turn.means.texts.date(when, turn.today), "month": when.month, "day": when.day}
    if solemn_days(db.connection(), turn.means.rules.solemn_days, when).name(when, mine) is not None:
        return Answer(turn.say("plans.solemn_there", **said))
    branch_id = int(mine.rstrip("/").rpartition("/")[2])
    name = turn.words.get("name", "")
    db.add(CalendarDay(day=when, kind=DayKind.SOLEMN, branch_id=branch_id, name=name))
    note(db, "solemn_day", at=turn.now, by=turn.person.member_id, day=when.isoformat(), branch=branch_id, name=name)
    return Answer(turn.say("plans.solemn_added", **said))


def remove_solemn(db: Session, turn: Turn) -> Answer:
    """「取消庄重日 5月12日」: what it held goes at once."""
    try:
        when = day(turn.words["day"], turn.today)
    except Misread:
        return Answer(turn.say("plans.day_unclear"))
    mine = _mine(db, turn)
    said = {"date": turn.means.texts.date(when, turn.today)}
    query = (
        select(CalendarDay)
        .join(Branch, col(Branch.id) == col(CalendarDay.branch_id))
        .where(CalendarDay.day == when, CalendarDay.kind == DayKind.SOLEMN)
    )
    own = [row for row in db.exec(query) if within(_path(db, row), mine)]
    if not own:
        there = solemn_days(db.connection(), turn.means.rules.solemn_days, when).name(when, mine)
        return Answer(turn.say("plans.solemn_unknown" if there is None else "plans.solemn_configured", **said))
    for row in own:
        db.delete(row)
    db.flush()
    solemn.let_go(db, turn.now)
    note(db, "solemn_day_removed", at=turn.now, by=turn.person.member_id, day=when.isoformat())
    return Answer(turn.say("plans.solemn_removed", **said))


def _path(db: Session, row: CalendarDay) -> str:
    return db.get_one(Branch, row.branch_id).path


def _mine(db: Session, turn: Turn) -> str:
    mine = scope(db, turn, Who.ADMIN)
    assert mine is not None, "the gate lets nobody but admins through"
    return mine
