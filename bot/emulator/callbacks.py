"""Pushes to the account's server: signed, with a deadline and repeats, and what comes of the answer.

Source: 「被动回复用户消息」 for the five seconds, the repeats and what the follower sees when they fail.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.account import Account
from bot.emulator.carriers import Carrier, NoAnswer
from bot.emulator.envelope import Envelope, Malformed
from bot.emulator.messages import Push, happen
from bot.emulator.platform import NOTICE, Platform
from bot.emulator.replies import HANDED_OVER, Reply, judged

# Requests under way at a time. The deadline of a push begins when its turn has come.
PARALLEL = 200
# Pushes whose replies are remembered, for those who repeat a push by hand.
REMEMBERED = 10_000


@dataclass(slots=True)
class Outcome:
    """What became of one push; `status` is the last HTTP status (0: none), `trouble` why nothing is shown."""

    attempts: int = 0
    status: int = 0
    reply: dict[str, Any] = field(default_factory=dict)
    elapsed_ms: int = 0
    trouble: str = ""

    def shown(self) -> dict[str, Any]:
        """As the control door gives it."""
        shown = {
            "attempts": self.attempts,
            "status": self.status,
            "reply": self.reply,
            "elapsed_ms": self.elapsed_ms,
        }
        return {**shown, "trouble": self.trouble} if self.trouble else shown


class Callbacks:
    """Carries pushes to the webhook through `carrier`, which belongs to the caller."""

    def __init__(self, platform: Platform, carrier: Carrier) -> None:
        self._platform = platform
        self._carrier = carrier
        self._envelope: tuple[Account, Envelope] | None = None
        self._turns = asyncio.Semaphore(PARALLEL)
        self._answered: dict[str, None] = {}

    async def push(self, push: Push, *, times: int = 1, concurrent: bool = False) -> list[Outcome]:
        """Let it happen, then push it `times` times, one after the other or all at once."""
        follower = happen(self._platform, push, self._platform.clock.time())
        if follower.blacklisted and push.event != "unsubscribe":
            return [Outcome(trouble="on the account's blacklist: nothing is pushed")] * times
        if push.replay_key in self._answered:
            push.answered = True
        if times == 1:
            return [await self._carry(push)]
        if concurrent:
            return list(await asyncio.gather(*(self._carry(push) for _ in range(times))))
        return [await self._carry(push) for _ in range(times)]

    async def receipt(self, push: Push) -> Outcome:
        """Push what the platform says by itself; no follower did anything."""
        return await self._carry(push)

    async def push_all(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Pushes of different followers, as many at a time as there are turns."""
        return [outcomes[0] for outcomes in await asyncio.gather(*(self.push(push) for push in pushes))]

    async def _carry(self, push: Push) -> Outcome:
        async with self._turns:
            began = time.monotonic()
            outcome, body = await self._attempts(push)
            self._take(push, outcome, body)
            outcome.elapsed_ms = round((time.monotonic() - began) * 1000)
        counters = self._platform.stats.callbacks
        counters["pushes"] += 1
        counters["attempts"] += outcome.attempts
        if outcome.trouble:
            counters["failures"] += 1
        return outcome

    async def _attempts(self, push: Push) -> tuple[Outcome, bytes]:
        """Ask until there is an answer. Any status but 200 counts as none."""
        outcome = Outcome()
        settings = self._platform.settings
        for _ in range(settings.attempts):
            outcome.attempts += 1
            outcome.status, outcome.trouble = 0, f"no answer within {settings.deadline_ms} ms"
            try:
                async with asyncio.timeout(settings.deadline_ms / 1000):
                    outcome.status, body = await self._post(push)
            except TimeoutError:
                continue
            except NoAnswer as error:
                outcome.trouble = f"no answer: {error}"
                continue
            if outcome.status == 200:
                outcome.trouble = ""
                return outcome, body
            outcome.trouble = f"HTTP {outcome.status}"
        return outcome, b""

    async def _post(self, push: Push) -> tuple[int, bytes]:
        query, body, content_type = self._current_envelope().seal(push.fields, push.openid, self._platform.clock.time())
        webhook = self._platform.webhook
        url = f"{webhook}{'&' if '?' in webhook else '?'}{query}"
        return await self._carrier.post(url, body, content_type)

    def _current_envelope(self) -> Envelope:
        """The account may change at any time through the control door."""
        account = self._platform.account
        if self._envelope is None or self._envelope[0] is not account:
            self._envelope = (account, Envelope(account))
        return self._envelope[1]

    def _take(self, push: Push, outcome: Outcome, body: bytes) -> None:
        """Make the follower see what the answer, or its absence, comes to."""
        if not outcome.trouble:
            if body in (b"", b"success"):
                return
            try:
                fields = self._current_envelope().open(body)
                reply = judged(self._platform, push, fields)
            except Malformed as malformed:
                outcome.trouble = str(malformed)
            else:
                outcome.reply = {"type": reply.kind, "content": reply.content, **fields}
                self._show(push, reply)
                return
        if push.in_chat:
            self._show(push, Reply("notice", NOTICE, None))

    def _show(self, push: Push, reply: Reply) -> None:
        """One answer per push: the answers to a push that was repeated are shown once."""
        follower = self._platform.followers.get(push.openid)
        if push.answered or follower is None or not follower.following or reply.kind in HANDED_OVER:
            return
        if reply.kind != "notice":
            self._note_answered(push)
        now = self._platform.clock.time()
        follower.talked_at = now
        self._platform.show(follower, "passive", reply.kind, reply.content, now, reply.fields)

    def _note_answered(self, push: Push) -> None:
        push.answered = True
        if push.replay_key:
            self._answered[push.replay_key] = None
            if len(self._answered) > REMEMBERED:
                del self._answered[next(iter(self._answered))]
