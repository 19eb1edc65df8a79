"""The second channel: what is the same for everybody also stands in a group chat of the branch, once.

Topics, books, and an admin's broadcast to the whole of the channel's branch. Never who did or didn't, and nothing that
is about or for one person.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from sqlmodel import Session, col, select

from models import channel as channels
from models.branch import Branch
from models.broadcast import SAME_FOR_ALL, Broadcast, BroadcastKind, BroadcastState
from models.channel import Channel, Posting, PostingState
from models.database import running_now
from models.pause import paused
from models.plan import Plan
from models.writer import Writer
from scheduler.audience import served_nodes
from scheduler.clock import Clock
from scheduler.halts import ONE_MINUTE
from scheduler.messenger import Outgoing
from scheduler.outgoing import basis, shared
from scheduler.rules import Rules
from scheduler.settle import PAUSES, SPREAD
from scheduler.sorting import LEASE

logger = logging.getLogger(__name__)

# A robot of a WeCom group takes so many messages a minute; nobody reads faster elsewhere.
A_MINUTE = 20


#: What the policy calls the second channel: no way to a member, and so no `Route`.
CHANNEL = "channel"


class Posted(StrEnum):
    """What became of one try. `later`: nothing stands there; `unknown`: it may; `refused`: the address is no good."""

    ACCEPTED = "accepted"
    LATER = "later"
    TOO_FAST = "too_fast"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of a try, with the other side's number for it, if it gave one."""

    result: Posted
    errcode: int | None = None


class Scribe(Protocol):
    """What `bot` supplies: words, and writes them to a channel. It never raises for a failed try."""

    async def write(self, channel: Channel, words: Outgoing) -> Written:
        """Writes a broadcast to a channel once."""


@dataclass(frozen=True, slots=True)
class _Taken:
    posting_id: int
    channel: Channel
    words: Outgoing


class Poster:
    """A loop of the engine; any number of processes may run it."""

    name, seconds = "post", 2.0

    def __init__(self, writer: Writer[Any], scribe: Scribe, clock: Clock, rules: Rules) -> None:
        self._owner = secrets.token_hex(8)
        self._writer = writer
        self._scribe = scribe
        self._clock = clock
        self._rules = rules
        self._one_at_a_time = asyncio.Lock()
        self._stopping = False

    async def run(self) -> None:
        """Writes down what is to be posted, and posts what is due: one at a time into each channel."""
        async with self._one_at_a_time:
            await self._writer.run(self._plan)
            while not self._stopping and (taken := await self._writer.run(self._take)):
                written = await asyncio.gather(*(self._write(one) for one in taken))
                await self._writer.run(partial(self._record, taken=taken, written=written))

    async def close(self) -> None:
        """Posts nothing more, and waits for what is under way."""
        self._stopping = True
        async with self._one_at_a_time:
            pass

    def _plan(self, db: Session) -> None:
        now = self._clock.now()
        if lost := channels.lose(db.connection(), running_now(db.connection())):
            logger.warning("%d postings were under way when their process died: unknown, and not posted again", lost)
        working = channels.with_paths(db)
        if not working:
            return
        for broadcast in _open(db, now):
            if not self._rules.policy.allowed(basis(db, broadcast), CHANNEL):
                continue
            for channel, path in working:
                if channel.since <= broadcast.starts_at and covers(db, broadcast, channel, path):
                    assert channel.id is not None
                    assert broadcast.id is not None
                    channels.owe(db.connection(), channel.id, broadcast.id, broadcast.starts_at)

    def _take(self, db: Session) -> list[_Taken]:
        """Marks the next posting of each channel as under way, just before it is."""
        now, running = self._clock.now(), running_now(db.connection())
        busy, taken = channels.busy(db), []
        for posting, channel, broadcast in channels.due(db, now, running):
            if self._ended(posting, channel, broadcast, now) or posting.channel_id in busy:
                continue
            if self._waits(db, posting, channel, broadcast, now):
                continue
            busy.add(posting.channel_id)
            posting.state, posting.owner, posting.free_at = PostingState.SENDING, self._owner, running + LEASE
            posting.attempts, posting.posted_at = posting.attempts + 1, now
            assert posting.id is not None
            taken.append(_Taken(posting.id, channel, shared(db.connection(), broadcast, self._rules, now)))
        db.flush()
        for one in taken:
            db.refresh(one.channel)
            db.expunge(one.channel)
        return taken

    def _ended(self, posting: Posting, channel: Channel, broadcast: Broadcast, now: datetime) -> bool:
        """Whether there is nothing left to do: taken back, too late, or the channel is no good."""
        if broadcast.state in (BroadcastState.RECALLED, BroadcastState.WITHDRAWN):
            posting.state = PostingState.CANCELLED
        elif now >= broadcast.ring_until:
            posting.state = PostingState.EXPIRED
        elif channel.broken_at is not None:
            posting.state, posting.errcode = PostingState.FAILED, channel.errcode
        return posting.state != PostingState.DUE

    def _waits(self, db: Session, posting: Posting, channel: Channel, broadcast: Broadcast, now: datetime) -> bool:
        if broadcast.state != BroadcastState.OPEN or self._rules.hours.quiet(now):
            return True
        nodes = {channel.branch_id, broadcast.branch_id}
        if any(paused(db, db.get_one(Branch, node).path) for node in nodes):
            return True
        recent = channels.posted_since(db, posting.channel_id, now - ONE_MINUTE)
        if len(recent) >= A_MINUTE:
            posting.run_at = recent[-A_MINUTE] + ONE_MINUTE
            return True
        return False

    async def _write(self, one: _Taken) -> Written:
        try:
            return await self._scribe.write(one.channel, one.words)
        except Exception:  # The border of a delivery: we don't know how far it came, and the others must go on.
            logger.exception("posting %d", one.posting_id)
            return Written(Posted.UNKNOWN)

    def _record(self, db: Session, taken: Sequence[_Taken], written: Sequence[Written]) -> None:
        for one, done in zip(taken, written, strict=True):
            posting = db.get(Posting, one.posting_id, with_for_update=True)
            # Its channel may have been removed, or the lease have run out.
            if posting is None or posting.owner != self._owner or posting.state != PostingState.SENDING:
                continue
            posting.owner, posting.free_at, posting.errcode = "", None, done.errcode
            self._judge(db, posting, done)

    def _judge(self, db: Session, posting: Posting, done: Written) -> None:
        now = self._clock.now()
        if done.result is Posted.TOO_FAST:
            posting.state, posting.run_at = PostingState.DUE, now + ONE_MINUTE
        elif done.result is Posted.LATER and posting.attempts <= len(PAUSES):
            pause = PAUSES[posting.attempts - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)
            posting.state, posting.free_at = PostingState.DUE, running_now(db.connection()) + pause
        elif done.result is Posted.UNKNOWN:
            posting.state = PostingState.UNKNOWN
        elif done.result is Posted.ACCEPTED:
            posting.state = PostingState.ACCEPTED
        else:
            posting.state = PostingState.FAILED
        if done.result is Posted.REFUSED:
            channel = db.get_one(Channel, posting.channel_id)
            channel.broken_at, channel.errcode = now, done.errcode
            logger.error(
                "channel %d: its address is refused (%s); see chenzhong channel list", channel.id, done.errcode
            )


