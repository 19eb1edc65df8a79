"""The platform's callback, `/wechat`: verify, open, answer within the deadline, seal.

A raw ASGI endpoint, because this is the one address where a framework's convenience costs more than the work itself.
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.intake import Arrival, arrival
from bot.wechat.codec import Codec, Envelope
from bot.wechat.errors import Forbidden

logger = logging.getLogger(__name__)

PATH = "/wechat"

# The platform asks three times in all; after the third nobody waits for the answer any more.
ATTEMPTS = 3
# How long an attempt without an answer is kept open for the platform to hang up by itself: its deadline is 5 s.
HANG_UP_SECONDS = 1.0

_HEADERS = {kind: [(b"content-type", kind.encode())] for kind in ("text/plain", "text/xml", "application/json")}


class TooLarge(Exception):
    """The body is longer than any push of the platform."""


# Whether the answer came in time.
_Wait = asyncio.Future[bool]


@dataclass(eq=False, slots=True)
class _Running:
    """A message that is being answered, how often the platform has asked for it so far, and who waits."""

    answer: "asyncio.Future[str]"
    attempts: int = 0
    late: bool = False
    waiting: list[_Wait] = field(default_factory=list)


class _Deadline:
    """One timer for all who wait equally long: a timer for each would cost more than the wait itself."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waits: deque[tuple[float, _Wait]] = deque()

    def sets(self, wait: _Wait) -> None:
        """Ends the wait with False when the time is up."""
        loop = wait.get_loop()
        self._waits.append((loop.time() + self._seconds, wait))
        if len(self._waits) == 1:
            loop.call_later(self._seconds, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waits and (self._waits[0][1].done() or self._waits[0][0] <= loop.time()):
            _, wait = self._waits.popleft()
            if not wait.done():
                wait.set_result(False)
        if self._waits:
            loop.call_at(self._waits[0][0], self._ring, loop)


class Webhook:
    """The ASGI application behind `/wechat`.

    `answer(arrival)` returns the rendered reply once it is stored; `answer_later(arrival, reply)` takes a reply that
    was ready only after the platform had stopped asking; `trouble` is what a person reads when answering failed.
    """

    def __init__(
        self,
        codec: Codec,
        answer: "Callable[[Arrival], asyncio.Future[str]]",
        answer_later: Callable[[Arrival, str], Coroutine[Any, Any, None]],
        *,
        trouble: Callable[[Arrival], str],
        body_bytes: int,
        answer_seconds: float,
    ) -> None:
        self._codec = codec
        self._answer = answer
        self._answer_later = answer_later
        self._trouble = trouble
        self._body_bytes = body_bytes
        self._deadline = _Deadline(answer_seconds)
        self._running: dict[str, _Running] = {}
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        query = _read_query(scope["query_string"].decode("ascii", "replace"))
        try:
            if scope["method"] == "GET":
                await _respond(send, 200, self._codec.verify_url(query).encode())
            elif scope["method"] == "POST":
                envelope = self._codec.open(query, await self._body(receive))
                await self._push(envelope, receive, send)
            else:
                await _respond(send, 405, b"")
        except Forbidden as error:
            logger.warning("refused a request that is not the platform's: %s", error)
            await _respond(send, 403, b"")
        except TooLarge:
            logger.warning("refused a body over %d bytes", self._body_bytes)
            await _respond(send, 413, b"")

    async def settle(self) -> None:
        """Waits until everything that was begun is answered, or owed."""
        while self._running or self._late:
            pending: list[asyncio.Future[Any]] = [*(running.answer for running in self._running.values()), *self._late]
            await asyncio.wait(pending)
            # The callbacks of what has just ended, which may begin a late answer, run in the loop's next round.
            await asyncio.sleep(0)

    async def _body(self, receive: Receive) -> bytes:
        message = await receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._body_bytes:
                break
        if len(body) > self._body_bytes:
            raise TooLarge
        return body

    async def _push(self, envelope: Envelope, receive: Receive, send: Send) -> None:
        message = arrival(envelope.inbound, envelope.format)
        running = self._start(message)
        running.attempts += 1
        attempt = running.attempts
        wait: _Wait = running.answer.get_loop().create_future()
        running.waiting.append(wait)
        self._deadline.sets(wait)
        in_time = await wait
        if not in_time and attempt < ATTEMPTS:
            # No answer is better than `success`: the platform asks again and then gets the stored reply.
            in_time = await self._hung_up(running.answer, receive)
            if not in_time:
                await _respond(send, 503, b"")
                return
        if not in_time:
            running.late = True
            await _respond(send, 200, b"success")
            return
        body, kind = self._codec.seal(self._reply(running, message), envelope)
        await _respond(send, 200, body, kind)

    def _start(self, message: Arrival) -> _Running:
        """The answer that is already on its way to this message, or a new one."""
        key = message.inbound.key
        running = self._running.get(key)
        if running is None:
            running = self._running[key] = _Running(self._answer(message))
            running.answer.add_done_callback(lambda _: self._finish(message, self._running.pop(key)))
        return running

    def _reply(self, running: _Running, message: Arrival) -> str:
        if running.answer.exception() is not None:
            # The writer has logged it, and a person is waiting for words.
            return self._trouble(message)
        return running.answer.result()

    def _finish(self, message: Arrival, running: _Running) -> None:
        for wait in running.waiting:
            if not wait.done():
                wait.set_result(True)
        if running.late and not running.answer.cancelled():
            task = asyncio.create_task(self._answer_later(message, self._reply(running, message)))
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _hung_up(self, answer: "asyncio.Future[str]", receive: Receive) -> bool:
        """Waits until the platform hangs up; whether the answer came just in time after all."""
        left = asyncio.create_task(_disconnected(receive))
        try:
            either: list[asyncio.Future[Any]] = [answer, left]
            done, _ = await asyncio.wait(either, timeout=HANG_UP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
        return answer in done


class CallbackFirst:
    """Takes requests to `/wechat` before the framework sees them: its layers cost as much as a quarter of an answer."""

    def __init__(self, app: ASGIApp, webhook: Webhook) -> None:
        self._app = app
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, or hands it on."""
        callback = scope["type"] == "http" and scope["path"] == PATH
        await (self._webhook if callback else self._app)(scope, receive, send)


def _read_query(text: str) -> dict[str, str]:
    """The fields of a query string. The platform's have nothing escaped, and reading them plainly takes a fifth."""
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    return dict([pair.split("=", 1) for pair in text.split("&") if "=" in pair])


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _respond(send: Send, status: int, body: bytes, kind: str = "text/plain") -> None:
    headers = [*_HEADERS.get(kind, [(b"content-type", kind.encode())]), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
