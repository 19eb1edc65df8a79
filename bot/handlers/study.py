"""Topics and books: today's, at any time; and as text ready for the branch's group."""

from sqlmodel import Session, col, literal, select

from bot.turn import Answer, Turn
from bot.wording import Wording
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.library import TABLES, available
from models.push import Push
from scheduler import ride_along

# A recalled broadcast was never said, one that waits for the secretary not yet.
_SAID = (BroadcastState.OPEN, BroadcastState.PAUSED, BroadcastState.SETTLED)


def todays_topic(db: Session, turn: Turn) -> Answer:
    """「今日学习」: today's topic; on a day without one the latest."""
    broadcast = _latest(db, turn, BroadcastKind.TOPIC)
    if broadcast is None:
        return Answer(turn.say("topic.none"))
    broadcast = _own(db, turn, broadcast)
    text = Wording(turn.means.texts).topic(broadcast.facts)
    day = turn.means.hours.day(broadcast.starts_at)
    if day != turn.today:
        text = f"{turn.say('topic.latest', date=turn.means.texts.date(day, turn.today))}\n{text}"
    return _shown(db, turn, broadcast, text)


def latest_book(db: Session, turn: Turn) -> Answer:
    """「荐书」: the book recommended last."""
    broadcast = _latest(db, turn, BroadcastKind.BOOK)
    if broadcast is None:
        return Answer(turn.say("book.none"))
    broadcast = _own(db, turn, broadcast)
    return _shown(db, turn, broadcast, Wording(turn.means.texts).book(broadcast.facts))


def text_to_forward(db: Session, turn: Turn) -> Answer:
    """「今日转发」: today's topic or book and nothing else, so that one long press takes it all."""
    wording, date = Wording(turn.means.texts), turn.means.texts.date(turn.today)
    texts = [
        wording.forwarded(kind, {**turn.means.common, **broadcast.facts}, date)
        for kind in (BroadcastKind.TOPIC, BroadcastKind.BOOK)
        if (broadcast := _latest(db, turn, kind)) and turn.means.hours.day(broadcast.starts_at) == turn.today
    ]
    if not texts:
        return Answer(turn.say("topic.forward_none"))
    return Answer("\n\n".join(texts), alone=True)


def _latest(db: Session, turn: Turn, kind: BroadcastKind) -> Broadcast | None:
    """The latest of a kind that was said to the writer's branch, or to one above it, and may still be shown."""
    table = TABLES[kind]
    query = (
        select(Broadcast)
        .join(Branch, col(Branch.id) == col(Broadcast.branch_id))
        .join(table, col(table.id) == col(Broadcast.item_id))
        .where(Broadcast.kind == kind, col(Broadcast.state).in_(_SAID), col(Broadcast.starts_at) <= turn.now)
        .where(literal(turn.person.path).startswith(col(Branch.path)), ~col(Broadcast.occasion).contains("/"))
        .where(*available(table, turn.today))
    )
    return db.exec(query.order_by(col(Broadcast.starts_at).desc())).first()


def _own(db: Session, turn: Turn, broadcast: Broadcast) -> Broadcast:
    """The broadcast of the same firing that the writer gets instead, having had that item before; else this one."""
    query = select(Broadcast).join(Push, col(Push.broadcast_id) == col(Broadcast.id))
    mine = (Push.member_id == turn.person.member_id, col(Broadcast.id).in_(_same_for_later(db, broadcast)))
    table = TABLES[BroadcastKind(broadcast.kind)]
    query = query.join(table, col(table.id) == col(Broadcast.item_id)).where(*available(table, turn.today))
    return db.exec(query.where(*mine, col(Broadcast.state).in_(_SAID))).first() or broadcast


def _shown(db: Session, turn: Turn, broadcast: Broadcast, text: str) -> Answer:
    """The answer; if this very push still waits for the writer, it has arrived with it."""
    member_id, now = turn.person.member_id, turn.now
    assert member_id is not None, "the gate lets nobody but members through"
    waiting = ride_along.waiting(db.connection(), [member_id], turn.means.rules, now, early=True).get(member_id, [])
    ids = {broadcast.id, *_same_for_later(db, broadcast)}
    mine = [push for push in waiting if push.broadcast_id in ids]
    rows = tuple((ride_along.take, ride_along.shown(push, turn.means.rules, now)) for push in mine)
    return Answer(text, rows)


def _same_for_later(db: Session, broadcast: Broadcast) -> list[int | None]:
    """The broadcasts of the same occasion for those who chose a later hour, or get another item."""
    same = (Broadcast.plan_id == broadcast.plan_id, col(Broadcast.occasion).startswith(f"{broadcast.occasion}/"))
    return list(db.exec(select(Broadcast.id).where(*same))) if broadcast.plan_id and broadcast.occasion else []
