"""The stream that a phone page listens to. Through a port alone: httpx reads an in-process answer whole."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from bot.emulator.stream import UNREAD, Hub
from tests.emulator.desk import ALICE, BOB, Desk


async def events(desk: Desk, *openids: str) -> AsyncIterator[tuple[str, Any]]:
    async with desk.http.stream("GET", "/_/stream", params={"openid": openids}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


async def test_the_pages_hear_their_chats_and_the_clock(port: Desk) -> None:
    async with aclosing(events(port, ALICE, "oOTHER")) as heard:  # type: ignore[type-var]
        assert await anext(heard) == ("clock", {"now": "2026-07-01T08:00:00.000+08:00"})
        await port.follow(ALICE, BOB, window_open=True)
        await port.send(BOB, "不给你看")
        await port.write(ALICE, "打卡")
        name, data = await anext(heard)
        assert (name, data["openid"], data["item"]["content"]) == ("item", ALICE, "打卡")
        assert data["item"] == (await port.phone(ALICE))[0]
        await port.order("clock", advance_seconds=60)
        assert await anext(heard) == ("clock", {"now": "2026-07-01T08:01:00.000+08:00"})
        await port.send(ALICE, "早上好")
        assert (await anext(heard))[1]["item"]["route"] == "custom"


async def test_a_stream_ends_with_the_emulator(port: Desk) -> None:
    async with aclosing(events(port, ALICE)) as heard:  # type: ignore[type-var]
        assert (await anext(heard))[0] == "clock"
        port.emulator.platform.hub.close()
        await port.order("clock", advance_seconds=60)
        assert [event async for event in heard] == []


async def test_who_does_not_read_is_cut_off() -> None:
    hub = Hub()
    listener = hub.add([ALICE])
    for n in range(UNREAD + 1):
        hub.item(ALICE, {"n": n})
    assert [event async for event in listener.events()] == []
