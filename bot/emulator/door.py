"""The ASGI application: which of the two doors a request wants."""

from typing import Protocol

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.emulator.api import Api
from bot.emulator.control import Control

PREFIX = "/emulator"


class Life(Protocol):
    """What starts and stops with the server that the application stands alone behind."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Door:
    """Answers at its root and below `/emulator`, mounted or alone."""

    def __init__(self, api: Api, control: Control, life: Life) -> None:
        self._api = api
        self._control = control
        self._life = life

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            path = _inner_path(scope)
            if path.startswith("/_/"):
                response = await self._control.answer(path, Request(scope, receive))
                await response(scope, receive, send)
            else:
                await self._api(path, scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._life.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._life.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _inner_path(scope: Scope) -> str:
    """The path below the mount, and below `/emulator` where the emulator stands alone."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and path.startswith(root + "/"):
        path = path[len(root) :]
    if path.startswith(PREFIX + "/"):
        path = path[len(PREFIX) :]
    return path
