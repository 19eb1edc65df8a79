"""The door for API calls: faults, verb, token, quota, permission and body, before an endpoint does its work.

A raw ASGI handler: load tests send thousands of messages a second through it.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive, Scope, Send

from bot.emulator.endpoints import ENDPOINTS
from bot.emulator.endpoints.call import OK, Call, Endpoint, Upload
from bot.emulator.errors import Refused, refusal, rid_of
from bot.emulator.faults import Fault, Struck
from bot.emulator.pages import Page
from bot.emulator.platform import Platform

CONTENT_TYPE = "application/json; encoding=utf-8"
# What the APIs of files say of their JSON, as users of several clients have found.
JSON_AS_TEXT = "text/plain"
# Calls of what does not exist are counted under one name: a scanner must not fill the statistics.
UNKNOWN = "(unknown)"

# An escape of a character beyond ASCII, with the backslashes before it that are escaped themselves.
_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u(?!00[0-7])([0-9A-Fa-f]{4})")


@dataclass(slots=True)
class _Request:
    """A request with its body read; `fields` and `uploads` are those of a form."""

    path: str
    scope: Scope
    raw: bytes
    fields: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    @property
    def endpoint(self) -> Endpoint | None:
        return ENDPOINTS.get(self.path)

    @property
    def counted(self) -> str:
        """The name under which the statistics count it."""
        return self.path if self.endpoint else UNKNOWN

    @property
    def declared(self) -> str:
        """As what its JSON is declared."""
        return JSON_AS_TEXT if self.endpoint and self.endpoint.text else CONTENT_TYPE


class Api:
    """Answers everything that is not the control door."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        request = _Request(path, scope, await read_body(receive))
        if request.endpoint and request.endpoint.form:
            request.fields, request.uploads = await read_form(scope, request.raw)
        platform = self._platform
        wait, fault = platform.settings.latency_ms / 1000, None
        if platform.faults:
            struck = Struck(platform.faults, path)
            wait, fault = wait + struck.wait, struck.fault
        if wait:
            await asyncio.sleep(wait)
        if fault is None:
            await self._respond(send, request, self._answer(request))
        else:
            await self._fail(fault, request, receive, send)

    async def _fail(self, fault: Fault, request: _Request, receive: Receive, send: Send) -> None:
        calls = self._platform.stats.calls[request.counted]
        if fault.errcode is not None:
            calls[str(fault.errcode)] += 1
            refused = self._refused(Refused(fault.errcode), request, self._platform.clock.time())
            await self._respond(send, request, refused)
        elif fault.http_status is not None:
            calls[f"http {fault.http_status}"] += 1
            await self._respond(send, request, Page(content_type=CONTENT_TYPE, status=fault.http_status))
        else:
            if fault.drop == "after":
                self._answer(request)
            else:
                calls["dropped"] += 1
            await hang_up(receive)

    def _answer(self, request: _Request) -> dict[str, Any] | Page:
        """Do what was called for, or say why not."""
        platform = self._platform
        now = platform.clock.time()
        answer: dict[str, Any] | Page
        try:
            if request.endpoint is None:
                raise Refused(40066)
            answer = self._call(request.endpoint, request, now)
        except Refused as refused:
            answer = self._refused(refused, request, now)
        errcode = answer.get("errcode", 0) if isinstance(answer, dict) else 0
        platform.stats.calls[request.counted][str(errcode)] += 1
        platform.dirty = True
        return answer

    def _call(self, endpoint: Endpoint, request: _Request, now: float) -> dict[str, Any] | Page:
        platform, scope = self._platform, request.scope
        verb = scope["method"]
        if verb != endpoint.verb and not (endpoint.verb == "ANY" and verb in ("GET", "POST")):
            raise Refused(43001 if endpoint.verb == "GET" else 43002)
        query = {**_read_query(scope["query_string"])}
        if endpoint.token:
            token = query.get("access_token")
            if not token:
                raise Refused(41001)
            platform.tokens.check(token, now)
        limit = endpoint.limit(sandbox=platform.account.sandbox)
        if platform.stats.spend(endpoint.counted or request.path, now) > limit > 0:
            raise Refused(45009)
        slowest = platform.settings.calls_per_minute.get(request.path)
        if slowest is not None and platform.stats.too_fast(request.path, now, slowest):
            raise Refused(45011)
        if not platform.may(endpoint.ability):
            raise Refused(48001)
        client = scope.get("client")
        call = Call(request.path, query, client[0] if client else "127.0.0.1", now)
        if endpoint.form:
            call.body, call.uploads = request.fields, request.uploads
        elif verb == "POST" and not (endpoint.empty and not request.raw.strip()):
            call.body = parse_body(request.raw, endpoint)
        call.base = _base(scope)
        if not endpoint.token:
            call.phone = _phone(scope)
        return endpoint.answer(platform, call)

    def _refused(self, refused: Refused, request: _Request, now: float) -> dict[str, Any]:
        """The body of a refusal, which the journal remembers by its rid."""
        answer = refusal(refused, now)
        client = request.scope.get("client")
        entry = {
            "invoke_time": int(now),
            "cost_in_ms": 1,
            "request_url": _without_token(request.scope),
            "request_body": request.raw.decode("utf-8", "replace"),
            "response_body": json.dumps(answer, ensure_ascii=False),
            "client_ip": client[0] if client else "127.0.0.1",
        }
        self._platform.journal.note(rid_of(answer), now, entry)
        return answer

    async def _respond(self, send: Send, request: _Request, answer: dict[str, Any] | Page) -> None:
        if answer is OK:
            raw, status, sent = _OK, 200, [(b"content-type", request.declared.encode()), _OK_LENGTH]
        else:
            raw, status, headers = _written(answer, request.declared)
            sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
            sent.append((b"content-length", str(len(raw)).encode()))
        sent.append((b"date", _http_date(int(self._platform.clock.time()))))
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": raw})


