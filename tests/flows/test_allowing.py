"""「订阅通知」: the page on which members allow notices, as they come to it from the chat."""

import re

import httpx
import pytest

from bot.config import Config
from tests.flows.conftest import Story
from tests.flows.test_subscriptions import CONTENT, FIELDS, NOTICE

PUBLIC = "https://study.example.org"


@pytest.fixture
def config(config: Config) -> Config:
    told = config.model_dump()
    told["server"]["public_url"] = PUBLIC
    told["notices"] = {kind: {"template": NOTICE, "fields": FIELDS} for kind in ("text", "topic")}
    return Config.model_validate(told)


async def page(story: Story) -> httpx.Response:
    """What a browser gets at the page's address."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(story.wire), base_url=PUBLIC) as browser:
        return await browser.get("/m/notices?from=chat")


def signed(html: str) -> dict[str, str]:
    """What the page hands to `wx.config`, under the names that the emulated platform checks."""
    given = dict(re.findall(r'"(appId|timestamp|nonceStr|signature)": "?([^",}]+)', html))
    return {name.lower(): value for name, value in given.items()} | {"url": f"{PUBLIC}/m/notices?from=chat"}


async def checked(story: Story, query: dict[str, str], name: str) -> dict[str, object]:
    """What the platform's script is told about the page, on somebody's phone."""
    cookie = {"cookie": f"phone={story.openid(name)}"}
    answer = await story.control.get("/open/js/check", params=query, headers=cookie)
    return dict(answer.json())


async def test_a_member_finds_the_page_and_what_is_left(story: Story) -> None:
    await story.post("templates", {"id": NOTICE, "family": "subscription", "title": "支部通知", "content": CONTENT})
    await story.person("林晓燕")
    await story.joins("林晓燕")
    told = await story.says("林晓燕", "订阅通知")
    assert f"{PUBLIC}/m/notices" in told
    assert "现在还能收到" not in told
    for minute in (1, 2):
        await story.time(f"2026-07-01 12:0{minute}")
        await story.post("subscriptions", {"openid": story.openid("林晓燕"), "template": NOTICE, "answer": "accept"})
    assert (await story.says("林晓燕", "订阅通知")).endswith("现在还能收到：今日学习、通知 2 次。")


async def test_the_page_is_signed_for_its_own_address(story: Story) -> None:
    await story.post("templates", {"id": NOTICE, "family": "subscription", "title": "支部通知", "content": CONTENT})
    await story.follows("林晓燕")
    opened = await page(story)
    assert opened.status_code == 200
    assert f'<wx-open-subscribe template="{NOTICE}">' in opened.text
    assert "http://platform/open/js/jweixin-1.6.0.js" in opened.text
    answer = await checked(story, signed(opened.text), "林晓燕")
    assert answer == {"errMsg": "config:ok", "openid": story.openid("林晓燕"), "templates": {NOTICE: "支部通知"}}
    for wrong in ({"url": f"{PUBLIC}/m/other"}, {"timestamp": "1"}, {"appid": "wx0000000000000000"}):
        assert "config:fail" in str(await checked(story, signed(opened.text) | wrong, "林晓燕"))


async def test_the_platform_that_gives_no_ticket_costs_one_sentence(story: Story) -> None:
    await story.post("faults", [{"path": "/cgi-bin/ticket/getticket", "times": 5, "errcode": 45009}])
    opened = await page(story)
    assert (opened.status_code, "过一会儿再试" in opened.text) == (503, True)


@pytest.mark.parametrize("kind", ["verified-subscription", "test"])
async def test_where_notices_cannot_be_sent_nobody_is_asked(story: Story, kind: str) -> None:
    story.product.means.account = type(story.product.means.account)(kind)
    await story.person("林晓燕")
    await story.joins("林晓燕")
    assert "还没有开通通知" in await story.says("林晓燕", "接收通知")
    assert (await page(story)).status_code == 404
