"""The emulator as one object: state, doors, pushes and persistence."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from httpx_aiohttp import AiohttpTransport

from bot.emulator.account import Account
from bot.emulator.api import Api
from bot.emulator.callbacks import PARALLEL, Callbacks
from bot.emulator.clock import PlatformClock
from bot.emulator.control import Control, Hooks, OnAccount, OnClock
from bot.emulator.door import Door
from bot.emulator.platform import Platform
from bot.emulator.state_file import StateFile


class Emulator:
    """WeChat on your desk, for one account.

    `webhook`: where pushes go. `client`: carries them; without one the emulator has its own. `state_file`: what it
    knew is taken up from there and kept there. `clock`: real time, unless given. Raises ValueError if the state file
    is not usable.

    Start it before pushes are asked for: `async with Emulator(…)`, `start()` and `stop()`, or as the application of a
    server, whose start and stop it follows. `app` answers at its root and below `/emulator`, mounted or alone.
    """

    def __init__(
        self,
        account: Account,
        *,
        webhook: str,
        client: httpx.AsyncClient | None = None,
        state_file: Path | None = None,
        clock: PlatformClock | None = None,
    ) -> None:
        self.platform = Platform(account, webhook, clock or PlatformClock())
        self._given_client = client
        self._own_client: httpx.AsyncClient | None = None
        self._callbacks: Callbacks | None = None
        self._hooks = Hooks()
        control = Control(self.platform, self._running, self._hooks)
        self.app = Door(Api(self.platform), control, self)
        self._state_file = StateFile(state_file, self.platform) if state_file else None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        if self._state_file:
            self._state_file.load()

    @property
    def account(self) -> Account:
        """The account as it is now; the control door and the state file may have changed it."""
        return self.platform.account

    @property
    def clock(self) -> PlatformClock:
        return self.platform.clock

    @property
    def on_clock(self) -> OnClock | None:
        """Awaited with the new time before `POST _/clock` answers."""
        return self._hooks.on_clock

    @on_clock.setter
    def on_clock(self, hook: OnClock | None) -> None:
        self._hooks.on_clock = hook

    @property
    def on_account(self) -> OnAccount | None:
        """Awaited with the changed account before `POST _/account` answers."""
        return self._hooks.on_account

    @on_account.setter
    def on_account(self, hook: OnAccount | None) -> None:
        self._hooks.on_account = hook

    async def start(self) -> None:
        """Get ready to push, and keep the state file; a second start does nothing."""
        if self._callbacks is not None:
            return
        client = self._given_client
        if client is None:
            # Kept connections are closed before a server's usual five idle seconds are over: a push on one that the
            # server has just closed would look like a failed attempt.
            wires = httpx.Limits(max_connections=PARALLEL, max_keepalive_connections=PARALLEL, keepalive_expiry=3)
            client = httpx.AsyncClient(transport=AiohttpTransport(limits=wires))
            self._own_client = client
        self._callbacks = Callbacks(self.platform, client)
        if self._state_file:
            self._stopping.clear()
            self._keeper = asyncio.create_task(self._state_file.keep(self._stopping))

    async def stop(self) -> None:
        """End streams, close the emulator's own client, and write the state file a last time."""
        self.platform.hub.close()
        self._callbacks = None
        if self._keeper is not None:
            self._stopping.set()
            await self._keeper
            self._keeper = None
        if self._own_client is not None:
            await self._own_client.aclose()
            self._own_client = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _running(self) -> Callbacks:
        if self._callbacks is None:
            raise RuntimeError("the emulator was not started")
        return self._callbacks
