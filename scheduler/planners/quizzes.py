"""A question a day to each member, the one whose turn it is for them."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import exists
from sqlmodel import Session, col, select

from models import owed, quiz
from models.branch import Branch, subtree
from models.broadcast import Broadcast, BroadcastKind
from models.follower import Follower
from models.member import Member, Status
from models.preference import Preference, wanting
from models.quiz import QuizQuestion
from scheduler import audience
from scheduler.audience import member_ids, reachable
from scheduler.calendar import ONE_DAY
from scheduler.days import closed_nodes
from scheduler.planners.firing import Draft, Firing, Until, write_broadcast
from scheduler.rules import Rules

# Whoever knows most of the bank has it searched for what they don't: fewer at a time than of what all get alike.
BATCH = 50


def ring_until(firing: Firing) -> datetime:
    """Until the evening."""
    return firing.rules.ring_until(firing.occasion, firing.rules.hours.quiet_from)


def show_until(firing: Firing) -> datetime:
    """Until the day is over: on the next one it would be the second."""
    return firing.rules.hours.at(firing.day + ONE_DAY, time())


def plan(db: Session, firing: Firing, until: Until) -> None:
    """The day's broadcast; nothing on a solemn day, and while there is nothing to ask."""
    path = db.get_one(Branch, firing.plan.branch_id).path
    if firing.solemn.name(firing.day, path) is not None or not quiz.has_bank(db.connection(), firing.day):
        return
    closed = closed_nodes(db.connection(), subtree(db, path), firing.day)
    people = audience.of_plan(firing.plan, closed=closed)
    write_broadcast(db, firing, until, Draft(BroadcastKind.QUIZ, audience=people))


def fill(db: Session, broadcast: Broadcast, rules: Rules, now: datetime) -> int:
    """Writes the next pushes of a day's broadcast, in the caller's transaction; how many were looked at, 0 at the end.

    Those who have a phone and agreed, want it, aren't retired or on leave, and haven't answered anything that day.
    """
    assert broadcast.id is not None
    day = rules.hours.day(broadcast.starts_at)
    found = _next_members(db, broadcast, day)
    chosen = quiz.next_for(db.connection(), found, day)
    query = select(QuizQuestion).where(col(QuizQuestion.id).in_(set(chosen.values())))
    questions = {question.id: facts(question) for question in db.exec(query)}
    rows = [{"member_id": member_id, "facts": questions[question]} for member_id, question in sorted(chosen.items())]
    owed.owe(db.connection(), broadcast.id, broadcast.starts_at, rows)
    broadcast.planned_to = found[-1] if len(found) == BATCH else None
    db.add(broadcast)
    return 0 if broadcast.planned_to is None else len(found)


def _next_members(db: Session, broadcast: Broadcast, day: date) -> list[int]:
    people, given = member_ids(db, broadcast.audience, day)
    away = exists().where(col(Preference.member_id) == col(Member.id), col(Preference.away_until) >= day)
    query = (
        people.join(Follower, col(Follower.member_id) == col(Member.id))
        .where(*reachable(), *wanting(BroadcastKind.QUIZ), col(Member.status) != Status.RETIRED)
        .where(col(Follower.agreed_at).is_not(None), col(Follower.refused) == "")
        .where(~away, ~quiz.answered_on(day, col(Member.id)), col(Member.id) > broadcast.planned_to)
    )
    return list(db.connection().execute(query.order_by(col(Member.id)).limit(BATCH), given).scalars())


def facts(question: QuizQuestion) -> dict[str, Any]:
    """What the words of a question are made of, and nothing of its answer."""
    return {
        "question_id": question.id,
        "title": question.title,
        "quiz": str(question.kind),
        "options": list(question.options),
    }
