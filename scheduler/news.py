"""News for one member: that others thanked for, or wrote about, what they have shared.

It never goes out by itself, however much of it there is: one push rides below the answer to the next message.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.broadcast import Broadcast, BroadcastKind
from models.member import Member
from models.push import UNSENT, Push, PushStatus
from scheduler.cause import Cause

SHOWN_FOR = timedelta(days=30)


def leave(db: Session, member_id: int, note_id: int, now: datetime) -> None:
    """Adds a note to the news that waits for its author, or begins it."""
    # The author's row is locked, so that two who thank at once leave one piece of news; not against what refers to it,
    # or two who thank each other would wait for one another.
    author = db.exec(select(Member).where(Member.id == member_id).with_for_update(key_share=True)).one()
    waiting = _waiting(db, member_id)
    if waiting is not None:
        _, broadcast = waiting
        broadcast.facts = {"notes": sorted({*broadcast.facts["notes"], note_id})}
        return
    broadcast = Broadcast(
        kind=BroadcastKind.NEWS,
        facts={"notes": [note_id]},
        branch_id=author.branch_id,
        created_at=now,
        starts_at=now,
        ring_until=now,
        show_until=now + SHOWN_FOR,
    )
    db.add(broadcast)
    db.flush()
    assert broadcast.id is not None
    # Held from the start: the loop that sends has nothing to decide about it.
    held = Push(broadcast_id=broadcast.id, member_id=member_id, run_at=now, status=PushStatus.HELD, cause=Cause.LATE)
    db.add(held)


def seen(db: Session, member_id: int, note_id: int) -> None:
    """The author has just read of this note, or it is gone: it is no news any more."""
    waiting = _waiting(db, member_id)
    if waiting is None:
        return
    push, broadcast = waiting
    left = [one for one in broadcast.facts["notes"] if one != note_id]
    broadcast.facts = {"notes": left}
    if not left:
        push.status, push.cause = PushStatus.CANCELLED, Cause.NOT_BY_STATUS


def _waiting(db: Session, member_id: int) -> tuple[Push, Broadcast] | None:
    query = (
        select(Push, Broadcast)
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .where(Push.member_id == member_id, Broadcast.kind == BroadcastKind.NEWS, col(Push.status).in_(UNSENT))
    )
    return db.exec(query).first()
