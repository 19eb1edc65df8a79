"""The access token: kept in memory, renewed ahead of its end, by one caller at a time.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html

The platform's stable token is the same for every process that asks, so that two may ask at once without harm. Still
they leave it to each other on a shelf: a process that starts needs no call, and one whose address isn't on the
whitelist, which only this call asks about, can use what another got. Only `force` makes a new token before its time;
the old one is then void at once for everybody, hence the care below, and the shelf grants it to one process at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.wechat.errors import CallFailed, NotPermitted

# Renewed this long before it ends: the platform hands out the next one from then on, and both are good.
_AHEAD = 300.0
# How long nothing is asked after it failed or brought nothing new. Repeated calls with a wrong secret or from a
# foreign IP can get the account locked; a busy platform may be asked again soon.
_PAUSE = 2.0
_PAUSE_AFTER_REFUSAL = 60.0
# Forced renewals: the platform takes 20 a day, 30 s apart.
FORCE_EVERY = 60.0
_LONGEST_LIFE = 7200.0

_NEVER = float("-inf")

#: Asks the platform for the token, `True` to force a new one; returns it and the seconds it has left.
Fetch = Callable[[bool], Awaitable[tuple[str, float]]]


class Shelf(Protocol):
    """Where the processes of an account leave the token to each other. It never raises: out of reach, it is empty."""

    async def take(self) -> tuple[str, float] | None:
        """The token that lies there, and how many seconds it is still good."""

    async def put(self, token: str, seconds: float) -> None:
        """Leaves a token that is good for so many seconds."""

    async def may_force(self) -> bool:
        """Whether this process may press for a new token now: once a minute one of all may."""


class NoShelf:
    """For a process that shares its token with nobody."""

    async def take(self) -> tuple[str, float] | None:
        """Nothing."""
        return None

    async def put(self, token: str, seconds: float) -> None:
        """Does nothing."""

    async def may_force(self) -> bool:
        """Always."""
        return True


class NeverForces(NoShelf):
    """For a short command beside a running server, which sends with the token that a forced one would make void."""

    async def may_force(self) -> bool:
        """Never."""
        return False


class AccessToken:
    """The token of one account; safe for any number of tasks of one event loop."""

    def __init__(
        self, fetch: Fetch, *, shelf: Shelf | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._shelf = shelf or NoShelf()
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._value = ""
        self._renew_at = self._good_until = _NEVER
        self._failure: CallFailed | None = None
        self._paused_until = self._stuck_until = self._forced_at = _NEVER

    async def current(self) -> str:
        """Return a token that should be good; asks the platform only if ours is near its end.

        Raises what that call raises; during the pause after a failure the same again, without a call.
        """
        if self._monotonic() < self._renew_at:
            return self._value
        async with self._lock:
            if self._monotonic() >= self._renew_at:
                await self._renew_or_make_do()
            return self._value

    async def renew(self, refused: str) -> str | None:
        """Return a token other than the one the platform just refused, or None if it has no other for now.

        First asks without force, since another process may have forced a new one; then with, once a minute at most
        of all processes together. The shelf is asked only where the platform can't be: what lies there may be the very
        one that is refused.
        Raises what `current` raises.
        """
        async with self._lock:
            now = self._monotonic()
            if self._value == refused and now >= self._stuck_until:
                await self._ask_or_find_another(refused)
            if self._value == refused and now >= self._forced_at + FORCE_EVERY and await self._shelf.may_force():
                self._forced_at = now
                await self._ask(force=True)
            if self._value != refused:
                return self._value
            self._stuck_until = max(self._stuck_until, now + _PAUSE)
            return None

    async def _renew_or_make_do(self) -> None:
        await self._look_on_the_shelf()
        if self._monotonic() < self._renew_at:
            return
        try:
            await self._ask(force=False)
        except CallFailed:
            # The minutes between renewal and end are there for a platform that doesn't answer.
            if self._monotonic() >= self._good_until:
                raise

    async def _ask_or_find_another(self, refused: str) -> None:
        try:
            await self._ask(force=False)
        except CallFailed:
            await self._look_on_the_shelf()
            if self._value == refused:
                raise

    async def _ask(self, *, force: bool) -> None:
        asked_at = self._monotonic()
        if self._failure and asked_at < self._paused_until:
            raise self._failure.with_traceback(None)
        try:
            self._value, seconds = await self._fetch(force)
        except CallFailed as failure:
            self._failure = failure
            pause = _PAUSE_AFTER_REFUSAL if isinstance(failure, NotPermitted) else _PAUSE
            self._paused_until = self._monotonic() + pause
            raise
        self._good_until = asked_at + seconds
        # Half of a short life: the margin must not make every call ask.
        self._renew_at = asked_at + max(seconds - _AHEAD, seconds / 2)
        await self._shelf.put(self._value, seconds)

    async def _look_on_the_shelf(self) -> None:
        asked_at = self._monotonic()
        found = await self._shelf.take()
        # One that has longer to live than the platform ever gives was left by a clock that was wrong.
        if found is None or not 0 < found[1] <= _LONGEST_LIFE or asked_at + found[1] <= self._good_until:
            return
        self._value, seconds = found
        self._good_until = asked_at + seconds
        # In its last minutes the platform has a newer one already.
        self._renew_at = asked_at + seconds - _AHEAD
