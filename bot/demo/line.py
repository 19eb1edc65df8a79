"""The line to an application of this same process: the whole protocol, only without sockets between."""

from collections.abc import Callable
from typing import Any

import httpx
from starlette.types import ASGIApp, Message


class InProcess(httpx.AsyncBaseTransport):
    """Carries requests to the application that `app()` gives, whatever host they name.

    httpx's own transport of this kind looks for another event loop at every request, which took a fifth of the
    set-up's time.
    """

    def __init__(self, app: Callable[[], ASGIApp]) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, answered when the application has returned."""
        unread = [{"type": "http.request", "body": await request.aread()}]
        said: list[Message] = []

        async def receive() -> Message:
            return unread.pop() if unread else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)

        await self._app()(_scope(request), receive, send)
        body = b"".join(message.get("body", b"") for message in said[1:])
        return httpx.Response(said[0]["status"], headers=said[0].get("headers", []), content=body)


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 0),
        "root_path": "",
    }
