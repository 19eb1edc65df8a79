"""From a batch of messages to their answers, in one transaction: once, known, decided, written.

This is what the writer runs. Hot commands share a batch; every other command comes alone and gets a session.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from bot.dispatch import Understood, understand
from bot.gate import stopped
from bot.handlers.acknowledge import LOOK_BACK
from bot.handlers.recall import read_lately
from bot.renewal import asked_anew
from bot.ride_along import REPLY_BYTES, RideAlong
from bot.texts import split
from bot.turn import Answer, Apply, Means, Turn
from bot.wechat.inbound import Format, Inbound, read_fields
from bot.wechat.replies import render_text
from models import acknowledgement, follower, inbound
from models.person import Person, persons
from models.remainder import Remainder
from models.window import MESSAGE, TAP, Rule, Window
from models.writer import Writer
from scheduler.clock import Clock
from scheduler.late_answer import owe_answer

logger = logging.getLogger(__name__)

# These come from somebody who leaves, or from the platform itself: no follower is to be kept of them.
_NOBODY = ("unsubscribe", "masssendjobfinish")

_TAPS = ("click", "scan", "subscribe", "scancode_push", "scancode_waitmsg")
# What a follower does, and not the platform in their name: receipts come with their openid too.
_ACTS = frozenset((*_TAPS, "view", "view_miniprogram"))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way to the writer, understood but not yet answered."""

    inbound: Inbound
    format: Format
    understood: Understood

    @property
    def openid(self) -> str:
        """Whose it is: the writer never puts two of one openid into a batch."""
        return self.inbound.openid

    @property
    def alone(self) -> bool:
        """Whether it needs a transaction of its own."""
        return self.understood.command.decide is None


def arrival(message: Inbound, format: Format) -> Arrival:
    """The message, understood."""
    return Arrival(message, format, understand(message))


class Intake:
    """Answers batches of arrivals; `answer_batch` is what the writer calls."""

    def __init__(self, means: Means, clock: Clock, writer: "Writer[Arrival]", ride_along: RideAlong) -> None:
        self._writer = writer
        self._means = means
        self._clock = clock
        self._ride_along = ride_along

    def answer_batch(self, connection: Connection, arrivals: Sequence[Arrival]) -> list[str]:
        """The rendered replies, in the order of the arrivals; "" stands for `success`.

        A message seen before gets the reply it got then, whatever this one would be.
        """
        now = self._clock.now()
        replies = inbound.replies(connection, [a.inbound.key for a in arrivals])
        if replies:
            logger.info("%d repeated", len(replies))
        fresh = [a for a in arrivals if a.inbound.key not in replies]
        if fresh:
            replies |= self._answer_new(connection, fresh, now)
        return [replies[a.inbound.key] or "" for a in arrivals]

    async def answer_later(self, message: Arrival, reply: str) -> None:
        """Owes a member the reply that was ready only after the platform had stopped asking for it.

        Whoever isn't a member has no push to be owed; their next message gets its own answer.
        """
        if reply:
            text = str(read_fields(reply.encode())[0].get("Content", ""))
            await self._writer.run(lambda db: owe_answer(db, message.openid, text, self._clock.now()))

    def trouble(self, message: Arrival) -> str:
        """What a person reads when answering failed: nothing was stored, so that writing again is the cure."""
        if message.inbound.kind == "event":
            return ""
        text = self._means.texts("common.trouble")
        return render_text(message.inbound, text, int(self._clock.now().timestamp()), message.format)

    def _answer_new(self, connection: Connection, fresh: list[Arrival], now: datetime) -> dict[str, str | None]:
        turns = self._turns(connection, fresh, now)
        decided = [self._decide(connection, a, turn) for a, turn in zip(fresh, turns, strict=True)]
        waiting = self._ride_along.waiting(connection, turns)
        joined = [self._ride_along.joined(turn, a, waiting) for turn, a in zip(turns, decided, strict=True)]
        joined = asked_anew(connection, turns, joined)
        answers = [_shortened(connection, turn, answer) for turn, answer in zip(turns, joined, strict=True)]
        _apply(connection, answers)
        created = int(now.timestamp())
        replies = {
            a.inbound.key: render_text(a.inbound, answer.reply, created, a.format) if answer.reply else ""
            for a, answer in zip(fresh, answers, strict=True)
        }
        rows = [
            {
                "key": a.inbound.key,
                # Whoever leaves just now is forgotten with this very message.
                "openid": "" if answer.forgets or a.inbound.event == "unsubscribe" else a.openid,
                "at": now,
                "reply": "" if answer.forgets else replies[a.inbound.key],
            }
            for a, answer in zip(fresh, answers, strict=True)
        ]
        # In order, so that two processes that got copies of the same messages don't wait for each other in a circle.
        inbound.answered(connection, sorted(rows, key=itemgetter("key")))
        return dict(replies)

    def _turns(self, connection: Connection, fresh: list[Arrival], now: datetime) -> list[Turn]:
        """Who wrote, with the window their message opened."""
        known = persons(connection, [a.openid for a in fresh], self._means.hours.study_day(now))
        unknown = [a.openid for a in fresh if a.openid not in known and a.inbound.event not in _NOBODY]
        if unknown:
            follower.arrived(connection, [{"openid": openid, "followed_at": now} for openid in unknown])
        turns = []
        for a in fresh:
            person = known.get(a.openid) or Person(a.openid)
            window = _window_after(person.window, a.inbound, now, self._means.config.wechat.window_rule)
            turns.append(Turn(a.inbound, person, now, self._means, window, a.understood.words))
        follower.heard_from(connection, [_ledger(turn) for turn in turns if _is_heard(turn)])
        return self._recalling(connection, fresh, _asked(connection, fresh, turns, now), now)

    def _recalling(
        self, connection: Connection, fresh: Sequence[Arrival], turns: list[Turn], now: datetime
    ) -> list[Turn]:
        """The turns, those that check in with what is to be asked after reading."""
        members = [t.person.member_id for a, t in zip(fresh, turns, strict=True) if a.understood.command.recalls]
        found = read_lately(connection, self._means, [one for one in members if one is not None], now)
        return [replace(turn, recall=found.get(turn.person.member_id or 0)) for turn in turns] if found else turns

    def _decide(self, connection: Connection, a: Arrival, turn: Turn) -> Answer:
        command = a.understood.command
        if command.decide is not None:
            return stopped(None, turn, command.who) or command.decide(turn)
        assert command.handle is not None, "a command has either a hot or a cold handler"
        with Session(connection) as db:
            answer = stopped(db, turn, command.who, own=command.own) or command.handle(db, turn)
            db.flush()
        return answer