def _written(answer: dict[str, Any] | Page, declared: str) -> tuple[bytes, int, dict[str, str]]:
    """Body, status and headers; JSON is sent as what is `declared`."""
    if isinstance(answer, dict):
        raw = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        return raw, 200, {"content-type": declared}
    return answer.content, answer.status, {"content-type": answer.content_type, **answer.headers}


_OK = _written(OK, "")[0]
_OK_LENGTH = (b"content-length", str(len(_OK)).encode())


@lru_cache(maxsize=4)
def _http_date(second: int) -> bytes:
    """The platform's time as the header `Date` has it: whoever asks can tell how far off their own clock is."""
    return formatdate(second, usegmt=True).encode()


@lru_cache(maxsize=4)
def _read_query(raw: bytes) -> dict[str, str]:
    """The fields of a query string; a load test's thousands of calls share the one with the token."""
    return dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True))


def _base(scope: Scope) -> str:
    """The emulator's own address, as the caller sees it."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "127.0.0.1")
    path: str = scope["path"]
    inner = path.find("/emulator/")
    root = path[: inner + len("/emulator")] if inner >= 0 else scope.get("root_path", "")
    return f"{scope.get('scheme', 'http')}://{host}{root}"


def _phone(scope: Scope) -> str:
    """The openid that the emulated phone left in a cookie: pages of the account lead on to the platform's own."""
    sent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"), "")
    found = re.search(r"(?:^|;\s*)phone=([A-Za-z0-9_-]{1,64})(?:;|$)", sent)
    return found[1] if found else ""


def _without_token(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return re.sub(r"(access_token|secret)=[^&]*", r"\1=***", f"{scope['path']}?{query}")


def parse_body(raw: bytes, endpoint: Endpoint) -> dict[str, Any]:
    """The JSON object of a POST. Raises Refused for anything else, and as the endpoint does for `\\uXXXX`."""
    if not raw.strip():
        raise Refused(44002)
    # The plain search first: it takes a hundredth of the pattern's time, and nearly no body has an escape.
    if endpoint.escapes != "read" and b"\\u" in raw and _ESCAPE.search(raw):
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


async def read_form(scope: Scope, raw: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The plain fields and the files of a form; nothing of a body that is no form."""

    async def stream() -> AsyncIterator[bytes]:
        yield raw

    headers = Headers(scope=scope)
    if not headers.get("content-type", "").startswith("multipart/form-data"):
        return {}, {}
    fields: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    try:
        parsed = await MultiPartParser(headers, stream()).parse()  # type: ignore[arg-type]
    except (MultiPartException, KeyError):
        return {}, {}
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            uploads[name] = Upload(value.filename or "", value.content_type or "", await value.read())
        else:
            fields[name] = value
    await parsed.close()
    return fields, uploads


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
