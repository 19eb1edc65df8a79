"""Calls to the platform's API, with the token added and every failure named.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Interface_field_description.html

The only file that imports httpx. How a call that brought no readable answer is judged:

* It never left (no connection, none free in time): `NotSent`.
* Something else than the platform refused it at the door (HTTP 3xx or 4xx without an errcode): `NotSent`.
* It left, and then the line broke, time ran out, or the answer was HTTP 5xx or no JSON: `OutcomeUnknown`; for a
  call that may be repeated anyway (`repeatable`), `NotSent`.
"""

from __future__ import annotations

import asyncio
import json as jsonlib
import logging
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from functools import lru_cache
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.wechat import metrics
from bot.wechat.call import Call, File
from bot.wechat.errors import (
    CallFailed,
    NotPermitted,
    NotSent,
    OutcomeUnknown,
    RetryLater,
    TokenRefused,
    platform_error,
)
from bot.wechat.token import AccessToken, Shelf

T = TypeVar("T")

#: What carries the calls; tests bring their own.
Transport = httpx.AsyncBaseTransport

_log = logging.getLogger(__name__)
# httpx logs whole addresses at INFO, and ours carry the access token. A level could be lowered again by whoever
# configures logging; a filter stays.
logging.getLogger("httpx").addFilter(lambda record: record.levelno > logging.INFO)

#: The refusals that a new token can cure; the others of `TokenRefused` are about web authorisation.
_RENEWABLE = frozenset({40001, 40014, 42001})

# Raised before the first byte of a request went out.
_BEFORE_SENDING = (
    *(aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL),
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol),
)

_SLOT_SECONDS = 30.0
# Nearly all calls are sends, and their address changes with the token only.
_ADDRESSES = 32
# The platform closes idle connections without a word; a request sent into that moment has an unknown outcome.
_IDLE_SECONDS = 5.0


