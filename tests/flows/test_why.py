"""Somebody asks why, by what they are, in the chat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.broadcast import Broadcast, BroadcastState
from models.member import Member
from models.push import Push, PushStatus
from models.role import RoleKind
from scheduler.cause import Cause
from tests.flows.conftest import Story

MASK = "按本人设置或名册状态未发送。"
NEWS = "明天下午三点开会。"


async def askers(story: Story) -> None:
    """林小满, who has all, and one of each who may ask about them."""
    for name, kind in (("组长乙", RoleKind.LEADER), ("管理丙", RoleKind.ADMIN)):
        await story.role(await story.person(name), kind, "第二小组")
        await story.joins(name)
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await story.time("2026-07-01 09:00")
    await story.says("书记甲", f"广播 第二小组：{NEWS}")
    await story.says("书记甲", "确认 3")
    await story.time("2026-07-01 09:01")
    await story.says("书记甲", "打卡")


async def becomes(story: Story, **fields: Any) -> None:
    """As if the engine or another feature had put the broadcast's push to 林小满 there."""

    def change(db: Any) -> None:
        query = select(Push).join(Member, col(Member.id) == Push.member_id).where(Member.name == "林小满")
        for push in db.exec(
            query.join(Broadcast, col(Broadcast.id) == Push.broadcast_id).where(Broadcast.kind == "text")
        ).all():
            for name, value in fields.items():
                setattr(push, name, value)
            db.add(push)

    await story.product.writer.run(change)


async def answers(story: Story) -> dict[str, str]:
    """What each of them reads."""
    asked = "为什么 林小满 没收到"
    said = {name: await story.says(name, asked) for name in ("组长乙", "书记甲", "管理丙")}
    return said | {"林小满": await story.says("林小满", "为什么我没收到？")}


@pytest.mark.parametrize("cause", [Cause.BLOCKED, Cause.FROZEN, Cause.NOT_FOLLOWING])
async def test_who_shut_us_out_is_told_to_those_in_charge_alone(story: Story, cause: Cause) -> None:
    await askers(story)
    await becomes(story, status=PushStatus.FAILED, cause=cause)
    said = await answers(story)
    assert said["组长乙"].endswith(f"：{MASK}")
    for name in ("书记甲", "管理丙"):
        assert said[name].endswith("请打电话或当面告知。")
    assert said["林小满"].endswith("当时微信没能送到您这里。内容可以问办公室。")


async def test_what_a_member_mutes_is_theirs(story: Story) -> None:
    await askers(story)
    await becomes(story, status=PushStatus.CANCELLED, cause=Cause.MUTED)
    said = await answers(story)
    for name in ("组长乙", "书记甲", "管理丙"):
        assert said[name].endswith(f"：{MASK}")
    assert said["林小满"].endswith("您设置了不收这一类，所以没有发。")


async def test_whoever_left_is_told_from_whoever_never_came(story: Story) -> None:
    await askers(story)
    await story.person("未绑定")
    await story.unfollows("林小满")
    await story.time("2026-07-01 10:00")
    await story.says("书记甲", f"广播 第二小组：{NEWS}")
    await story.says("书记甲", "确认 4")
    await story.time("2026-07-01 10:01")
    assert (await story.says("组长乙", "为什么 林小满 没收到")).endswith(MASK)
    for name in ("书记甲", "管理丙"):
        assert "取消关注" in await story.says(name, "为什么 林小满 没收到")
    for name in ("组长乙", "书记甲"):
        assert "还没有绑定微信" in await story.says(name, "为什么 未绑定 没收到")


async def test_whoever_is_inactive_looks_like_whoever_muted(story: Story) -> None:
    await askers(story)
    await story.says("书记甲", "停用 林小满")
    assert await story.says("书记甲", "1") == "已停用林小满。"
    for name in ("组长乙", "书记甲", "管理丙"):
        assert await story.says(name, "为什么 林小满 没收到") == MASK


async def test_a_role_reaches_as_far_as_its_part_of_the_tree(story: Story) -> None:
    await askers(story)
    await story.person("邻组丁", branch_id=story.groups["第一小组"])
    for name in ("组长乙", "管理丙"):
        assert await story.says(name, "为什么 邻组丁 没收到") == "名册上没有邻组丁，请核对姓名。"
    assert "还没有绑定微信" in await story.says("书记甲", "为什么 邻组丁 没收到")
    assert "小组长" in await story.says("林小满", "为什么 组长乙 没收到")


async def test_whoever_leads_more_than_they_administer_is_a_leader_there(story: Story) -> None:
    await askers(story)
    both = await story.person("两职戊")
    await story.role(both, RoleKind.LEADER, "晨光支部")
    await story.role(both, RoleKind.ADMIN, "第一小组")
    await story.joins("两职戊")
    await becomes(story, status=PushStatus.FAILED, cause=Cause.BLOCKED)
    assert (await story.says("两职戊", "为什么 林小满 没收到")).endswith(MASK)


async def test_members_hear_of_what_waits_for_them_and_get_it_at_once(story: Story) -> None:
    await askers(story)
    await becomes(story, status=PushStatus.HELD, cause=Cause.WINDOW, sent_at=None)
    answer = await story.says("林小满", "为什么我还没收到")
    assert "这一条在等您来消息，就附在下面" in answer
    assert f"————\n{NEWS}" in answer
    assert "已经发给您，附在一次回复里" in await story.says("林小满", "为什么我没收到")


async def test_members_learn_nothing_of_what_is_not_out_yet(story: Story) -> None:
    await askers(story)
    await becomes(story, status=PushStatus.DUE, sent_at=None)

    def move(db: Any) -> None:
        broadcast = db.exec(select(Broadcast).where(Broadcast.kind == "text")).one()
        broadcast.starts_at += timedelta(hours=1)
        db.add(broadcast)

    await story.product.writer.run(move)
    assert "可以撤回的一分钟" in await story.says("书记甲", "为什么 林小满 没收到")
    before = await story.says("林小满", "为什么我没收到")
    assert "广播" not in before

    def take_back(db: Any) -> None:
        broadcast = db.exec(select(Broadcast).where(Broadcast.kind == "text")).one()
        broadcast.state = BroadcastState.RECALLED
        db.add(broadcast)

    await story.product.writer.run(take_back)
    assert "已经撤回" in await story.says("书记甲", "为什么 林小满 没收到")
    assert await story.says("林小满", "为什么我没收到") == before


async def test_a_days_rule_keeps_it_until_the_day_is_over(story: Story) -> None:
    await askers(story)
    later = story.product.clock.now() + timedelta(hours=8)
    await becomes(story, status=PushStatus.DUE, cause=Cause.SOLEMN, run_at=later, sent_at=None)
    assert "不发祝贺和活动内容的日子" in await story.says("组长乙", "为什么 林小满 没收到")


async def test_what_came_in_a_digest_is_named(story: Story) -> None:
    await askers(story)
    await becomes(story, status=PushStatus.ACCEPTED, cause=Cause.DIGEST)
    assert "合成一条" in await story.says("组长乙", "为什么 林小满 没收到")
    assert "合成一条" in await story.says("林小满", "为什么我没收到")