def _open(db: Session, now: datetime) -> list[Broadcast]:
    """What may still be posted; the night and an admin's pause are looked at later."""
    since = now - timedelta(days=60)
    query = select(Broadcast).where(
        *(Broadcast.state == BroadcastState.OPEN, col(Broadcast.kind).in_(SAME_FOR_ALL)),
        *(Broadcast.starts_at <= now, Broadcast.starts_at > since),
        *(Broadcast.ring_until > now, Broadcast.show_until > now),
    )
    return list(db.exec(query.order_by(col(Broadcast.id))))


def covers(db: Session, broadcast: Broadcast, channel: Channel, path: str) -> bool:
    """Whether a broadcast is for everybody of a channel's branch, whose path is `path`."""
    audience = broadcast.audience
    if broadcast.kind == BroadcastKind.TEXT:
        return _is_of(path, tops(db, audience))
    if set(audience) != {"plan"}:
        return False
    plan = db.get(Plan, audience["plan"])
    return plan is not None and channel.branch_id in served_nodes(db, plan)


def tops(db: Session, audience: Mapping[str, Any]) -> list[str]:
    """The paths of the sub-trees for all of which an admin's broadcast is; none where it is for some people only.

    A role, a tag or a list of people is nobody's business in the group.
    """
    if set(audience) == {"within"}:
        return [audience["within"]]
    if set(audience) != {"within", "places"}:
        return []
    return list(db.exec(select(Branch.path).where(col(Branch.id).in_(audience["places"]))))


def reached_by(db: Session, audience: Mapping[str, Any]) -> list[str]:
    """The labels of the channels into which a broadcast to this audience would also go."""
    paths = tops(db, audience)
    return [channel.label for channel, path in channels.with_paths(db) if _is_of(path, paths)]


def _is_of(path: str, paths: Sequence[str]) -> bool:
    return any(path.startswith(top) for top in paths)
