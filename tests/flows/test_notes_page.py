"""The pages of notes: the wall on a phone, and writing there, by a link that the chat gives."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from sqlmodel import select

from bot.config import Config
from models.branch import plant
from models.library import Topic
from models.note import Comment, Note, Thanks
from tests.flows.conftest import Story
from tests.flows.test_notes import MATERIAL, NOTE, OTHER, count, members, written

PUBLIC = "https://study.example.cn"


@pytest.fixture
def config(config: Config) -> Config:
    return config.model_copy(update={"server": config.server.model_copy(update={"public_url": PUBLIC})})


@pytest_asyncio.fixture
async def browser(story: Story) -> AsyncIterator[httpx.AsyncClient]:
    web = httpx.ASGITransport(story.wire)
    async with httpx.AsyncClient(transport=web, base_url=PUBLIC, follow_redirects=True) as client:
        yield client


async def link(story: Story, name: str, words: str) -> str:
    """The path of the link in the answer to these words."""
    said = await story.says(name, words)
    found = re.search(rf"{PUBLIC}/m/notes/\S+", said)
    assert found, said
    return urlsplit(found.group()).path


async def test_the_wall_is_read_and_thanked_on_a_phone(story: Story, browser: httpx.AsyncClient) -> None:
    await members(story, "林小满", "周一鸣")
    number = await written(story, "林小满", f"{NOTE}<b>&")
    await story.says("周一鸣", f"评 {number} 说得<i>实在")
    path = await link(story, "周一鸣", "心得墙")
    page = await browser.get(path)
    assert page.status_code == 200
    assert f"{NOTE}&lt;b&gt;&amp;" in page.text
    assert "说得&lt;i&gt;实在" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert not re.search(r'(?:src|href|action)="(?!/m/notes/)', page.text)
    for _ in range(2):
        page = await browser.post(f"{path}/thanks", data={"id": str(number), "p": "1"})
        assert "谢过了" in page.text
    assert count(story, Thanks) == 1
    # One's own can't be thanked for, and what isn't on the wall neither.
    own = await link(story, "林小满", "心得墙")
    assert "/thanks" not in (await browser.get(own)).text
    for bad in (str(number), "99", "x", "9" * 5000, ""):
        assert (await browser.post(f"{own}/thanks", data={"id": bad, "p": "x"})).status_code == 200
    assert count(story, Thanks) == 1
    assert "谢谢 1" in await story.says("林小满", "我的心得")


async def test_a_comment_is_written_on_the_wall(story: Story, browser: httpx.AsyncClient) -> None:
    await members(story, "林小满", "周一鸣")
    number, own = await written(story, "林小满"), await written(story, "周一鸣", OTHER, shared=False)
    path = await link(story, "周一鸣", "心得墙")
    long = "说得<b>实在\0" + "好" * 300
    page = await browser.post(f"{path}/comments", data={"id": str(number), "p": "1", "text": long})
    assert "<b>周一鸣</b>：说得&lt;b&gt;实在好" in page.text
    await story.says("周一鸣", "撤回同意 署名")
    assert "<b>一位同志</b>：说得" in (await browser.get(path)).text
    for bad in ({"id": "99", "text": "好"}, {"id": str(own), "text": "好"}, {"id": str(number), "text": " "}, {}):
        assert (await browser.post(f"{path}/comments", data=bad)).status_code == 200
    with story.product.database.reading() as db:
        (said,) = db.exec(select(Comment)).all()
    assert (said.note_id, said.text) == (number, long.replace("\0", "")[:200])
    assert "有人道谢或写了评论" in await story.says("林小满", "打卡")


async def test_a_note_is_written_on_a_phone(story: Story, browser: httpx.AsyncClient) -> None:
    await members(story, "林小满", "周一鸣")
    await story.product.writer.run(lambda db: db.add(Topic(title="读书", summary=MATERIAL)))
    path = await link(story, "林小满", "心得")
    assert "至少 20 个字" in (await browser.get(path)).text
    page = await browser.post(path, data={"text": "太短<", "share": "1"})
    assert "至少写 20 个字，现在有 2 个。" in page.text
    assert "太短&lt;</textarea>" in page.text
    assert " checked" in page.text
    page = await browser.post(path, data={"text": MATERIAL})
    assert "要不要加一句自己的话？" in page.text
    assert "还是保存" in page.text
    page = await browser.post(path, data={"text": MATERIAL, "before": MATERIAL})
    assert "还是保存" in page.text
    assert count(story, Note) == 0
    page = await browser.post(path, data={"text": MATERIAL, "before": MATERIAL, "anyway": "1"})
    assert "存好了，编号 1，只有您自己看得到。" in page.text
    page = await browser.post(path, data={"text": f"{MATERIAL}我从来没有坚持过。", "before": MATERIAL})
    assert "存好了，编号 2" in page.text
    page = await browser.post(path, data={"text": f"\0{OTHER}\r\n{NOTE}", "share": "1"})
    assert "编号 3，已放到心得墙上。" in page.text
    assert f"{OTHER}\n{NOTE}" in await story.says("周一鸣", "心得 3")
    page = await browser.post(path, data={"text": NOTE + "好" * 2000})
    assert "最多 2000 个字" in page.text
    assert (await browser.post(path, data={"text": "好" * 30000})).status_code == 413
    # Whose number it is nobody else learns.
    other = await link(story, "周一鸣", "心得")
    for saved in (1, 2**40):
        assert "存好了" not in (await browser.get(other, params={"saved": saved})).text


async def test_the_wall_turns_its_pages(story: Story, browser: httpx.AsyncClient) -> None:
    ids = await members(story, "林小满")
    now, branch = story.product.clock.now(), story.groups["晨光支部"]
    await story.product.writer.run(
        lambda db: db.add_all(
            Note(member_id=ids["林小满"], at=now, text=f"第{place}条", shared_in=branch, shared_at=now)
            for place in range(1, 13)
        )
    )
    path = await link(story, "林小满", "心得墙")
    first, second = (await browser.get(path)).text, (await browser.get(path, params={"p": 2})).text
    assert ("第3条" in first, "第2条" in first, "更早的" in first) == (True, False, True)
    assert ("第2条" in second, "更早的" in second, "更新的" in second) == (True, False, True)
    assert "没有更早的心得了" in (await browser.get(path, params={"p": 3})).text


async def test_a_link_is_soon_over_and_dies_with_its_member(story: Story, browser: httpx.AsyncClient) -> None:
    await members(story, "林小满", "周一鸣")
    write = await link(story, "林小满", "心得")
    path = write.removesuffix("/new")
    forged = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert (await browser.get(forged)).status_code == 410
    await story.time("2026-07-01 06:31")
    for answer in (await browser.get(path), await browser.post(write, data={"text": NOTE})):
        assert answer.status_code == 410
        assert "已经过时" in answer.text
    path = (await link(story, "林小满", "心得")).removesuffix("/new")
    await story.joins("书记甲")
    await story.says("书记甲", "停用 林小满")
    await story.says("书记甲", "1")
    assert (await browser.get(path)).status_code == 410
    path = (await link(story, "周一鸣", "心得")).removesuffix("/new")
    await story.unfollows("周一鸣")
    assert (await browser.get(path)).status_code == 410
    with story.product.database.reading() as db:
        assert db.exec(select(Note)).all() == []


async def test_another_branchs_notes_are_on_no_page(story: Story, browser: httpx.AsyncClient) -> None:
    await members(story, "林小满")
    number = await written(story, "林小满")
    elsewhere = await story.product.writer.run(lambda db: plant(db, "第七支部").id)
    await story.person("远方客", branch_id=elsewhere)
    await story.joins("远方客")
    path = (await link(story, "远方客", "心得")).removesuffix("/new")
    assert NOTE not in (await browser.get(path)).text
    await browser.post(f"{path}/thanks", data={"id": str(number), "p": "1"})
    assert count(story, Thanks) == 0
