"""A broadcast on its way: tried out, held, let go on, taken back by its number, looked after."""

import httpx
import pytest

from bot.emulator import Account
from bot.progress_page import link
from models.role import RoleKind
from tests.flows.conftest import Story

NEWS = "明天下午三点在三楼会议室集中学习。"


async def the_branch(story: Story) -> None:
    await story.person("沉默丙")
    await story.joins("沉默丙")
    await story.time("2026-07-04 08:00")
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    for name in ("沉默丙", "林小满", "书记甲"):
        await story.phone(name)


async def broadcasts(story: Story) -> None:
    await story.says("书记甲", f"广播 {NEWS}")
    assert "60 秒后发给 3 人" in await story.says("书记甲", "确认 3")


async def test_a_trial_comes_to_the_admin_alone_and_the_question_stays_open(story: Story) -> None:
    await the_branch(story)
    await story.says("书记甲", f"广播 {NEWS}")
    assert "只发给您一个人" in await story.says("书记甲", "试发")
    await story.product.catch_up()
    assert f"{NEWS}\n（晨光支部 书记甲）" in [text for _, text in await story.phone("书记甲")]
    assert await story.phone("林小满") == []
    assert "60 秒后发给 3 人" in await story.says("书记甲", "确认 3")
    # What is taken back is the broadcast, not the trial.
    assert await story.says("书记甲", "撤回") == "已撤回，谁都没有收到。"
    assert await story.says("书记甲", "撤回") == "没有可以撤回的广播。"


async def test_a_trial_of_other_words_and_of_none(story: Story) -> None:
    await the_branch(story)
    assert "请把要试的内容写在后面" in await story.says("书记甲", "试发")
    await story.says("书记甲", "试发 {称呼}，您好。")
    await story.product.catch_up()
    assert [text for _, text in await story.phone("书记甲")][-1] == "书记甲同志，您好。\n（晨光支部 书记甲）"
    assert "没有等您确认" in await story.says("书记甲", "确认 1")


@pytest.mark.parametrize("account", [Account(kind="subscription")])
async def test_where_nothing_can_be_pushed_the_trial_rides_along(story: Story) -> None:
    await the_branch(story)
    assert "下次来消息时会附上" in await story.says("书记甲", f"试发 {NEWS}")
    await story.product.catch_up()
    assert NEWS in await story.says("书记甲", "打卡")


async def test_one_broadcast_is_held_and_let_go_on_without_loss_or_doubles(story: Story) -> None:
    await the_branch(story)
    await broadcasts(story)
    assert "编号 1 已暂停：0 人已经收到" in await story.says("书记甲", "暂停 1")
    assert "编号 1 现在没有在发" in await story.says("书记甲", "暂停 1")
    await story.time("2026-07-04 08:05")
    assert await story.phone("林小满") == []
    assert "暂停中，0 人已发，3 人还没收到" in await story.says("书记甲", "广播进度")
    assert await story.says("沉默丙", "打卡") == "已记下今天的学习。"
    assert (await story.says("书记甲", "恢复 1")).startswith("编号 1 接着发了。")
    await story.product.catch_up()
    assert len([text for _, text in await story.phone("林小满") if NEWS in text]) == 1
    assert "编号 1 没有暂停" in await story.says("书记甲", "恢复 1")


async def test_by_its_number_an_older_one_is_taken_back(story: Story) -> None:
    await the_branch(story)
    await broadcasts(story)
    await story.says("书记甲", "明天 9:00 广播 另一条。")
    await story.says("书记甲", "确认 3")
    await story.time("2026-07-04 08:02")
    assert (await story.says("书记甲", "撤回 1")).startswith("已停止：2 人已经收到，其余 1 人不再发。")
    listed = await story.says("书记甲", "广播进度")
    assert listed == "2「另一条。」：明天 9:00 发"
    assert await story.says("书记甲", "撤回 2") == "已撤回，谁都没有收到。"
    assert await story.says("书记甲", "广播进度") == "现在没有正在发的广播。"


async def test_another_branchs_broadcast_is_nobodys_business(story: Story) -> None:
    await the_branch(story)
    leader = await story.person("组管理")
    await story.role(leader, RoleKind.ADMIN, "第二小组")
    await story.joins("组管理")
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 4")
    assert "不在您的范围里" in await story.says("组管理", "暂停 1")
    assert "没有可以撤回的广播" in await story.says("组管理", "撤回 1")
    assert await story.says("组管理", "广播进度") == "现在没有正在发的广播。"


async def test_how_far_it_is_can_be_read_by_a_signed_link_alone(story: Story) -> None:
    await the_branch(story)
    await broadcasts(story)
    await story.time("2026-07-04 08:01")
    story.emulator.clock.advance(10)
    transport = httpx.ASGITransport(story.wire)
    async with httpx.AsyncClient(transport=transport, base_url="http://product") as web:
        address = link("", story.product.means.secret, 1)
        found = (await web.get(address)).json()
        assert found["by_status"] == {"accepted": 2, "held": 1}
        assert (found["total"], found["done"], found["leaving"], found["seconds_left"]) == (3, 3, 0, 0)
        assert found["per_second"] == 0.2
        for wrong in (f"{address[:-1]}x", address.replace("/1?", "/2?"), "/console/api/broadcasts/1"):
            assert (await web.get(wrong)).status_code == 403
        nothing = link("", story.product.means.secret, 99)
        assert (await web.get(nothing)).status_code == 404
