"""The demo without a browser: what its doors say, and what turning clock and account does to both sides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import load
from bot.demo.wiring import Demo, running_demo


class Door:
    """The demo's two doors, as the page uses them."""

    def __init__(self, demo: Demo, client: httpx.AsyncClient) -> None:
        self.demo = demo
        self._client = client

    async def get(self, path: str) -> Any:
        return (await self._client.get(path)).raise_for_status().json()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        return (await self._client.post(path, json=body)).raise_for_status().json()

    async def turn(self, now: str) -> None:
        await self.post("/emulator/_/clock", {"now": now})

    async def write(self, openid: str, text: str) -> str:
        answer = await self.post("/emulator/_/messages", {"openid": openid, "type": "text", "content": text})
        return str(answer["reply"]["content"])

    async def chat(self, openid: str, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get(f"/emulator/_/phone?openid={openid}&after={after}"))["items"]
        return found


class BrokenOff(Exception):
    """Somebody pressed Ctrl-C while the history was being played."""


@asynccontextmanager
async def visited(folder: Path, *, fresh: bool = False) -> AsyncIterator[Door]:
    """A demo with three days of history: enough for windows that are over."""
    async with running_demo(folder, "127.0.0.1", 8000, days=3, fresh=fresh) as demo:
        wire = httpx.ASGITransport(app=demo.app)
        async with httpx.AsyncClient(transport=wire, base_url="http://demo", timeout=60) as client:
            yield Door(demo, client)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with visited(tmp_path / "demo") as door:
        yield door


async def test_a_visitor_finds_the_branch_on_a_working_morning(door: Door) -> None:
    found = await door.get("/demo/people")
    reach = [one["reach"] for one in found["people"]]
    assert (len(reach), reach.count("closed"), reach.count("unbound"), reach.count("phone")) == (58, 20, 2, 2)
    topic = await door.get("/demo/latest?kind=topic")
    # The retired, 13 who use WeChat, get one a week: at its beginning.
    assert topic["sent"] + topic["held"] in (54, 54 - 13)
    assert topic["sent"] > topic["held"] > 0
    now = datetime.fromisoformat((await door.get("/emulator/_/clock"))["now"])
    assert now.strftime("%H:%M") == "08:00"
    assert topic["at"].startswith(f"{now:%Y-%m-%d}T07:40")
    last = (await door.chat(found["member"]))[-1]
    assert last["route"] == "custom"
    assert topic["title"] in last["content"]


async def test_a_visitor_finds_questions_to_answer(door: Door) -> None:
    member = (await door.get("/demo/people"))["member"]
    assert "\nA " in await door.write(member, "答题")


async def test_the_members_birthday_is_tomorrow_and_comes_when_the_clock_is_turned(door: Door) -> None:
    member = (await door.get("/demo/people"))["member"]
    coming = await door.get("/demo/next-birthday")
    (one,) = [person for person in coming["people"] if person["openid"] == member]
    now = datetime.fromisoformat((await door.get("/emulator/_/clock"))["now"])
    at = datetime.fromisoformat(coming["at"])
    assert at - now < timedelta(days=1)
    seen = (await door.chat(member))[-1]["n"]
    await door.turn(coming["at"])
    arrived = [item["content"] for item in await door.chat(member, seen)]
    assert any(f"{one['years']} 年" in text and one["name"] in text for text in arrived)
    assert datetime.fromisoformat((await door.get("/demo/next-birthday"))["at"]) > at


async def test_an_unverified_account_holds_the_next_morning_back(door: Door) -> None:
    people = (await door.get("/demo/people"))["people"]
    one = next(person["openid"] for person in people if person["reach"] == "open")
    await door.post("/emulator/_/account", {"kind": "subscription"})
    assert {one["reach"] for one in (await door.get("/demo/people"))["people"]} == {"passive", "unbound", "phone"}
    assert load(door.demo.folder / "config.toml", {}).wechat.account == "subscription"
    seen = (await door.chat(one))[-1]["n"]
    await door.turn((await door.get("/demo/next-morning"))["at"])
    assert await door.chat(one, seen) == []
    title = (await door.get("/demo/latest?kind=topic"))["title"]
    # A birthday on that very day would come first, and the rest after 「看」.
    assert any([title in await door.write(one, text) for text in ("打卡", "看", "看")])


async def test_it_goes_on_where_it_stopped_and_begins_anew_only_when_told(tmp_path: Path) -> None:
    async with visited(tmp_path) as door:
        found = await door.get("/demo/people")
        await door.post("/emulator/_/account", {"kind": "service"})
        await door.post("/emulator/_/clock", {"advance_seconds": 3600})
        await door.write(found["member"], "打卡")
        seen = await door.chat(found["member"])
    async with visited(tmp_path) as door:
        assert (await door.get("/demo/people"))["id"] == found["id"]
        assert await door.chat(found["member"]) == seen
        assert {one["reach"] for one in (await door.get("/demo/people"))["people"]} == {"passive", "unbound", "phone"}
        now = datetime.fromisoformat((await door.get("/emulator/_/clock"))["now"])
        assert now.strftime("%H") == "09"
    async with visited(tmp_path, fresh=True) as door:
        assert (await door.get("/demo/people"))["id"] != found["id"]


async def test_a_set_up_that_was_broken_off_is_begun_again(tmp_path: Path) -> None:
    def give_up(share: float) -> None:
        if share > 0.5:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        async with running_demo(tmp_path, "127.0.0.1", 8000, days=3, report=give_up):
            pass
    async with visited(tmp_path) as door:
        assert len((await door.get("/demo/people"))["people"]) == 58


async def test_the_page_takes_nothing_from_elsewhere(door: Door) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door.demo.app), base_url="http://demo") as client:
        page = await client.get("/")
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        assert (await client.get("/demo/page/app.js")).status_code == 200
        assert (await client.get("/demo/page/..%2fseed.py")).status_code == 404
        assert (await client.get("/healthz")).status_code == 200
