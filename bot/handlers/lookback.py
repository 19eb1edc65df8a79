"""Looking back at one's own check-ins: a month, a calendar, a year; the weekly goal. For the writer alone."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from sqlmodel import Session, col, select

from bot.amounts import Amounts
from bot.times import number
from bot.turn import Answer, Turn
from models import keepsake, leave, preference
from models.checkin import CheckIn, days_of
from models.habit import ONE_DAY, USUAL_GOAL, WEEK, away_days, monday, run_from, strength, weeks_in_a_row

_FULL_WIDTH, _BLANK = str.maketrans("0123456789", "０１２３４５６７８９"), "\u3000"


def my_month(db: Session, turn: Turn) -> Answer:
    """「我的打卡」「上月打卡」「6月打卡」: the days of a month, and what was written on them."""
    first, last = _month(turn)
    found = _between(db, turn, first, last)
    if not found:
        return Answer(turn.say("checkin.month_empty", month=first.month))
    days = "、".join(_runs(turn, [row.day for row in found]))
    lines = [turn.say("checkin.month", month=first.month, days=len(found), list=days)]
    lines += [turn.say("checkin.month_note", day=row.day.day, note=_one_line(row.note)) for row in found if row.note]
    if made_up := [row.day for row in found if row.made_up]:
        lines.append(turn.say("lookback.made_up", list="、".join(_runs(turn, made_up))))
    return Answer("\n".join([*lines, *_sums(turn, found), *_pictures(db, turn, first, last)]))


def _month(turn: Turn) -> tuple[date, date]:
    """The first and the last day of the month that was meant, the latest of that name."""
    today = turn.means.hours.study_day(turn.now)
    first, said = today.replace(day=1), turn.words.get("month", "")
    if said.startswith("上"):
        first = (first - ONE_DAY).replace(day=1)
    elif said:
        named = number(said.removesuffix("月").removesuffix("月份")) or today.month
        first = first.replace(month=min(named, 12), year=today.year - (named > today.month))
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _between(db: Session, turn: Turn, first: date, last: date) -> Sequence[CheckIn]:
    mine = (CheckIn.member_id == turn.person.member_id, col(CheckIn.day).between(first, last))
    return db.exec(select(CheckIn).where(*mine).order_by(col(CheckIn.day))).all()


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


def _amounts(found: Sequence[CheckIn]) -> Amounts:
    return Amounts(sum(row.pages for row in found), sum(row.chapters for row in found), sum(row.words for row in found))


def _sums(turn: Turn, found: Sequence[CheckIn]) -> list[str]:
    """How much all of it is together; nothing where only days were written."""
    said = _amounts(found).said(turn.say)
    return [turn.say("lookback.sums", amounts=said)] if said else []


def _pictures(db: Session, turn: Turn, first: date, last: date) -> list[str]:
    count = keepsake.count(db, _mine(turn), first, last)
    return [turn.say("lookback.keepsakes", count=count)] if count else []


def calendar(db: Session, turn: Turn) -> Answer:
    """「打卡日历」: a month as a table of weeks, in characters of one width, so that it stands straight on a phone."""
    first, last = _month(turn)
    found = _between(db, turn, first, last)
    today = turn.means.hours.study_day(turn.now)
    lines = [
        turn.say("lookback.calendar", month=first.month, days=len(found)),
        turn.say("lookback.calendar_head"),
        *_weeks(turn, first, last, _marks(db, turn, found, first, today)),
        turn.say("lookback.calendar_legend"),
    ]
    standing = _standing(db, turn, today) if first <= today <= last else []
    return Answer("\n".join([*lines, *_sums(turn, found), *standing]))


def _marks(db: Session, turn: Turn, found: Sequence[CheckIn], first: date, today: date) -> dict[date, str]:
    """What stands for each day from `first` on that has something to show: days to come only have leaves."""
    passed = [first + number * ONE_DAY for number in range((today - first).days + 1)]
    marks = dict.fromkeys(passed, turn.say("lookback.mark_none"))
    marks |= dict.fromkeys(away_days(leave.of(db, _mine(turn))), turn.say("lookback.mark_away"))
    for row in found:
        marks[row.day] = turn.say("lookback.mark_made_up" if row.made_up else "lookback.mark_done")
    return marks


def _weeks(turn: Turn, first: date, last: date, marks: dict[date, str]) -> list[str]:
    """A line a week: the day it begins with, then its seven days, all in characters of one width."""
    lines, day = [], monday(first)
    while day <= last:
        week = [day + number * ONE_DAY for number in range(WEEK)]
        shown = [marks.get(one, _BLANK) if first <= one <= last else _BLANK for one in week]
        label = f"{max(day, first).day:02}".translate(_FULL_WIDTH)
        lines.append(turn.say("lookback.calendar_week", first=label, list="".join(shown)).rstrip())
        day += WEEK * ONE_DAY
    return lines


def my_year(db: Session, turn: Turn) -> Answer:
    """「今年打卡」「去年打卡」「2025年打卡」: how many days of each month, and all of it together."""
    today = turn.means.hours.study_day(turn.now)
    year = _year(turn.words.get("year", ""), today)
    found = _between(db, turn, date(year, 1, 1), date(year, 12, 31))
    if not found:
        return Answer(turn.say("lookback.year_empty", year=year))
    lines = [turn.say("lookback.year", year=year, days=len(found))]
    for month, rows in groupby(found, key=lambda row: row.day.month):
        of_month = list(rows)
        said = _amounts(of_month).said(turn.say)
        key = "lookback.year_month_sums" if said else "lookback.year_month"
        lines.append(turn.say(key, month=month, days=len(of_month), amounts=said))
    standing = _standing(db, turn, today) if year == today.year else []
    return Answer("\n".join([*lines, *_sums(turn, found), *standing]))


def _year(said: str, today: date) -> int:
    digits = re.sub(r"\D", "", said)
    return int(digits) if digits else today.year - (said[:1] in ("去", "上"))


def _standing(db: Session, turn: Turn, today: date) -> list[str]:
    """This week beside the goal; the run and the score, unless their owner doesn't want to see them."""
    days, leaves = days_of(db, _mine(turn)), leave.of(db, _mine(turn))
    goal = preference.of(db, _mine(turn)).weekly_goal
    lines = []
    if goal:
        of_week = sum(1 for day in days if monday(today) <= day <= today)
        lines.append(turn.say("lookback.week", done=of_week, goal=goal))
    if turn.person.streak_hidden or not days:
        return lines
    run = run_from(days, leaves)
    score = strength(days, leaves, goal or USUAL_GOAL, today)
    lines.append(turn.say("lookback.standing", days=run.on(today) if run else 0, score=score))
    weeks = weeks_in_a_row(days, leaves, goal, today) if goal else 0
    return [*lines, turn.say("lookback.weeks", count=weeks)] if weeks > 1 else lines


def choose_goal(db: Session, turn: Turn) -> Answer:
    """「每周目标 3 天」「每周目标 取消」; 「每周目标」 alone shows it."""
    said = turn.words.get("goal", "")
    if not said:
        goal = preference.of(db, _mine(turn)).weekly_goal
        return Answer(turn.say("lookback.goal", goal=goal) if goal else turn.say("lookback.goal_none"))
    chosen = number(said)
    if chosen is None:
        preference.choose(db, _mine(turn), weekly_goal=None)
        return Answer(turn.say("lookback.goal_dropped"))
    if not 1 <= chosen <= WEEK:
        return Answer(turn.say("lookback.goal_unclear"))
    preference.choose(db, _mine(turn), weekly_goal=chosen)
    return Answer(turn.say("lookback.goal_chosen", goal=chosen))


def _mine(turn: Turn) -> int:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return turn.person.member_id
