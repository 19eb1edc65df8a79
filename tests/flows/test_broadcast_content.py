"""Cards and pictures: as themselves where they can be pushed, as words with an address where they ride along."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import Session

from bot import pictures
from bot.config import Config
from models import picture
from scheduler import audience, broadcasts
from tests.flows.conftest import Story

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
CARD = "广播链接 主题党日安排\n请提前十分钟到。\nhttps://example.org/day/1\nhttps://example.org/cover.jpg"


@pytest.fixture
def config(config: Config) -> Config:
    server = config.server.model_copy(update={"public_url": "https://study.example.org"})
    return config.model_copy(update={"server": server})


async def the_branch(story: Story) -> None:
    await story.person("沉默丙")
    await story.joins("沉默丙")
    await story.time("2026-07-04 08:00")
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    for name in ("沉默丙", "林小满", "书记甲"):
        await story.phone(name)


async def shown(story: Story, name: str) -> list[dict[str, Any]]:
    """What came to a phone by push, as the emulator keeps it."""
    query: dict[str, str | int] = {"openid": story.openid(name), "after": 0}
    items = (await story.control.get("/_/phone", params=query)).json()["items"]
    return [item for item in items if item["route"] == "custom"]


async def test_a_card_is_a_card_or_words_with_its_address(story: Story) -> None:
    await the_branch(story)
    forecast = await story.says("书记甲", CARD)
    assert "主题党日安排\n请提前十分钟到。\nhttps://example.org/day/1\n（晨光支部 书记甲）" in forecast
    await story.says("书记甲", "确认 3")
    await story.time("2026-07-04 08:02")
    card = (await shown(story, "林小满"))[-1]
    assert card["type"] == "news"
    [article] = card["fields"]["articles"]
    assert article == {
        "title": "主题党日安排",
        "description": "请提前十分钟到。\n（晨光支部 书记甲）",
        "url": "https://example.org/day/1",
        "picurl": "https://example.org/cover.jpg",
    }
    # In words its address is a counted one, which leads to the page.
    assert "————\n主题党日安排\n请提前十分钟到。\nhttps://study.example.org/m/l/" in await story.says("沉默丙", "打卡")


async def test_what_makes_no_card_is_said(story: Story) -> None:
    await the_branch(story)
    assert "一行一样" in await story.says("书记甲", "广播链接 只有标题")
    assert "一行一样" in await story.says("书记甲", "广播链接")
    assert "最长 64 字" in await story.says("书记甲", f"广播链接 {'长' * 65}\nhttps://example.org")
    assert "发给第二小组，共 2 人" in await story.says("书记甲", "广播链接 第二小组：标题\nhttps://example.org/1")


async def test_a_picture_from_the_chat_goes_on_to_everybody(story: Story) -> None:
    await the_branch(story)
    assert "请先把图片发过来" in await story.says("书记甲", "广播图片 活动照片")
    assert "只有您看得到" in await story.sends("林小满", type="image")
    assert "「广播图片」加一句说明" in await story.sends("书记甲", type="image")
    assert "请在后面写一句图片的说明" in await story.says("书记甲", "广播图片")
    await story.says("书记甲", "广播图片 周六活动的照片")
    await story.says("书记甲", "确认 3")
    await story.time("2026-07-04 08:02")
    assert (await shown(story, "林小满"))[-1]["type"] == "image"
    assert "周六活动的照片\n图片：http" in await story.says("沉默丙", "打卡")


async def picture_of_ours(story: Story) -> str:
    """A picture from the command line, for everybody at once; its id."""

    def write(db: Session) -> str:
        content = {"picture": {"id": pictures.new_id()}}
        sent = broadcasts.confirmed(
            db,
            story.product.rules,
            branch_id=story.groups["晨光支部"],
            author_id=None,
            text="周六活动的照片",
            audience=audience.within("/1/"),
            now=story.product.clock.now(),
            content=content,
        )
        pictures.keep(db, sent, PNG)
        return content["picture"]["id"]

    return await story.product.writer.run(write)


async def uploads(story: Story) -> int:
    stats = (await story.control.get("/_/stats")).json()
    return int(stats["calls"]["/cgi-bin/media/upload"]["calls"])


async def test_a_picture_is_uploaded_once_for_all(story: Story) -> None:
    await the_branch(story)
    await picture_of_ours(story)
    await story.time("2026-07-04 08:02")
    assert [(await shown(story, name))[-1]["type"] for name in ("林小满", "书记甲")] == ["image", "image"]
    assert await uploads(story) == 1


@pytest.mark.parametrize(("media_id", "hours"), [("unknown to the platform", 1), ("expired", -1)])
async def test_what_the_platform_has_forgotten_is_uploaded_anew(story: Story, media_id: str, hours: int) -> None:
    await the_branch(story)
    picture_id = await picture_of_ours(story)
    until = story.product.clock.now() + timedelta(hours=hours)
    await story.product.writer.run(lambda db: picture.keep_media(db.connection(), picture_id, media_id, until))
    await story.time("2026-07-04 08:02")
    assert [(await shown(story, name))[-1]["type"] for name in ("林小满", "书记甲")] == ["image", "image"]
    assert await uploads(story) == 1


async def test_whom_it_cannot_be_pushed_to_finds_it_at_our_own_address(story: Story) -> None:
    await the_branch(story)
    picture_id = await picture_of_ours(story)
    await story.time("2026-07-04 08:02")
    answer = await story.says("沉默丙", "打卡")
    assert f"图片：https://study.example.org/m/picture/{picture_id}" in answer
    transport = httpx.ASGITransport(story.wire)
    async with httpx.AsyncClient(transport=transport, base_url="http://product") as web:
        page = await web.get(f"/m/picture/{picture_id}")
        assert (page.content, page.headers["content-type"]) == (PNG, "image/png")
        assert (await web.get("/m/picture/nothing-like-it")).status_code == 404
        assert (await web.get("/m/picture/..%2Fsecret.key")).status_code == 404
