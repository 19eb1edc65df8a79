"""「后台」: an admin comes into the console by a link, and nobody else does."""

import re
from html import escape

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
from models.role import Role, RoleKind
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


async def signed_in(story: Story, client: httpx.AsyncClient, said: str = "后台") -> None:
    assert (await client.post(await link(story, said))).status_code == 200


async def test_the_first_page_tells_what_the_chat_would(story: Story) -> None:
    await story.person("林小满")
    await story.person("<b>周</b>")
    await story.joins("书记甲")
    async with browser(story) as client:
        await signed_in(story, client)
        page = (await client.get(HOME)).text
        for title in ("正在发的广播", "收不到的人", "接下来", "本月政治生日", "打卡", "最近的操作", "最近的广播"):
            assert f"<h2>{title}</h2>" in page
        for line in (await story.says("书记甲", "谁收不到")).splitlines():
            assert f"<p>{escape(line)}</p>" in page
        assert "三十天里没有广播" in page
        assert "<b>周" not in page


async def test_a_broadcast_says_who_lacks_it_and_why(story: Story) -> None:
    await story.person("林小满")
    await story.person("晨未绑")
    for name in ("书记甲", "林小满"):
        await story.joins(name)
    forecast = await story.says("书记甲", "广播 周五下午三点在三楼会议室开会，请带学习笔记。")
    number = re.search(r"确认 (\d+)", forecast)
    assert number
    await story.says("书记甲", f"确认 {number[1]}")
    await story.time("2026-07-01 08:30")
    async with browser(story) as client:
        await signed_in(story, client)
        at = re.search(r'href="(/console/broadcasts/\d+)"', (await client.get(HOME)).text)
        assert at
        page = (await client.get(at[1])).text
        assert "周五下午三点在三楼会议室开会" in page
        assert "共 3 人，2 人收到了。" in page
        assert "晨未绑" in page
        assert "林小满" not in page
        for wrong in ("99", "x", "9" * 40, "-1"):
            assert (await client.get(f"/console/broadcasts/{wrong}")).status_code == 404
    async with browser(story) as stranger:
        assert (await stranger.get(at[1])).status_code == 401


async def test_an_admin_of_a_part_sees_nothing_beyond_it(story: Story) -> None:
    part = await story.person("分部乙")
    await story.role(part, RoleKind.ADMIN, "第二小组")
    await story.person("林小满")
    await story.person("赵邻组", branch_id=story.groups["第一小组"])
    for name in ("书记甲", "分部乙"):
        await story.joins(name)
    await story.says("书记甲", "广播 全体同志周五下午三点开会，请带学习笔记。")
    await story.says("书记甲", "确认 4")
    await story.time("2026-07-01 08:30")
    answer = await story.says("分部乙", "后台")
    async with browser(story) as client:
        await client.post(answer.split(PUBLIC)[1])
        page = (await client.get(HOME)).text
        assert "分部乙" in page
        assert "林小满" in page
        assert "赵邻组" not in page
        assert "全体同志" not in page
        assert (await client.get("/console/broadcasts/1")).status_code == 404
