"""A topic to study on working mornings."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from models.broadcast import Broadcast, BroadcastKind
from models.library import Topic
from models.plan import Plan
from scheduler import audience
from scheduler.planners.firing import LONGEST_LATENESS, Draft, Firing, Until, write_broadcast
from scheduler.planners.rotation import Item, choose


def ring_until(firing: Firing) -> datetime:
    """Until noon, by default."""
    return firing.rules.ring_until(firing.occasion, firing.rules.topic_ring_until)


def show_until(firing: Firing) -> datetime:
    """Until the next one comes."""
    return firing.recurrence.after(firing.occasion) or firing.occasion + LONGEST_LATENESS


def plan(db: Session, firing: Firing, until: Until) -> None:
    """The next topic, for everybody the plan serves; nothing while the library is empty."""
    topic = next_topic(db, firing.plan, firing.day)
    if topic is not None:
        people = audience.of_plan(firing.plan)
        draft = Draft(BroadcastKind.TOPIC, facts(topic), audience=people, item_id=topic.id)
        write_broadcast(db, firing, until, draft)


def next_topic(db: Session, plan: Plan, day: date) -> Topic | None:
    """The topic whose turn it is, without using the turn up."""
    valid = or_(col(Topic.valid_until).is_(None), col(Topic.valid_until) >= day)
    rows = db.exec(select(Topic.id, Topic.category).where(valid).order_by(col(Topic.id))).all()
    item = choose([Item(id_ or 0, category) for id_, category in rows], shown_before(db, plan))
    return db.get_one(Topic, item.id) if item else None


def shown_before(db: Session, plan: Plan) -> list[int]:
    """The items of a plan's earlier broadcasts, the oldest first: the rotation's only memory."""
    query = select(Broadcast.item_id).where(Broadcast.plan_id == plan.id, col(Broadcast.item_id).is_not(None))
    return [item_id for item_id in db.exec(query.order_by(col(Broadcast.starts_at))) if item_id is not None]


def facts(topic: Topic) -> dict[str, Any]:
    """What the words of a topic are made of."""
    kept = ("title", "summary", "link", "question", "category", "source")
    return {name: getattr(topic, name) for name in kept if getattr(topic, name)}
