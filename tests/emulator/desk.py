"""A desk with an emulator on it, seen through one of its two doors, and an account's server that strangers wrote."""

import asyncio
import contextlib
import itertools
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import BaseReply, TextReply
from wechatpy.utils import check_signature

from bot.emulator import Account, Emulator, PlatformClock

MORNING = datetime.fromisoformat("2026-07-01T08:00:00+08:00")
ALICE = "oALICE0000000000000000000001"
BOB = "oBOB000000000000000000000002"


@dataclass
class Request:
    """What reached the account's server."""

    query: dict[str, str]
    body: bytes
    content_type: str


class Receiver:
    """A server of somebody's own, to which Apprise posts JSON."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.status = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if self.status == 200:
            self.said.append(json.loads(body))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


Answer = Callable[[Request], "bytes | int"]


@dataclass
class Server:
    """The account's server: keeps what it gets, and answers by `answer` (a body, or a status) after `delay` seconds."""

    account: Account
    answer: Answer = lambda request: b"success"
    requests: list[Request] = field(default_factory=list)
    delay: float = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        request = Request(dict(parse_qsl(scope["query_string"].decode())), body, headers.get("content-type", ""))
        self.requests.append(request)
        if self.delay:
            await asyncio.sleep(self.delay)
        answer = self.answer(request)
        status, raw = (answer, b"") if isinstance(answer, int) else (200, answer)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": raw})

    def crypto(self) -> WeChatCrypto:
        return WeChatCrypto(self.account.token, self.account.encoding_aes_key, self.account.app_id)

    def read(self, request: Request) -> Any:
        """What wechatpy makes of a safe-mode push."""
        query = request.query
        check_signature(self.account.token, query["signature"], query["timestamp"], query["nonce"])
        xml = self.crypto().decrypt_message(request.body, query["msg_signature"], query["timestamp"], query["nonce"])
        return parse_message(xml)

    def seal(self, plain: "str | BaseReply", request: Request) -> bytes:
        """`plain` as wechatpy seals it."""
        sealed: str = self.crypto().encrypt_message(plain, request.query["nonce"], request.query["timestamp"])
        return sealed.encode()

    def says(self, text: str) -> None:
        """From now on every push is answered with `text`, by wechatpy."""
        self.answer = lambda request: self.seal(TextReply(content=text, message=self.read(request)), request)


@dataclass
class Desk:
    """`http` goes to the emulator's root; `emulator` is for what no door shows."""

    emulator: Emulator
    server: Server
    http: httpx.AsyncClient
    base: str

    async def order(self, path: str, body: Any = None, **more: Any) -> Any:
        """A call of the control door that must succeed."""
        response = await self.http.post(f"/_/{path}", json=body if body is not None else more)
        assert response.status_code == 200, response.text
        return response.json()

    async def refused(self, path: str, body: Any, status: int = 400) -> str:
        """The sentence with which the control door refuses."""
        response = await self.http.post(f"/_/{path}", json=body)
        assert response.status_code == status, response.text
        return str(response.json()["error"])

    async def follow(self, *openids: str, window_open: bool = False) -> None:
        await self.order("followers", openids=list(openids), window_open=window_open)

    async def write(self, openid: str, content: str = "打卡", **more: Any) -> Any:
        return await self.order("messages", {"openid": openid, "type": "text", "content": content, **more})

    async def event(self, openid: str, event: str, **more: Any) -> Any:
        return await self.order("messages", {"openid": openid, "type": "event", "Event": event, **more})

    async def phone(self, openid: str, after: int = 0) -> list[dict[str, Any]]:
        response = await self.http.get("/_/phone", params={"openid": openid, "after": after})
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    async def seen(self, openid: str) -> list[str]:
        """What the account said in that chat."""
        return [item["content"] for item in await self.phone(openid) if item["from"] == "account"]

    async def token(self) -> str:
        account = self.emulator.account
        body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
        answer = await self.http.post("/cgi-bin/stable_token", json=body)
        return str(answer.json()["access_token"])

    async def post(self, path: str, body: Any = None, *, content: bytes | None = None) -> Any:
        """An API call with a valid token, below /cgi-bin/ unless `path` begins with a slash."""
        raw = content if content is not None else json.dumps(body, ensure_ascii=False).encode()
        return (await self.http.post(_below_cgi_bin(path), params=await self._auth(), content=raw)).json()

    async def get(self, path: str, **query: Any) -> Any:
        return (await self.http.get(_below_cgi_bin(path), params=await self._auth() | query)).json()

    async def receipts(self) -> list[Any]:
        """What the platform told the account's server by itself so far, once nothing more is on its way."""
        await self.order("settle")
        events = [self.server.read(request) for request in self.server.requests]
        return [event for event in events if event.type in ("event", "unknown")]

    async def send(self, openid: str, content: str = "早上好") -> int:
        """A customer-service text; its errcode."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": content}}
        return int((await self.post("message/custom/send", body))["errcode"])

    async def _auth(self) -> dict[str, str]:
        return {"access_token": await self.token()}


def _below_cgi_bin(path: str) -> str:
    return path if path.startswith("/") else f"/cgi-bin/{path}"


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The application alone on a real port of this machine; gives its address."""
    # The emulated platform says itself what time it is.
    options: dict[str, Any] = {"log_level": "warning", "ws": "none", "date_header": False}
    config = uvicorn.Config(app, port=0, timeout_graceful_shutdown=1, **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.001)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


class Switchboard:
    """One port for all tests, each application mounted on a path of its own: a server takes a while to stop."""

    def __init__(self) -> None:
        self.base = ""
        self._apps: dict[str, ASGIApp] = {}
        self._names = itertools.count()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._loop = asyncio.get_running_loop()
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        name = scope["path"].split("/")[1]
        await self._apps[name]({**scope, "root_path": f"/{name}"}, receive, send)

    def mount(self, app: ASGIApp) -> str:
        """The address under which `app` answers from now on."""
        name = f"app{next(self._names)}"
        self._apps[name] = app
        return f"{self.base}/{name}"

    async def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` in the server's own thread."""
        assert self._loop is not None
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))


@contextlib.asynccontextmanager
async def desk_in_process(account: Account) -> AsyncIterator[Desk]:
    """Everything in this process and this loop, without a socket."""
    server = Server(account)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server)) as to_server:
        clock = PlatformClock(MORNING)
        async with Emulator(account, webhook="http://server/wechat", client=to_server, clock=clock) as emulator:
            transport = httpx.ASGITransport(emulator.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
                yield Desk(emulator, server, http, "http://emulator")


@contextlib.asynccontextmanager
async def desk_on_port(account: Account, switchboard: Switchboard) -> AsyncIterator[Desk]:
    """The emulator and the account's server behind a real port, in a thread of their own."""
    server = Server(account)
    emulator = Emulator(account, webhook=f"{switchboard.mount(server)}/wechat", clock=PlatformClock(MORNING))
    base = switchboard.mount(emulator.app)
    await switchboard.run(emulator.start())
    try:
        async with httpx.AsyncClient(base_url=base, verify=False) as http:
            yield Desk(emulator, server, http, base)
    finally:
        await switchboard.run(emulator.stop())
