"""The emulator as one object: state, doors, pushes and persistence."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from bot.emulator.account import Account
from bot.emulator.api import Api
from bot.emulator.callbacks import PARALLEL, Callbacks
from bot.emulator.carriers import Carrier, ClientCarrier, SocketCarrier
from bot.emulator.clock import PlatformClock
from bot.emulator.control import Control, Hooks, OnAccount, OnClock
from bot.emulator.door import Door
from bot.emulator.outbox import Outbox
from bot.emulator.platform import Platform
from bot.emulator.state_file import StateFile


class Emulator:
    """WeChat on your desk, for one account.

    `webhook`: where pushes go. `client`: carries them; without one they go over sockets. `state_file`: what it
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
        self._client = client
        self._carrier: Carrier | None = None
        self._callbacks: Callbacks | None = None
        self._hooks = Hooks()
        self._outbox = Outbox(self.platform)
        self.platform.receipt = self._outbox.put
        control = Control(self.platform, self._running, self._hooks, self.settle)
        self.app = Door(Api(self.platform), control, self)
        self._state_file = StateFile(state_file, self.platform) if state_file else None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        if self._state_file and state_file:
            self.platform.media.folder = state_file.with_name("media")
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
        client = self._client
        self._carrier = SocketCarrier(PARALLEL) if client is None else ClientCarrier(client)
        self._callbacks = Callbacks(self.platform, self._carrier)
        self._outbox.open(self._callbacks.receipt)
        if self._state_file:
            self._stopping.clear()
            self._keeper = asyncio.create_task(self._state_file.keep(self._stopping))

    async def stop(self) -> None:
        """End streams, close connections, and write the state file a last time."""
        self.platform.hub.close()
        await self._outbox.close()
        self._callbacks = None
        if self._keeper is not None:
            self._stopping.set()
            await self._keeper
            self._keeper = None
        if self._carrier is not None:
            await self._carrier.close()
            self._carrier = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def settle(self) -> int:
        """Wait until no receipt is on its way; returns how many were."""
        return await self._outbox.settle()

    def _running(self) -> Callbacks:
        if self._callbacks is None:
            raise RuntimeError("the emulator was not started")
        return self._callbacks
