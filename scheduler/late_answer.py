"""An answer that was ready only after the platform had stopped waiting for it: owed to the member like any push."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.broadcast import Broadcast, BroadcastKind
from models.follower import Follower
from models.member import Member
from models.push import Push

# An answer is worth having until the conversation is forgotten.
SHOWN_FOR = timedelta(days=1)


def owe_answer(db: Session, openid: str, text: str, now: datetime) -> None:
    """Writes the push for whoever is bound to this openid; nothing if nobody is."""
    follower = db.get(Follower, openid)
    if follower is None or follower.member_id is None:
        return
    broadcast = Broadcast(
        kind=BroadcastKind.ANSWER,
        facts={"text": text},
        branch_id=db.get_one(Member, follower.member_id).branch_id,
        created_at=now,
        starts_at=now,
        ring_until=now + SHOWN_FOR,
        show_until=now + SHOWN_FOR,
        planned_to=None,
    )
    db.add(broadcast)
    db.flush()
    assert broadcast.id is not None
    db.add(Push(broadcast_id=broadcast.id, member_id=follower.member_id, run_at=now))
