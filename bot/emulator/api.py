"""The door for API calls: faults, verb, token, quota, permission and body, before an endpoint does its work.

A raw ASGI handler: load tests send thousands of messages a second through it.
"""

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.types import Receive, Scope, Send

from bot.emulator.endpoints import ENDPOINTS
from bot.emulator.endpoints.call import Call, Endpoint
from bot.emulator.errors import Refused, refusal
from bot.emulator.faults import Fault, Struck
from bot.emulator.platform import Platform

CONTENT_TYPE = b"application/json; encoding=utf-8"
# Calls of what does not exist are counted under one name: a scanner must not fill the statistics.
UNKNOWN = "(unknown)"

# An escape of a character beyond ASCII, with the backslashes before it that are escaped themselves.
_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u(?!00[0-7])([0-9A-Fa-f]{4})")


class Api:
    """Answers everything that is not the control door."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        raw = await read_body(receive)
        platform = self._platform
        wait, fault = platform.settings.latency_ms / 1000, None
        if platform.faults:
            struck = Struck(platform.faults, path)
            wait, fault = wait + struck.wait, struck.fault
        if wait:
            await asyncio.sleep(wait)
        if fault is None:
            await _respond(send, 200, self._answer(path, scope, raw))
        else:
            await self._fail(fault, path, scope, raw, receive, send)

    async def _fail(self, fault: Fault, path: str, scope: Scope, raw: bytes, receive: Receive, send: Send) -> None:
        calls = self._platform.stats.calls[path if path in ENDPOINTS else UNKNOWN]
        if fault.errcode is not None:
            calls[str(fault.errcode)] += 1
            await _respond(send, 200, refusal(fault.errcode, self._platform.clock.time()))
        elif fault.http_status is not None:
            calls[f"http {fault.http_status}"] += 1
            await _respond(send, fault.http_status, None)
        else:
            if fault.drop == "after":
                self._answer(path, scope, raw)
            else:
                calls["dropped"] += 1
            await hang_up(receive)

    def _answer(self, path: str, scope: Scope, raw: bytes) -> dict[str, Any]:
        """Do what was called for, or say why not."""
        platform = self._platform
        now = platform.clock.time()
        endpoint = ENDPOINTS.get(path)
        try:
            if endpoint is None:
                raise Refused(40066)
            answer = self._call(endpoint, path, scope, raw, now)
        except Refused as refused:
            answer = refusal(refused.errcode, now, refused.detail)
        platform.stats.calls[path if endpoint else UNKNOWN][str(answer.get("errcode", 0))] += 1
        platform.dirty = True
        return answer

    def _call(self, endpoint: Endpoint, path: str, scope: Scope, raw: bytes, now: float) -> dict[str, Any]:
        platform = self._platform
        if scope["method"] != endpoint.verb:
            raise Refused(43002 if endpoint.verb == "POST" else 43001)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if endpoint.token:
            token = query.get("access_token")
            if not token:
                raise Refused(41001)
            platform.tokens.check(token, now)
        limit = endpoint.limit(sandbox=platform.account.sandbox)
        if platform.stats.spend(path, now) > limit > 0:
            raise Refused(45009)
        if not platform.may(endpoint.ability):
            raise Refused(48001)
        body = parse_body(raw, endpoint) if endpoint.verb == "POST" else {}
        client = scope.get("client")
        return endpoint.answer(platform, Call(path, query, client[0] if client else "127.0.0.1", now, body))


def parse_body(raw: bytes, endpoint: Endpoint) -> dict[str, Any]:
    """The JSON object of a POST. Raises Refused for anything else, and as the endpoint does for `\\uXXXX`."""
    if not raw.strip():
        raise Refused(44002)
    if endpoint.escapes != "read" and _ESCAPE.search(raw):
        if isinstance(endpoint.escapes, int):
            raise Refused(endpoint.escapes)
        raw = _ESCAPE.sub(rb"\1\\\\u\2", raw)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(47001) from None
    if not isinstance(body, dict):
        raise Refused(47001)
    return body


async def read_body(receive: Receive) -> bytes:
    """The whole body of the request."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        message = await receive()
        body += message.get("body", b"")
    return body


async def hang_up(receive: Receive) -> None:
    """Break the connection without an answer, so that the caller cannot know what was done.

    ASGI has no word for that, so uvicorn's transport is taken through its `receive`. In-process there is no connection,
    and the caller gets the error that httpx raises for one.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise httpx.RemoteProtocolError("the emulated platform dropped the connection")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _respond(send: Send, status: int, body: dict[str, Any] | None) -> None:
    raw = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = [(b"content-type", CONTENT_TYPE), (b"content-length", str(len(raw)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": raw})
