"""「查 〈姓名〉」: a member on the roster, whether a message reaches them, what to do; to each what they may know."""

from datetime import date

import pytest
from sqlmodel import Session, select

from models.role import Role, RoleKind

from .conftest import Story

PHONE = "现在主动发消息收不到：要打电话或当面告知。公众号带不到，要靠人转告。"


async def led(story: Story) -> None:
    """The second group with its leader, and a namesake in the first one."""
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    for name in ("林小满", "离开的", "停掉的"):
        await story.person(name)
        await story.joins(name)
    await story.person("没绑的", arrived_on=date(2026, 6, 3))
    await story.person("赵邻组", branch_id=story.groups["第一小组"])
    for name in ("组长乙", "书记甲"):
        await story.joins(name)
    await story.unfollows("离开的")
    await story.says("书记甲", "停用 停掉的")
    await story.says("书记甲", "1")


async def test_a_leader_learns_how_to_reach_somebody(story: Story) -> None:
    await led(story)
    reached = "林小满，第二小组。\n2026年7月1日绑定了微信。\n现在发消息，本人马上收得到。"
    for said in ("查 林小满", "查一下林小满", "林小满怎么样", "林小满 怎么样了？"):
        assert await story.says("组长乙", said) == reached
    unbound = await story.says("组长乙", "查 没绑的")
    assert unbound.startswith("没绑的，第二小组，2026年6月3日转来。\n现在主动发消息收不到：还没有绑定微信。")
    assert "绑定码" in unbound
    await story.time("2026-07-05 09:00")
    assert "超过两天没写过话" in await story.says("组长乙", "查 林小满")


async def test_what_members_chose_is_not_told(story: Story) -> None:
    await led(story)
    before = await story.says("组长乙", "查 林小满")
    for said in ("停荐书", "请假 三天", "打卡 读了20页", "不要祝贺"):
        await story.says("林小满", said)
    assert await story.says("组长乙", "查 林小满") == before
    assert "积极" not in before
    assert "正常" not in before


async def test_who_left_and_who_is_inactive_look_alike_to_a_leader(story: Story) -> None:
    await led(story)
    for name in ("离开的", "停掉的"):
        assert await story.says("组长乙", f"查 {name}") == f"{name}，第二小组。\n{PHONE}"
    assert "取消了关注" in await story.says("书记甲", "查 离开的")
    inactive = await story.says("书记甲", "查 停掉的")
    assert inactive == "停掉的，第二小组，名册上是停用。\n什么都不发。要恢复，回复 启用 停掉的。"
    assert "组长乙，第二小组，小组长，名册上是正常。" in await story.says("书记甲", "查 组长乙")


async def test_nobody_beyond_the_group_is_found(story: Story) -> None:
    await led(story)
    assert await story.says("组长乙", "查 赵邻组") == "名册上没有赵邻组，请核对姓名。"
    assert "赵邻组，第一小组" in await story.says("书记甲", "查 赵邻组")
    assert "小组长" in await story.says("林小满", "查 赵邻组")


async def test_of_several_it_is_asked_which(story: Story) -> None:
    await led(story)
    await story.person("林小满", branch_id=story.groups["第一小组"])
    # The leader has only one.
    assert "第二小组" in await story.says("组长乙", "查 林小满")
    asked = await story.says("书记甲", "查 林小满")
    assert asked.splitlines()[0] == "有 2 位林小满，是哪一位？回复编号；都不是，回复 取消。"
    assert len(asked.splitlines()) == 3
    assert (await story.says("书记甲", "2")).startswith("林小满，第一小组，")
    assert (await story.says("书记甲", "查 林小满 第二小组")).startswith("林小满，第二小组，")


@pytest.mark.parametrize("said", ["今天怎么样", "天气怎么样？", "方案怎么样", "周末怎么样", "学习情况怎么样"])
async def test_talk_is_no_name(story: Story, said: str) -> None:
    await story.joins("书记甲")
    assert (await story.says("书记甲", said)).startswith("这句话没能看懂")


async def test_what_was_asked_is_not_done_once_the_post_is_lost(story: Story) -> None:
    await led(story)
    await story.says("书记甲", "停用 林小满")

    def lose(db: Session) -> None:
        db.exec(select(Role).where(Role.member_id == 1)).one().until = date(2026, 7, 1)
        db.add(Role(member_id=2, branch_id=1, kind=RoleKind.ADMIN, since=date(2020, 1, 1)))

    await story.product.writer.run(lose)
    assert await story.says("书记甲", "1") == "名册上没有林小满，请核对姓名。"
    assert (await story.says("组长乙", "查 林小满")).startswith("林小满，第二小组，名册上是正常。")
