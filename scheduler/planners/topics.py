"""A topic to study on working mornings."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select, true

from models.branch import Branch, subtree
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.library import Topic, available, reserved
from models.member import Member
from models.plan import Plan
from scheduler import audience
from scheduler.audience import served_nodes
from scheduler.days import closed_nodes
from scheduler.library import ends
from scheduler.planners.firing import LONGEST_LATENESS, Draft, Firing, Until, write_broadcast
from scheduler.planners.rotation import Item, choose


def ring_until(firing: Firing) -> datetime:
    """Until noon, by default."""
    return firing.rules.ring_until(firing.occasion, firing.rules.topic_ring_until)


def show_until(firing: Firing) -> datetime:
    """Until the next one comes."""
    return firing.recurrence.after(firing.occasion) or firing.occasion + LONGEST_LATENESS


def plan(db: Session, firing: Firing, until: Until) -> None:
    """The next topic, for everybody the plan serves; nothing while the library has none for such a day.

    Those who chose an hour of their own have a broadcast of their own, so that it rings by that hour.
    """
    path = db.get_one(Branch, firing.plan.branch_id).path
    topic = next_topic(db, firing.plan, firing.day, solemn=firing.solemn.name(firing.day, path) is not None)
    if topic is None:
        return
    closed = closed_nodes(db.connection(), subtree(db, path), firing.day)
    chosen = _own_hours(db, firing, closed)
    apart = [member_id for members in chosen.values() for member_id in members]
    everybody = audience.of_plan(firing.plan, closed=closed, without=apart)
    said = facts(topic)
    until = until.within(ends(topic, firing.rules.hours))
    write_broadcast(db, firing, until, Draft(BroadcastKind.TOPIC, said, audience=everybody, item_id=topic.id))
    for at, members in sorted(chosen.items()):
        part = f"{at.astimezone(firing.rules.hours.zone):%H:%M}"
        people = audience.these(members)
        draft = Draft(BroadcastKind.TOPIC, said, part=part, audience=people, item_id=topic.id, starts_at=at)
        write_broadcast(db, firing, Until(min(_rings_until(firing, at), until.show), until.show), draft)


def _own_hours(db: Session, firing: Firing, closed: Iterable[int]) -> dict[datetime, list[int]]:
    """The moments of this day, later than the plan's own, that members chose, and who did."""
    nodes = set(served_nodes(db, firing.plan)) - set(closed)
    hours = firing.rules.hours
    query = select(Member).where(col(Member.topic_at).is_not(None), *audience.reachable())
    chosen: dict[datetime, list[int]] = {}
    for member in db.exec(query.order_by(col(Member.id))):
        assert member.topic_at is not None
        at = hours.at(firing.day, member.topic_at)
        if member.id is not None and member.branch_id in nodes and at > firing.occasion and not hours.quiet(at):
            chosen.setdefault(at, []).append(member.id)
    return chosen


def _rings_until(firing: Firing, at: datetime) -> datetime:
    """As late after their own hour as others have it after the plan's, but not into the night."""
    hours = firing.rules.hours
    night = hours.at(firing.day, hours.quiet_from)
    later = at + (ring_until(firing) - firing.occasion)
    return min(later, night) if night > at else later


def next_topic(db: Session, plan: Plan, day: date, *, solemn: bool = False) -> Topic | None:
    """The topic whose turn it is, without using the turn up; on a solemn day one that is marked as suitable."""
    item = choose(turns(db, day, solemn=solemn), shown_before(db, plan))
    return reserved(db, Topic, item.id, day) if item else None


def turns(db: Session, day: date, *, solemn: bool = False) -> list[Item]:
    """The topics that may have their turn on a day: lessons of a series have none."""
    suitable = col(Topic.solemn).is_(True) if solemn else true()
    query = select(Topic.id, Topic.category).where(*available(Topic, day), Topic.series == "", suitable)
    return [Item(id_ or 0, category) for id_, category in db.exec(query.order_by(col(Topic.id)))]


def shown_before(db: Session, plan: Plan) -> list[int]:
    """The items of a plan's earlier firings, the oldest first: the rotation's only memory.

    What some of its people got apart from the others doesn't count, nor what was withdrawn: it may have reached nobody.
    """
    query = select(Broadcast.item_id).where(Broadcast.plan_id == plan.id, col(Broadcast.item_id).is_not(None))
    common = (~col(Broadcast.occasion).contains("/"), Broadcast.state != BroadcastState.WITHDRAWN)
    rows = db.exec(query.where(*common).order_by(col(Broadcast.starts_at)))
    return [item_id for item_id in rows if item_id is not None]


def facts(topic: Topic) -> dict[str, Any]:
    """What the words of a topic are made of."""
    kept = ("title", "summary", "link", "question", "category", "source", "solemn")
    return {name: getattr(topic, name) for name in kept if getattr(topic, name)}
