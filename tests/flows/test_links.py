"""A link in a push is opened: it counts once, for a person, and leads where it was meant to."""

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from sqlmodel import Session, col, select

from bot.config import Config
from models.consent import Consent
from models.library import Topic
from models.member import Member
from models.push import Push
from tests.flows.conftest import Story
from tests.flows.test_library import branch, library

PUBLIC = "https://study.example.cn"
TARGET = "https://example.org/reading/1?from=push&n=2"
NEWS = f"请看 {TARGET}。"
PHONE = "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Chrome/126 Mobile MicroMessenger/8.0.50"


@pytest.fixture
def config(config: Config) -> Config:
    server = config.server.model_copy(update={"public_url": PUBLIC})
    return config.model_copy(update={"server": server})


@pytest_asyncio.fixture
async def browser(story: Story) -> AsyncIterator[httpx.AsyncClient]:
    web = httpx.ASGITransport(story.wire)
    async with httpx.AsyncClient(transport=web, base_url=PUBLIC, headers={"user-agent": PHONE}) as client:
        yield client


async def link_in_a_push(story: Story, news: str = NEWS) -> str:
    """The path of the link that 林小满 reads."""
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await story.time("2026-07-01 09:00")
    await story.says("书记甲", f"广播 {news}")
    await story.says("书记甲", "确认 2")
    await story.phone("林小满")
    await story.time("2026-07-01 09:01")
    ((_, text),) = await story.phone("林小满")
    assert text.startswith(f"请看 {PUBLIC}/m/l/")
    assert text.endswith("。\n（晨光支部 书记甲）")
    return urlsplit(text.split()[1].partition("。")[0]).path


def opened(story: Story) -> dict[str, datetime]:
    with story.product.database.reading() as db:
        query = select(Member.name, Push.opened_at).join(Push, col(Push.member_id) == col(Member.id))
        return {name: at for name, at in db.exec(query) if at}


async def test_opening_counts_once_and_leads_on(story: Story, browser: httpx.AsyncClient) -> None:
    path = await link_in_a_push(story)
    await story.time("2026-07-01 09:30")
    answer = await browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (302, TARGET)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    first = opened(story)
    assert list(first) == ["林小满"]
    assert "今天 9:30 打开了里面的链接" in await story.says("书记甲", "为什么 林小满 没收到")
    await story.time("2026-07-01 10:00")
    assert (await browser.get(path)).headers["location"] == TARGET
    assert opened(story) == first


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; SomeBot/1.0)"}),
        ("GET", {"user-agent": "facebookexternalhit/1.1"}),
        ("GET", {"user-agent": "curl/8.5"}),
        ("GET", {"user-agent": ""}),
        ("GET", {"sec-purpose": "prefetch;prerender"}),
        ("GET", {"x-moz": "prefetch"}),
        ("GET", {"sec-fetch-dest": "empty"}),
    ],
)
async def test_a_program_that_looks_is_led_on_and_not_counted(
    story: Story, browser: httpx.AsyncClient, method: str, headers: dict[str, str]
) -> None:
    path = await link_in_a_push(story)
    answer = await browser.request(method, path, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (302, TARGET)
    assert opened(story) == {}


async def test_what_nobody_signed_leads_nowhere(story: Story, browser: httpx.AsyncClient) -> None:
    path = await link_in_a_push(story)
    for forged in (path[:-1] + "!", path[:20] + ("A" if path[20] != "A" else "B") + path[21:], "/m/l/x", path + "A"):
        answer = await browser.get(forged, params={"to": "https://evil.example"})
        assert (answer.status_code, "location" in answer.headers) == (404, False)
        assert "这个链接打不开" in answer.text
    assert opened(story) == {}


async def test_what_was_withdrawn_is_not_led_to_any_more(story: Story, browser: httpx.AsyncClient) -> None:
    await branch(story)
    await library(story, Topic(title="甲", link=TARGET))
    await story.time("2026-07-01 07:40")
    ((_, text),) = (one for one in await story.phone("林小满") if "今日学习" in one[1])
    path = urlsplit(text.split(PUBLIC)[1].split()[0]).path
    assert (await browser.get(path)).status_code == 302
    await story.says("书记甲", "下架 甲")
    await story.says("书记甲", "1")
    gone = await browser.get(path)
    assert gone.status_code == 410
    assert "这条内容已经下架" in gone.text


async def test_after_three_months_it_is_over(story: Story, browser: httpx.AsyncClient) -> None:
    path = await link_in_a_push(story)
    await story.time("2026-09-29 12:00")
    assert (await browser.head(path)).status_code == 302
    await story.time("2026-09-30 00:01")
    answer = await browser.get(path)
    assert (answer.status_code, "location" in answer.headers) == (410, False)
    assert "请问办公室" in answer.text
    assert opened(story) == {}


async def test_whoever_agreed_to_older_words_is_not_counted(story: Story, browser: httpx.AsyncClient) -> None:
    path = await link_in_a_push(story)

    def older(db: Session) -> None:
        for consent in db.exec(select(Consent)).all():
            consent.version = "1"

    await story.product.writer.run(older)
    assert (await browser.get(path)).headers["location"] == TARGET
    assert opened(story) == {}


async def test_what_rides_along_is_led_too(story: Story, browser: httpx.AsyncClient) -> None:
    await link_in_a_push(story)
    await story.time("2026-07-05 09:00")
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 2")
    await story.time("2026-07-05 09:05")
    path = urlsplit((await story.says("林小满", "打卡")).split("请看 ")[1].partition("。")[0]).path
    assert (await browser.get(path)).headers["location"] == TARGET
    assert list(opened(story)) == ["林小满"]


async def test_whoever_is_erased_leaves_a_dead_link(story: Story, browser: httpx.AsyncClient) -> None:
    path = await link_in_a_push(story)

    def forget(db: Session) -> None:
        for push in db.exec(select(Push)).all():
            db.delete(push)

    await story.product.writer.run(forget)
    assert (await browser.get(path)).status_code == 404


class TestSwitchedOff:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"privacy": config.privacy.model_copy(update={"count_links": False})})

    async def test_links_go_out_as_they_are_written(self, story: Story) -> None:
        await story.joins("书记甲")
        await story.says("书记甲", f"广播 {NEWS}")
        await story.says("书记甲", "确认 1")
        await story.time("2026-07-01 09:01")
        assert NEWS in (await story.phone("书记甲"))[-1][1]


class TestWithoutAnAddress(TestSwitchedOff):
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"server": config.server.model_copy(update={"public_url": ""})})
