"""「后台」: an admin comes into the console by a link, and nobody else does."""

import re

import httpx
import pytest
from sqlmodel import Session, select

from bot.commands.admin import console_link
from bot.commands.errors import CommandError
from bot.commands.events import Line
from bot.config import Config
from bot.console.sign_in import COOKIE, HOME, OUT
from models.audit import Audit
from models.console import ConsoleSession
from models.role import Role
from tests.flows.conftest import Story

PUBLIC = "https://study.example.cn"


@pytest.fixture
def config(config: Config) -> Config:
    return config.model_copy(update={"server": config.server.model_copy(update={"public_url": PUBLIC})})


def browser(story: Story) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(story.wire), base_url=PUBLIC, follow_redirects=True)


async def link(story: Story, said: str = "后台") -> str:
    answer = await story.says("书记甲", said)
    found = re.search(rf"{PUBLIC}(/console/in/[\w-]+)$", answer)
    assert found, answer
    return found[1]


async def test_a_link_lets_an_admin_in_once(story: Story) -> None:
    await story.joins("书记甲")
    path = await link(story)
    async with browser(story) as client:
        # A preview looks at the link first.
        for _ in range(2):
            page = await client.get(path)
            assert "进入" in page.text
        await client.head(path)
        assert COOKIE not in client.cookies
        page = await client.post(path, follow_redirects=False)
        cookie = page.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=lax", "secure", "path=/console"))
        page = await client.get(HOME)
        assert "书记甲" in page.text
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert "<script" not in page.text
    async with browser(story) as client:
        assert (await client.get(path)).status_code == 410
        assert (await client.post(path)).status_code == 410
        assert (await client.get(HOME)).status_code == 401
        assert (await client.get(HOME, headers={"cookie": f"{COOKIE}=another"})).status_code == 401
    with story.product.database.reading() as db:
        done = list(db.exec(select(Audit.action).where(Audit.action != "bind_code")))
    assert done[-2:] == ["console_link", "console_in"]


async def test_a_link_runs_out_and_a_newer_one_ends_it(story: Story) -> None:
    await story.joins("书记甲")
    older, path = await link(story), await link(story, "打开控制台")
    async with browser(story) as client:
        assert (await client.post(older)).status_code == 410
        await story.time("2026-07-01 06:10")
        assert (await client.get(path)).status_code == 410
        assert (await client.post(path)).status_code == 410


async def test_the_way_out_takes_the_form_of_the_page(story: Story) -> None:
    await story.joins("书记甲")
    path = await link(story)
    async with browser(story) as client:
        page = await client.post(path)
        assert (await client.post(OUT)).status_code == 403
        assert (await client.post(OUT, data={"csrf": "0" * 64})).status_code == 403
        csrf = re.search(r'name="csrf" value="(\w+)"', page.text)
        assert csrf
        kept = client.cookies[COOKIE]
        assert "已经退出" in (await client.post(OUT, data={"csrf": csrf[1]})).text
        assert (await client.get(HOME, headers={"cookie": f"{COOKIE}={kept}"})).status_code == 401


async def test_a_session_ends_with_the_role_and_when_idle(story: Story) -> None:
    await story.joins("书记甲")
    async with browser(story) as client:
        await client.post(await link(story))
        await story.time("2026-07-01 07:59")
        assert (await client.get(HOME)).status_code == 200
        await story.time("2026-07-01 09:58")
        assert (await client.get(HOME)).status_code == 200
        await story.time("2026-07-01 11:58")
        assert (await client.get(HOME)).status_code == 401
        unused = await link(story)
        await client.post(await link(story))
        today = story.product.rules.hours.day(story.product.clock.now())

        def ends(db: Session) -> None:
            for role in db.exec(select(Role)):
                role.until = today

        assert (await client.get(HOME)).status_code == 200
        await story.product.writer.run(ends)
        assert (await client.get(HOME)).status_code == 401
        assert (await client.post(unused)).status_code == 410
    with story.product.database.reading() as db:
        assert list(db.exec(select(ConsoleSession))) == []


async def test_nobody_but_admins_gets_a_link(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    for name in ("林小满", "路人"):
        assert "/console" not in await story.says(name, "后台")


async def test_the_operator_gives_an_admin_a_link(story: Story) -> None:
    await story.person("林小满")
    (line, _) = [event async for event in console_link(story.product, member="书记甲")]
    assert isinstance(line, Line)
    async with browser(story) as client:
        assert "书记甲" in (await client.post(line.text.partition(PUBLIC)[2])).text
    with pytest.raises(CommandError, match="console_no_admin"):
        [event async for event in console_link(story.product, member="林小满")]
