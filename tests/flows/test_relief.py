"""The 减负 profile goes off by the operator, the number of a document and two admins; on again by any one."""

import asyncio

import httpx
import pytest
from sqlmodel import Session, select

from bot.config import Config
from models.audit import Audit
from models.erasing import erase_member
from models.member import Member
from models.relief import Relief
from models.role import Role, RoleKind

from .conftest import Story

DOCUMENT = "某组发〔2026〕3号"
TOLD = f"减负模式已关闭：依据 {DOCUMENT}，从7月1日（周三）起。"


@pytest.fixture
def allowed() -> bool:
    """Whether the operator has written `relief.enabled = false`."""
    return True


@pytest.fixture
def config(config: Config, allowed: bool) -> Config:
    server = config.server.model_copy(update={"public_url": "https://study.example.cn"})
    relief = config.relief.model_copy(update={"enabled": not allowed})
    return config.model_copy(update={"server": server, "relief": relief})


async def with_admins(story: Story) -> None:
    """The secretary and two admins of the whole, one of a group alone, and members."""
    for name, node in (("管理乙", "晨光支部"), ("管理丙", "晨光支部"), ("组管理", "第二小组")):
        await story.role(await story.person(name), RoleKind.ADMIN, node)
    for name in ("林小满", "沉默丙"):
        await story.person(name)
    for name in ("书记甲", "管理乙", "管理丙", "组管理", "林小满", "沉默丙"):
        await story.joins(name)


async def goes_off(story: Story) -> None:
    await story.says("书记甲", f"关闭减负 {DOCUMENT}")
    await story.says("管理乙", "同意关闭减负")
    assert await story.says("管理乙", "1") == f"减负模式已关闭，依据 {DOCUMENT}。恢复，回复 恢复减负。"


def acts(story: Story) -> list[str]:
    with story.product.database.reading() as db:
        return [action for action in db.exec(select(Audit.action)) if action.startswith("relief")]


async def test_two_admins_switch_it_off_by_a_document(story: Story) -> None:
    await with_admins(story)
    asked = await story.says("书记甲", f"关闭减负 {DOCUMENT}")
    assert asked.startswith(f"记下了：依据 {DOCUMENT} 关闭减负模式。还要另一位管理员回复 同意关闭减负 才生效。")
    assert TOLD not in await story.says("林小满", "我的数据")
    shown = await story.says("管理乙", "同意关闭减负")
    assert shown.startswith(f"书记甲在7月1日（周三）提出，依据 {DOCUMENT} 关闭减负模式：")
    assert TOLD not in await story.says("林小满", "我的数据")
    assert "减负模式已关闭" in await story.says("管理乙", "1")
    assert TOLD in await story.says("林小满", "我的数据")
    with story.product.database.reading() as db:
        row = db.exec(select(Relief)).one()
        assert (row.document, row.asked_by != row.agreed_by, row.agreed_at is not None) == (DOCUMENT, True, True)
    assert acts(story) == ["relief_ask", "relief_off"]


async def test_what_changes_is_little(story: Story) -> None:
    await with_admins(story)
    await story.person("没绑丁")
    await story.says("林小满", "打卡")
    by_checkin = "广播 今天没打卡：周五一起读书"
    assert "没绑丁" not in await story.says("书记甲", by_checkin)
    await goes_off(story)
    assert "没绑丁" in await story.says("书记甲", by_checkin)
    assert await story.says("管理丙", "恢复减负") == "减负模式已恢复，没打卡的人不再列出姓名。"
    assert "没绑丁" not in await story.says("书记甲", by_checkin)
    assert TOLD not in await story.says("林小满", "我的数据")
    assert acts(story)[-1] == "relief_on"


async def test_the_page_with_ones_own_data_says_it_too(story: Story) -> None:
    await with_admins(story)
    web = httpx.AsyncClient(transport=httpx.ASGITransport(story.wire), base_url="https://study.example.cn")
    link = (await story.says("林小满", "导出我的数据")).splitlines()[-1]
    assert "减负" not in (await web.get(link)).text
    await goes_off(story)
    assert TOLD in (await web.get(link)).text


async def test_nobody_agrees_with_themselves_nor_from_a_part(story: Story) -> None:
    await with_admins(story)
    await story.says("书记甲", f"关闭减负 {DOCUMENT}")
    assert await story.says("书记甲", "同意关闭减负") == "这件事是您提出的，要另一位管理员同意。"
    for said in ("同意关闭减负", f"关闭减负 {DOCUMENT}", "恢复减负"):
        assert "由管全支部的管理员决定" in await story.says("组管理", said)
        assert "管理员" in await story.says("林小满", said)
    assert TOLD not in await story.says("林小满", "我的数据")


async def test_the_number_of_a_document_is_needed(story: Story) -> None:
    await with_admins(story)
    assert (await story.says("书记甲", "关闭减负")).startswith("依据哪个文件？")
    assert (await story.says("书记甲", "领导说的")).startswith("请写明准许这样做的文件的文号")
    await story.says("书记甲", "关闭减负")
    assert DOCUMENT in await story.says("书记甲", DOCUMENT)


async def test_two_second_admins_at_once_are_one(story: Story) -> None:
    await with_admins(story)
    await story.says("书记甲", f"关闭减负 {DOCUMENT}")
    for name in ("管理乙", "管理丙"):
        await story.says(name, "同意关闭减负")
    answers = await asyncio.gather(*(story.says(name, "1") for name in ("管理乙", "管理丙")))
    assert sorted(answer.startswith("减负模式已关闭，依据") for answer in answers) == [False, True]
    assert acts(story) == ["relief_ask", "relief_off"]


async def test_a_word_that_was_withdrawn_is_no_word(story: Story) -> None:
    await with_admins(story)
    await story.says("书记甲", f"关闭减负 {DOCUMENT}")
    await story.says("管理乙", "同意关闭减负")
    assert "已恢复" in await story.says("书记甲", "恢复减负")
    assert await story.says("管理乙", "1") == "没有人提出关闭减负模式。"
    # Nor is that of somebody who has lost the post since.
    await story.says("管理丙", f"关闭减负 {DOCUMENT}")

    def lose(db: Session) -> None:
        for role in db.exec(select(Role).where(Role.member_id == 3)):
            role.until = role.since

    await story.product.writer.run(lose)
    assert await story.says("管理乙", "同意关闭减负") == "没有人提出关闭减负模式。"


@pytest.mark.parametrize("allowed", [False])
async def test_the_operator_has_to_want_it_too(story: Story) -> None:
    await with_admins(story)
    assert "relief.enabled" in await story.says("书记甲", f"关闭减负 {DOCUMENT}")
    assert "relief.enabled" in await story.says("管理乙", "同意关闭减负")
    assert acts(story) == []


async def test_the_operators_word_alone_changes_nothing(story: Story) -> None:
    await with_admins(story)
    assert "沉默丙" not in await story.says("书记甲", "广播 今天没打卡：周五一起读书")
    assert "减负" not in await story.says("林小满", "我的数据")


async def test_an_admin_who_is_erased_leaves_the_number_behind(story: Story) -> None:
    await with_admins(story)
    await goes_off(story)
    now = story.product.clock.now()
    for name in ("书记甲", "管理乙"):

        def erase(db: Session, name: str = name) -> None:
            erase_member(db, db.exec(select(Member).where(Member.name == name)).one(), now)

        await story.product.writer.run(erase)
    assert TOLD in await story.says("林小满", "我的数据")
    with story.product.database.reading() as db:
        row = db.exec(select(Relief)).one()
        assert (row.document, row.asked_by, row.agreed_by) == (DOCUMENT, None, None)