_HEADERS = httpx.Headers({"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "chenzhong"})
_JSON_HEADERS = httpx.Headers({**_HEADERS, "Content-Type": "application/json; charset=utf-8"})


class Client:
    """The API of one account; `async with` or `aclose` ends its connections.

    `base` is `wechat.api_base` of the configuration, `concurrency` how many calls may be under way at once,
    `connect_seconds` and `answer_seconds` how long to wait for a connection and for each part of an answer,
    `whole_seconds` for a call in all, a free connection included: parts could drip in for ever.
    `shelf` is where processes leave the token to each other. `transport` replaces the network and `monotonic` running
    time, in tests.
    """

    def __init__(
        self,
        *,
        base: str,
        app_id: str,
        app_secret: str,
        concurrency: int = 20,
        connect_seconds: float = 5.0,
        answer_seconds: float = 10.0,
        whole_seconds: float = 60.0,
        shelf: Shelf | None = None,
        transport: Transport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = {"grant_type": "client_credential", "appid": app_id, "secret": app_secret}
        self._monotonic = monotonic
        self._token = AccessToken(self._fetch_token, shelf=shelf, monotonic=monotonic)
        self._whole_seconds = whole_seconds
        #: When the platform sent its latest answer, by its own clock, as HTTP writes it; "" where none came.
        self.dated = ""
        timeout = httpx.Timeout(answer_seconds, connect=connect_seconds, pool=_SLOT_SECONDS)
        self._patience = {"timeout": timeout.as_dict()}
        # Straight to the transport: what `httpx.AsyncClient` would add (redirects, cookies, proxies, addresses read
        # anew for each call) is of no use here, and cost more than half of a send.
        self._base = base.rstrip("/")
        self._address = lru_cache(maxsize=_ADDRESSES)(self._written_address)
        self._transport = transport or _over_sockets(concurrency)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; the client can't be used afterwards."""
        await self._transport.aclose()

    async def call(
        self,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        method: str = "POST",
        repeatable: bool | None = None,
        push: int | None = None,
    ) -> dict[str, Any]:
        """Call an API such as "/cgi-bin/message/custom/send" with the token; returns the answer, errcode 0 or absent.

        `repeatable` says that doing it twice does no harm: it reads, or carries a key the platform compares
        (by default, what is fetched by GET); `push` is what the log is to name. Raises `CallFailed`, each failure as
        its kind; a refused token is renewed and the call made once more before that.
        """
        repeatable = method == "GET" if repeatable is None else repeatable
        call = Call(method, path, params or {}, json, repeatable=repeatable, push=push)
        return await self._with_token(call, _read)

    async def call_with_secret(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        """Fetch from one of the few APIs that take the account's secret instead of a token; never repeated by itself.

        Raises `CallFailed`.
        """
        whose = {"appid": self._credentials["appid"], "secret": self._credentials["secret"]}
        return await self._exchange(Call("GET", path, {**whose, **params}), None, _read)

    async def upload(self, path: str, file: File, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Call an API that takes a file, with the token; a file that comes twice does no harm. Raises `CallFailed`."""
        return await self._with_token(Call("POST", path, params or {}, file=file, repeatable=True), _read)

    async def download(self, path: str, params: Mapping[str, str]) -> File | dict[str, Any]:
        """Fetch a file with the token; an answer, where the platform gives that instead. Raises `CallFailed`."""
        return await self._with_token(Call("GET", path, params, repeatable=True), _read_file)

    async def fetch(self, address: str) -> File:
        """Fetch a file that the platform put at an open address, without token. Raises `CallFailed`."""
        response = await self._send(Call("GET", address, {}, repeatable=True), None)
        if not response.is_success:
            raise NotSent(f"HTTP {response.status_code}")
        return File("", response.content, response.headers.get("content-type", ""))

    async def visit(self, address: str, params: Mapping[str, str]) -> tuple[int, str]:
        """Fetch a page that isn't the platform's, without token; its HTTP status and text. Raises `CallFailed`."""
        response = await self._send(Call("GET", address, params, repeatable=True), None)
        return response.status_code, response.text

    async def hand_in(self, address: str, json: Mapping[str, Any], params: Mapping[str, str]) -> tuple[int, str]:
        """Post to an address that isn't the platform's, without token; its HTTP status and text. Raises `CallFailed`.

        Neither logged nor counted as a call of the platform's: such an address is a secret.
        """
        response = await self._send(Call("POST", address, params, json), None)
        return response.status_code, response.text

    async def _with_token(self, call: Call, read: Callable[[httpx.Response], T]) -> T:
        token = await self._token.current()
        try:
            return await self._exchange(call, token, read)
        except TokenRefused as refusal:
            if refusal.errcode not in _RENEWABLE:
                raise
            renewed = await self._token.renew(token)
            if renewed is None:
                # The platform hands out the token that it refuses, and may not be pressed again this minute.
                raise RetryLater(refusal.errcode, refusal.errmsg, refusal.rid) from None
        return await self._exchange(call, renewed, read)

    async def _fetch_token(self, force: bool) -> tuple[str, float]:
        body = {**self._credentials, "force_refresh": force}
        outcome = "given_up"
        try:
            answer = await self._exchange(Call("POST", "/cgi-bin/stable_token", {}, body, repeatable=True), None, _read)
            outcome = "ok"
        except TokenRefused as refusal:
            outcome = metrics.outcome_of(refusal)
            # There is no token in this call: 40001 means the secret here.
            raise NotPermitted(refusal.errcode, refusal.errmsg, refusal.rid) from None
        except CallFailed as failure:
            outcome = metrics.outcome_of(failure)
            raise
        finally:
            metrics.count_token(force, outcome)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not (isinstance(token, str) and token and isinstance(seconds, int)):
            raise NotSent("an answer without a token")
        return token, float(seconds)

    async def _exchange(self, call: Call, token: str | None, read: Callable[[httpx.Response], T]) -> T:
        started = self._monotonic()
        told = outcome = "given_up"
        try:
            response = await self._send(call, token)
            self.dated = response.headers.get("date", "")
            answer = read(response)
            told, outcome = "errcode=0", "ok"
        except CallFailed as failure:
            told, outcome = _told(failure), metrics.outcome_of(failure)
            if call.repeatable and isinstance(failure, OutcomeUnknown):
                raise NotSent(str(failure)) from None
            raise
        finally:
            seconds = self._monotonic() - started
            metrics.count_call(call.path, outcome, seconds)
            push = "" if call.push is None else f" push={call.push}"
            _log.info("%s %s%s %.0f ms", call.path, told, push, seconds * 1000)
        return answer

    async def _send(self, call: Call, token: str | None) -> httpx.Response:
        params = call.params if token is None else {**call.params, "access_token": token}
        address = self._address(call.path, tuple(params.items()))
        headers = _HEADERS if call.json is None else _JSON_HEADERS
        what: dict[str, Any] = {"headers": headers, "content": call.content(), "files": call.files()}
        request = httpx.Request(call.method, address, extensions=self._patience, **what)
        try:
            async with asyncio.timeout(self._whole_seconds):
                response = await self._transport.handle_async_request(request)
                try:
                    await response.aread()
                except BaseException:  # Whatever it was, the connection must not stay taken.
                    await response.aclose()
                    raise
                return response
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError) as error:
            # Only the names of these errors are told: their texts and traces hold addresses, and so the token.
            lost = _cause(error)
            kind = NotSent if isinstance(lost, _BEFORE_SENDING) else OutcomeUnknown
            raise kind(type(lost).__name__) from None

    def _written_address(self, path: str, params: tuple[tuple[str, str], ...]) -> httpx.URL:
        """The address of a call; a path of the platform's begins with a slash, a page elsewhere says where it is."""
        address = httpx.URL(f"{self._base}{path}" if path.startswith("/") else path)
        # Empty parameters would take away those that the address has.
        return address.copy_with(params=dict(params)) if params else address


def _over_sockets(concurrency: int) -> AiohttpTransport:
    """The transport that carries at most so many calls at once."""
    # Made here, since reading the system's certificates takes longer than the first call may.
    trusted = httpx.create_ssl_context()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=_IDLE_SECONDS, ssl=trusted)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return AiohttpTransport(verify=trusted, client=session)


def _cause(error: Exception) -> BaseException:
    # The transport translates a connection lost after sending into "ConnectTimeout": aiohttp's own error is truer.
    return error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error


def _read(response: httpx.Response) -> dict[str, Any]:
    """Return the answer, or raise what its errcode or the lack of one means."""
    try:
        answer = jsonlib.loads(response.content.decode("utf-8", "replace"), strict=False)
        errcode = int(answer.get("errcode") or 0)
    except (ValueError, TypeError, AttributeError):
        answer, errcode = None, 0
    if errcode:
        raise platform_error(errcode, str(answer.get("errmsg", "")), answer)
    if answer is not None and response.is_success:
        return dict(answer)
    kind = NotSent if 300 <= response.status_code < 500 else OutcomeUnknown
    raise kind(f"HTTP {response.status_code}, no answer of the platform's")


def _read_file(response: httpx.Response) -> File | dict[str, Any]:
    content_type = response.headers.get("content-type", "")
    # Errors come as JSON, declared as such or as text; so does what stands in for a file, a video's address.
    if not response.is_success or content_type.startswith(("application/json", "text/")):
        return _read(response)
    named = EmailMessage()
    named["Content-Disposition"] = response.headers.get("content-disposition", "")
    return File(named.get_filename() or "", response.content, content_type)


def _told(failure: CallFailed) -> str:
    errcode, rid = getattr(failure, "errcode", None), getattr(failure, "rid", "")
    return f"errcode={errcode} rid={rid or '-'}" if errcode else f"{type(failure).__name__}: {failure}"
