"""The control door, `{emulator}/_/…`: for people, tests and benchmarks, beside the platform's own protocol."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.emulator.account import Account
from bot.emulator.callbacks import Callbacks
from bot.emulator.clock import ClockBackward, iso
from bot.emulator.controls import CALLS
from bot.emulator.controls.call import Hand, UnknownFollower, order
from bot.emulator.endpoints import limits
from bot.emulator.faults import FAULTS
from bot.emulator.followers import Follower, Trigger
from bot.emulator.messages import BadMessage, compose
from bot.emulator.orders import (
    AccountOrder,
    BadOrder,
    ClockOrder,
    FollowerOrder,
    FollowersOrder,
    MessageOrder,
    ResetOrder,
    sentence,
)
from bot.emulator.platform import Platform
from bot.emulator.settings import Settings
from bot.emulator.stream import Listener, sse

OnClock = Callable[[datetime], Awaitable[None]]
OnAccount = Callable[[Account], Awaitable[None]]
Handler = Callable[[Request], Awaitable[Any]]


# Where the rest of the path names something.
_FOLDERS = ("/_/followers/", "/_/media/")


class Hooks:
    """What the demo hangs on: awaited before the control call answers."""

    def __init__(self) -> None:
        self.on_clock: OnClock | None = None
        self.on_account: OnAccount | None = None


class Control:
    """The calls of the control door.

    `callbacks` gives what carries pushes, once the emulator runs; `settle` waits for receipts that are on their way.
    """

    def __init__(
        self,
        platform: Platform,
        callbacks: Callable[[], Callbacks],
        hooks: Hooks,
        settle: Callable[[], Awaitable[int]],
    ) -> None:
        self._platform = platform
        self._settle = settle
        self._callbacks = callbacks
        self._hooks = hooks
        self._hand = Hand(platform, callbacks)
        self._turning = asyncio.Lock()
        self._calls: dict[str, dict[str, Handler]] = {
            "/_/reset": {"POST": self.reset},
            "/_/account": {"GET": self.account, "POST": self.change_account},
            "/_/followers": {"POST": self.add_followers},
            "/_/followers/": {"GET": self.follower, "PATCH": self.change_follower},
            "/_/messages": {"POST": self.send_message},
            "/_/phone": {"GET": self.phone},
            "/_/settings": {"GET": self.settings, "POST": self.change_settings},
            "/_/faults": {"GET": self.faults, "POST": self.order_faults},
            "/_/clock": {"GET": self.clock, "POST": self.turn_clock},
            "/_/settle": {"POST": self.settle},
            "/_/stats": {"GET": self.stats},
            "/_/stream": {"GET": self.stream},
        }
        for path, verbs in CALLS.items():
            self._calls[path] = {verb: partial(answer, self._hand) for verb, answer in verbs.items()}

    async def answer(self, path: str, request: Request) -> Response:
        """Carry out one call. Orders that cannot be carried out are 400, unknown ones 404 and 405."""
        verbs = self._calls.get(next((folder for folder in _FOLDERS if path.startswith(folder)), path))
        if verbs is None:
            return _json({"error": f"there is no {path}"}, 404)
        handler = verbs.get(request.method)
        if handler is None:
            return _json({"error": f"{path} takes {' and '.join(verbs)}"}, 405)
        try:
            answer = await handler(request)
        except ValidationError as error:
            return _json({"error": sentence(error)}, 400)
        except (BadOrder, BadMessage, OverflowError) as error:
            return _json({"error": str(error)}, 400)
        except ClockBackward as error:
            return _json({"error": str(error)}, 409)
        except UnknownFollower as error:
            return _json({"error": f"nobody has the openid {error}"}, 404)
        return answer if isinstance(answer, Response) else _json(answer)

    async def reset(self, request: Request) -> dict[str, Any]:
        await order(request, ResetOrder)
        self._platform.reset()
        return {}

    async def account(self, request: Request) -> dict[str, str]:
        return self._platform.described_account()

    async def change_account(self, request: Request) -> dict[str, str]:
        wanted = await order(request, AccountOrder)
        account = self._platform.change_account(wanted.model_dump(exclude_none=True))
        if self._hooks.on_account is not None:
            await self._hooks.on_account(account)
        return self._platform.described_account()

    async def add_followers(self, request: Request) -> dict[str, list[str]]:
        wanted = await order(request, FollowersOrder)
        platform = self._platform
        now = platform.clock.time()
        openids = wanted.openids if wanted.openids is not None else platform.unused_openids(wanted.count or 0)
        for follower in platform.add_followers(openids, now):
            if wanted.window_open:
                follower.open_window(Trigger.MESSAGE, now, "max")
        if wanted.announce:
            pushes = [compose(platform, openid, "subscribe", {}, now) for openid in openids]
            await self._callbacks().push_all(pushes)
        return {"openids": openids}

    async def follower(self, request: Request) -> dict[str, Any]:
        return self._named(request).described(self._platform.clock.time())

    async def change_follower(self, request: Request) -> dict[str, Any]:
        wanted = await order(request, FollowerOrder)
        follower, now = self._named(request), self._platform.clock.time()
        if wanted.state is not None:
            self._platform.change_state(follower, wanted.state, now)
        if wanted.grants is not None:
            follower.grants = {template: left for template, left in wanted.grants.items() if left} or None
            self._platform.dirty = True
        return follower.described(now)

    async def send_message(self, request: Request) -> dict[str, Any]:
        wanted = await order(request, MessageOrder)
        platform = self._platform
        push = compose(platform, wanted.openid, wanted.type, wanted.fields, platform.clock.time())
        if "PicUrl" in push.fields and "PicUrl" not in wanted.fields:
            push.fields["PicUrl"] = f"{str(request.base_url).rstrip('/')}/_/media/{push.fields['MediaId']}"
        outcomes = await self._callbacks().push(push, times=wanted.times, concurrent=wanted.concurrent)
        if wanted.times == 1:
            return outcomes[0].shown()
        replied = next((outcome for outcome in outcomes if outcome.reply), outcomes[-1])
        return {
            **replied.shown(),
            "attempts": sum(outcome.attempts for outcome in outcomes),
            "elapsed_ms": max(outcome.elapsed_ms for outcome in outcomes),
            "pushes": [outcome.shown() for outcome in outcomes],
        }

    async def phone(self, request: Request) -> dict[str, Any]:
        openid, after = request.query_params.get("openid"), request.query_params.get("after", "0")
        if not openid:
            raise BadOrder("`openid` must say whose phone")
        if not after.isdecimal():
            raise BadOrder("`after` must be the number of an item")
        follower = self._platform.followers.get(openid)
        return {"items": [] if follower is None else follower.after(int(after))}

    async def settings(self, request: Request) -> dict[str, Any]:
        return self._platform.settings.model_dump()

    async def change_settings(self, request: Request) -> dict[str, Any]:
        changes = await order(request, Settings)
        self._platform.settings = self._platform.settings.model_copy(update=changes.model_dump(exclude_unset=True))
        self._platform.dirty = True
        return self._platform.settings.model_dump()

    async def faults(self, request: Request) -> list[dict[str, Any]]:
        return [fault.model_dump(exclude_none=True) for fault in self._platform.faults]

    async def order_faults(self, request: Request) -> list[dict[str, Any]]:
        self._platform.faults = FAULTS.validate_json(await request.body())
        return await self.faults(request)

    async def clock(self, request: Request) -> dict[str, str]:
        return {"now": iso(self._platform.clock.time())}

    async def turn_clock(self, request: Request) -> dict[str, str]:
        wanted = await order(request, ClockOrder)
        async with self._turning:
            clock = self._platform.clock
            if wanted.now is not None:
                clock.set(wanted.now)
            else:
                clock.advance(wanted.advance_seconds or 0.0)
            self._platform.dirty = True
            if self._hooks.on_clock is not None:
                await self._hooks.on_clock(clock.now())
            self._platform.hub.clock(iso(clock.time()))
        return await self.clock(request)

    async def settle(self, request: Request) -> dict[str, int]:
        """Answers when no receipt is on its way any more."""
        return {"settled": await self._settle()}

    async def stats(self, request: Request) -> dict[str, Any]:
        platform = self._platform
        return platform.stats.report(limits(platform.account), platform.clock.time())

    async def stream(self, request: Request) -> Response:
        """Server-sent events: the chats of the openids in the query, and every turn of the clock."""
        listener = self._platform.hub.add(request.query_params.getlist("openid"))
        listener.put(sse("clock", {"now": iso(self._platform.clock.time())}))
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._heard(listener), media_type="text/event-stream", headers=headers)

    async def _heard(self, listener: Listener) -> AsyncIterator[str]:
        try:
            async with aclosing(listener.events()) as events:
                async for event in events:
                    yield event
        finally:
            self._platform.hub.remove(listener)

    def _named(self, request: Request) -> Follower:
        return self._hand.follower(request.url.path.rpartition("/")[2])


def _json(body: Any, status: int = 200) -> Response:
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(raw, status, media_type="application/json")
