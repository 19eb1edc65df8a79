"""An admin broadcasts: forecast, the number, the minute of grace, taking back, pausing."""

import pytest
from sqlmodel import col, select

from bot.emulator import Account
from models.audit import Audit
from models.role import RoleKind
from tests.flows.conftest import Story

pytestmark = pytest.mark.race

NEWS = "明天下午三点在三楼会议室集中学习。"


async def branch_of_five(story: Story) -> None:
    """Two members who wrote today, one who has been silent for days, one without WeChat, and the secretary."""
    await story.person("沉默丙")
    await story.joins("沉默丙")
    await story.time("2026-07-04 08:00")
    for name in ("林小满", "周无期"):
        await story.person(name)
        await story.joins(name)
    await story.person("打电话", without_wechat=True)
    await story.joins("书记甲")
    for name in ("沉默丙", "林小满", "周无期", "书记甲"):
        await story.phone(name)


async def test_forecast_number_grace_and_arrival(story: Story) -> None:
    await branch_of_five(story)
    forecast = (await story.says("书记甲", f"广播 {NEWS}")).splitlines()
    assert forecast[1:3] == [NEWS, "（晨光支部 书记甲）"]
    assert "发给晨光支部全体，共 5 人。" in forecast
    assert any(line.startswith("马上能看到：3 人") for line in forecast)
    assert "下次来消息时看到：1 人（沉默丙）" in forecast
    assert "要打电话告诉：1 人（打电话）" in forecast
    assert await story.says("书记甲", "确认 58") == "数字对不上：要发给 5 人，您回的是 58。确定要发，请回复「确认 5」。"
    assert "60 秒后发给 5 人" in await story.says("书记甲", "确认 5")
    await story.product.catch_up()
    assert await story.phone("林小满") == []
    assert "可以撤回的一分钟" in await story.says("书记甲", "为什么 林小满 没收到")
    await story.time("2026-07-04 08:01:00")
    assert await story.phone("林小满") == [("custom", f"{NEWS}\n（晨光支部 书记甲）")]
    assert await story.phone("沉默丙") == []
    assert f"————\n{NEWS}" in await story.says("沉默丙", "打卡")
    assert await story.says("沉默丙", "看") == "没有更多内容了。"


async def test_within_the_minute_all_of_it_is_taken_back(story: Story) -> None:
    await branch_of_five(story)
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 5")
    assert await story.says("书记甲", "撤回") == "已撤回，谁都没有收到。"
    await story.time("2026-07-04 08:05")
    assert await story.phone("林小满") == []
    assert await story.says("沉默丙", "打卡") == "已记下今天的学习。"
    assert await story.says("书记甲", "撤回") == "没有可以撤回的广播。"


async def test_later_the_unsent_are_stopped_and_the_others_counted(story: Story) -> None:
    await branch_of_five(story)
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 5")
    await story.time("2026-07-04 08:02")
    assert (await story.says("书记甲", "撤回")).startswith("已停止：3 人已经收到，其余 1 人不再发。")
    assert await story.says("沉默丙", "打卡") == "已记下今天的学习。"


async def test_a_member_cannot_broadcast_and_anothers_number_does_nothing(story: Story) -> None:
    await branch_of_five(story)
    other = await story.person("副书记")
    await story.role(other, RoleKind.ADMIN, "晨光支部")
    await story.joins("副书记")
    assert "管理员" in await story.says("林小满", f"广播 {NEWS}")
    await story.says("书记甲", f"广播 {NEWS}")
    assert "没有等您确认" in await story.says("副书记", "确认 6")
    assert "管理员" in await story.says("林小满", "确认 6")
    await story.time("2026-07-04 08:05")
    assert await story.phone("周无期") == []


async def test_ten_minutes_later_the_number_is_too_late(story: Story) -> None:
    await branch_of_five(story)
    await story.says("书记甲", f"广播 {NEWS}")
    await story.time("2026-07-04 08:11")
    assert "没有发出" in await story.says("书记甲", "确认 5")
    await story.time("2026-07-04 08:15")
    assert await story.phone("林小满") == []


async def test_the_audience_may_not_change_behind_the_admins_back(story: Story) -> None:
    await branch_of_five(story)
    await story.says("书记甲", f"广播 {NEWS}")
    await story.person("新来的")
    assert "名单刚才有变化" in await story.says("书记甲", "确认 5")


async def test_a_group_is_addressed_by_its_name_and_an_admin_stays_in_their_part(story: Story) -> None:
    await branch_of_five(story)
    leader = await story.person("组管理")
    await story.role(leader, RoleKind.ADMIN, "第二小组")
    await story.person("邻组乙", branch_id=story.groups["第一小组"])
    for name in ("组管理", "邻组乙"):
        await story.joins(name)
        await story.phone(name)
    assert "发给第一小组，共 1 人。" in await story.says("书记甲", f"广播 第一小组：{NEWS}")
    forecast = await story.says("组管理", f"广播 {NEWS}")
    assert "发给第二小组全体，共 5 人。" in forecast
    await story.says("组管理", "确认 5")
    await story.time("2026-07-04 08:05")
    assert await story.phone("邻组乙") == []
    assert f"{NEWS}\n（第二小组 组管理）" in [text for _, text in await story.phone("林小满")]


async def test_everything_stops_at_once_and_goes_on_when_resumed(story: Story) -> None:
    await branch_of_five(story)
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 5")
    assert "已全部暂停" in await story.says("书记甲", "全部暂停")
    await story.time("2026-07-04 08:05")
    assert await story.phone("林小满") == []
    assert "现在是全部暂停" in await story.says("书记甲", "为什么 林小满 没收到")
    assert (await story.says("书记甲", "恢复")).startswith("已恢复，4 条没过时的消息接着发。")
    await story.product.catch_up()
    assert [route for route, _ in await story.phone("林小满")] == ["custom"]
    with story.product.database.reading() as db:
        assert db.exec(select(Audit.action).order_by(col(Audit.id))).all() == ["broadcast", "pause", "resume"]


async def test_nothing_is_sent_by_itself_at_night(story: Story) -> None:
    await branch_of_five(story)
    await story.time("2026-07-04 21:30")
    await story.says("林小满", "打卡")
    await story.phone("林小满")
    assert "现在是夜间，7:30 起才送出。" in await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 5")
    await story.time("2026-07-04 22:00")
    assert await story.phone("林小满") == []
    await story.time("2026-07-05 07:30")
    assert [route for route, _ in await story.phone("林小满")] == ["custom"]


@pytest.mark.parametrize("account", [Account(kind="subscription")])
async def test_an_account_that_cannot_push_says_so_before(story: Story) -> None:
    await branch_of_five(story)
    assert "这个公众号不能主动发消息" in await story.says("书记甲", f"广播 {NEWS}")


async def test_a_text_that_no_message_can_carry_is_refused(story: Story) -> None:
    await branch_of_five(story)
    assert "内容太长" in await story.says("书记甲", "广播 " + "很长。" * 300)
    assert "请把内容写在下一条里" in await story.says("书记甲", "广播")


async def test_cancelling_the_question_sends_nothing(story: Story) -> None:
    await branch_of_five(story)
    await story.says("书记甲", f"广播 {NEWS}")
    assert await story.says("书记甲", "取消") == "好的，已取消。"
    assert "没有等您确认" in await story.says("书记甲", "确认 5")
