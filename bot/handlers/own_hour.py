"""「几点发」「提醒时间 20:30」: when this member wants the day's topic."""

from datetime import time

from sqlmodel import Session, col, select

from bot.misread import Misread
from bot.times import clock_time
from bot.turn import Answer, Turn
from models.branch import Branch
from models.member import Member
from models.plan import Plan, PlanKind
from scheduler.audience import served_nodes
from scheduler.days import days_of
from scheduler.tick import recurrence_of

_AS_OTHERS = ("默认", "照旧", "和大家一样")


def show(db: Session, turn: Turn) -> Answer:
    """「几点发」: the hour they get it, and how to change it."""
    at = of(db, turn)
    if at is None:
        return Answer(turn.say("topic.none"))
    return Answer(turn.say("topic.hour", time=f"{at:%-H:%M}"))


def of(db: Session, turn: Turn) -> time | None:
    """That hour; None where no plan serves them."""
    return db.get_one(Member, turn.person.member_id).topic_at or _first(db, turn)


def choose(db: Session, turn: Turn) -> Answer:
    """「提醒时间 20:30」: their own hour from the next topic on; 「提醒时间 默认」 is everybody's."""
    member, said = db.get_one(Member, turn.person.member_id), turn.words["when"]
    earliest = _first(db, turn)
    if earliest is None:
        return Answer(turn.say("topic.none"))
    if said in _AS_OTHERS:
        member.topic_at = None
        return Answer(turn.say("topic.hour_as_others", time=f"{earliest:%-H:%M}"))
    limits = {"first": f"{earliest:%-H:%M}", "last": f"{turn.means.hours.quiet_from:%-H:%M}"}
    try:
        wall = clock_time(said)
    except Misread:
        return Answer(turn.say("topic.hour_unclear"))
    if wall < earliest or turn.means.hours.quiet(turn.means.hours.at(turn.today, wall)):
        return Answer(turn.say("topic.hour_outside", **limits))
    member.topic_at = wall
    return Answer(turn.say("topic.hour_kept", time=f"{wall:%-H:%M}"))


def _first(db: Session, turn: Turn) -> time | None:
    """The hour at which the writer's plan brings the topic; None if no plan serves them."""
    for plan in db.exec(select(Plan).where(Plan.kind == PlanKind.TOPIC, col(Plan.paused).is_(False))):
        if turn.person.branch_id in served_nodes(db, plan):
            days = days_of(db.connection(), db.get_one(Branch, plan.branch_id).path)
            at = recurrence_of(plan, turn.means.rules, days).after(turn.now)
            return turn.means.local(at).time() if at else None
    return None
