"""What carries a push to the webhook: aiohttp over sockets, or the httpx client of who wants it in-process.

Both are here because the measured cost of a push through httpx was three times that of aiohttp alone.
"""

import ssl
from functools import cache
from typing import Protocol

import aiohttp
import httpx
from yarl import URL

# A server closes idle connections after five seconds or so; a push on one that it has just closed would look like a
# failed attempt, so they are closed here before.
IDLE_SECONDS = 3


class NoAnswer(Exception):
    """The webhook could not be reached, or broke off."""


class Carrier(Protocol):
    """Posts without a time limit of its own. Raises NoAnswer."""

    async def post(self, url: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        """Status and body of the answer."""

    async def close(self) -> None:
        """Let go of what belongs to the carrier."""


class SocketCarrier:
    """Over sockets, at most `wires` at a time."""

    def __init__(self, wires: int) -> None:
        connector = aiohttp.TCPConnector(limit=wires, keepalive_timeout=IDLE_SECONDS, ssl=_tls())
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        )

    async def post(self, url: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        try:
            target = URL(url, encoded=True)
            headers = {"content-type": content_type}
            async with self._session.post(target, data=body, headers=headers, allow_redirects=False) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError) as error:
            raise NoAnswer(f"{type(error).__name__} {error}".rstrip()) from error

    async def close(self) -> None:
        await self._session.close()


class ClientCarrier:
    """Through a client that belongs to somebody else, such as one with an in-process transport."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def post(self, url: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        try:
            answer = await self._client.post(url, content=body, headers={"content-type": content_type}, timeout=None)
        except (httpx.HTTPError, OSError) as error:
            raise NoAnswer(f"{type(error).__name__} {error}".rstrip()) from error
        return answer.status_code, answer.content

    async def close(self) -> None:
        """The client is closed by its owner."""


@cache
def _tls() -> ssl.SSLContext:
    """Reading the system's certificates takes longer than everything else in a start."""
    return ssl.create_default_context()
