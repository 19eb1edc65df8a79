"""「关心」: who has been silent for thirty days, without leave, to the secretary alone."""

import pytest
from sqlmodel import select

from models.audit import Audit
from models.role import RoleKind

from .conftest import Story


async def a_month_later(story: Story) -> None:
    """林小满 and 离线丁 are silent for a month; 写话丙 has written, 请假戊 was on leave, 没绑的 never bound."""
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    await story.role(await story.person("管理己"), RoleKind.ADMIN, "晨光支部")
    for name in ("林小满", "写话丙", "离线丁", "请假戊"):
        await story.person(name)
    await story.person("没绑的")
    for name in ("书记甲", "组长乙", "管理己", "林小满", "写话丙", "离线丁", "请假戊"):
        await story.joins(name)
    await story.says("林小满", "打卡 读了20页")
    await story.says("请假戊", "请假 七天")
    await story.time("2026-07-20 09:00")
    await story.says("写话丙", "帮助")
    for name in ("书记甲", "组长乙", "管理己"):
        await story.says(name, "帮助")


@pytest.mark.parametrize("said", ["关心", "谁需要关心？", "可能需要关心"])
async def test_the_secretary_learns_who_is_silent_and_no_more(story: Story, said: str) -> None:
    await a_month_later(story)
    await story.time("2026-07-31 09:00")
    assert (await story.says("书记甲", said)).splitlines() == [
        "可能需要关心（30 天没有来过消息，也没有请假）：",
        "林小满，第二小组：公众号带不到，请打电话或当面问候",
        "离线丁，第二小组：公众号带不到，请打电话或当面问候",
        "只有您看得到，只为关心，不用来评价谁。",
    ]
    with story.product.database.reading() as db:
        assert "care" in db.exec(select(Audit.action)).all()


async def test_thirty_days_and_not_one_less(story: Story) -> None:
    await a_month_later(story)
    await story.time("2026-07-31 05:59")
    assert await story.says("书记甲", "关心") == "30 天里人人都有消息，或者请了假。"
    await story.time("2026-07-31 06:01")
    assert "林小满" in await story.says("书记甲", "关心")
    # One word, whatever it is, and nobody asks after them.
    await story.says("林小满", "我在")
    assert "林小满" not in await story.says("书记甲", "关心")


async def test_nobody_but_the_secretary_is_told(story: Story) -> None:
    await a_month_later(story)
    await story.time("2026-07-31 09:00")
    assert await story.says("管理己", "关心") == "这一项只给支部书记本人看。"
    for name in ("组长乙", "写话丙"):
        assert "林小满" not in await story.says(name, "关心")


async def test_a_branch_below_has_its_own_secretary(story: Story) -> None:
    await a_month_later(story)
    nearer = await story.person("书记庚")
    await story.role(nearer, RoleKind.SECRETARY, "第二小组")
    await story.joins("书记庚")
    await story.time("2026-07-31 09:00")
    assert await story.says("书记甲", "关心") == "30 天里人人都有消息，或者请了假。"
    assert "林小满，第二小组" in await story.says("书记庚", "关心")
