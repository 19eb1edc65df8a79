"""What the platform sends by itself: receipts of messages, results of jobs. Nobody waits for them.

They leave after `receipt_delay_ms` and up to `receipt_jitter_ms` more, so that they may overtake one another, and
`receipt_copies` times: the platform promises neither order nor that a push comes once.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from bot.emulator.messages import Push, compose
from bot.emulator.platform import Platform


class Outbox:
    """Receipts on their way; `carry` sends one of them. They are dropped while nobody carries."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._carry: Callable[[Push], Awaitable[object]] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._dice = random.Random(0)

    def open(self, carry: Callable[[Push], Awaitable[object]]) -> None:
        self._carry = carry

    async def close(self) -> None:
        """Let nothing more leave, and end what is under way."""
        self._carry = None
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def put(self, openid: str, event: str, fields: dict[str, Any], done: Callable[[], None] = lambda: None) -> None:
        """Send an event with these fields, in which `openid` is FromUserName, without waiting for it.

        `done` is called when what it tells of has happened: right before it leaves.
        """
        if self._carry is None:
            done()
            return
        push = compose(self._platform, openid, "event", {"Event": event, **fields}, self._platform.clock.time())
        task = asyncio.create_task(self._leave(self._carry, push, done))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> int:
        """Wait until nothing is under way; returns how many that were."""
        count = 0
        while self._under_way:
            count += len(self._under_way)
            await asyncio.gather(*self._under_way, return_exceptions=True)
        return count

    async def _leave(self, carry: Callable[[Push], Awaitable[object]], push: Push, done: Callable[[], None]) -> None:
        settings = self._platform.settings
        await asyncio.sleep((settings.receipt_delay_ms + self._dice.random() * settings.receipt_jitter_ms) / 1000)
        done()
        for _ in range(settings.receipt_copies):
            await carry(push)
