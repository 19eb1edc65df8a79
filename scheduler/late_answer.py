"""An answer that was ready only after the platform had stopped waiting for it: owed to the member like any push."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

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
    owe_words(db, [follower.member_id], db.get_one(Member, follower.member_id).branch_id, text, now)


def owe_words(
    db: Session,
    member_ids: Sequence[int],
    branch_id: int,
    text: str,
    starts_at: datetime,
    *,
    about: int | None = None,
    shown_for: timedelta = SHOWN_FOR,
) -> None:
    """Writes the pushes of a few words from the system to these members, a branch's business.

    `about` is the member whom the words name to others: with them they are forgotten.
    """
    facts = {"text": text} if about is None else {"text": text, "about": about}
    owe_news(db, member_ids, branch_id, facts, starts_at, shown_for)


def owe_news(
    db: Session,
    member_ids: Sequence[int],
    branch_id: int,
    facts: Mapping[str, Any],
    starts_at: datetime,
    shown_for: timedelta = SHOWN_FOR,
) -> None:
    """The same for what is put into words only when it is sent."""
    broadcast = Broadcast(
        kind=BroadcastKind.ANSWER,
        facts=dict(facts),
        branch_id=branch_id,
        created_at=starts_at,
        starts_at=starts_at,
        ring_until=starts_at + shown_for,
        show_until=starts_at + shown_for,
        planned_to=None,
    )
    db.add(broadcast)
    db.flush()
    assert broadcast.id is not None
    db.add_all(Push(broadcast_id=broadcast.id, member_id=member_id, run_at=starts_at) for member_id in member_ids)