def _asked(connection: Connection, fresh: Sequence[Arrival], turns: list[Turn], now: datetime) -> list[Turn]:
    """The turns, those that say 「收到」 with the push they are about."""
    saying = [turn.person.member_id for a, turn in zip(fresh, turns, strict=True) if a.understood.command.asked]
    members = [member_id for member_id in saying if member_id is not None]
    if not members:
        return turns
    found = acknowledgement.asked(connection, members, now - LOOK_BACK)
    return [replace(turn, asked=found.get(turn.person.member_id or 0)) for turn in turns]


def _window_after(window: Window, message: Inbound, now: datetime, rule: Rule) -> Window:
    if message.kind == "event":
        return window.opened(TAP, now, rule) if message.event in _TAPS else window
    # What a tap on a link in a message sends looks like a text, and counts as a tap.
    trigger = TAP if message.fields.get("bizmsgmenuid") else MESSAGE
    return window.opened(trigger, now, rule)


def _is_heard(turn: Turn) -> bool:
    acted = turn.inbound.kind != "event" or turn.inbound.event in _ACTS
    return acted and turn.person.agreed_at is not None


def _ledger(turn: Turn) -> dict[str, object]:
    window = turn.window
    openid, at = turn.person.openid, turn.now
    return {"openid": openid, "last_at": at, "window_left": window.left, "window_until": window.until}


def _shortened(connection: Connection, turn: Turn, answer: Answer) -> Answer:
    """A reply the platform will show; what is too long for it is kept for 「看」."""
    if len(answer.reply.encode()) <= REPLY_BYTES:
        return answer
    continued = turn.say("common.continued")
    first, *rest = split(answer.reply, REPLY_BYTES - len(continued.encode()) - 1)
    with Session(connection) as db:
        db.merge(Remainder(openid=turn.person.openid, text="".join(rest), at=turn.now))
        db.flush()
    return replace(answer, reply=f"{first.rstrip()}\n{continued}")


def _apply(connection: Connection, answers: Sequence[Answer]) -> None:
    """Writes the changes of a whole batch, one statement for each kind."""
    grouped: dict[Apply, list[Mapping[str, Any]]] = {}
    for answer in answers:
        for apply, row in answer.changes:
            grouped.setdefault(apply, []).append(row)
    for apply, rows in grouped.items():
        apply(connection, rows)
