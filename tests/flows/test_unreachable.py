"""「谁收不到」: whom nothing reaches now, by cause, with what to do; to each as far as their part goes."""

import pytest

from bot.emulator import Account
from models.role import RoleKind
from tests.flows.conftest import Story

PHONE = "要打电话或当面告知"
WORD = "本人给公众号写一句话，写什么都行。"


async def everybody(story: Story) -> None:
    """One of each kind in the second group, its leader, and somebody elsewhere; four days later."""
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    for name in ("离开的", "两天的", "被封的", "写话的"):
        await story.person(name)
        await story.joins(name)
    await story.person("没绑的")
    await story.person("打电话", without_wechat=True)
    await story.person("没同意")
    await story.person("邻组丁", branch_id=story.groups["第一小组"])
    for name in ("组长乙", "书记甲"):
        await story.joins(name)
    await story.unfollows("离开的")
    await story.time("2026-07-05 09:00")
    for name in ("组长乙", "书记甲", "写话的", "被封的"):
        await story.says(name, "打卡")
    state = {"state": "frozen"}
    path = f"/_/followers/{story.openid('被封的')}"
    assert (await story.control.patch(path, json=state)).status_code == 200
    await story.says("书记甲", "广播 第二小组：明天开会。")
    await story.says("书记甲", "确认 8")
    await story.time("2026-07-05 09:02")


async def test_the_secretary_reads_each_cause_and_its_cure(story: Story) -> None:
    await everybody(story)
    assert (await story.says("书记甲", "谁收不到？")).splitlines() == [
        "现在主动发消息，有 7 人收不到：",
        "还没有绑定微信（3 人）：邻组丁、没同意、没绑的。把绑定码转给本人：回复 绑定码 加姓名。",
        "取消了关注（1 人）：离开的。想用的话，本人重新关注就可以；要紧的事请打电话。",
        f"超过两天没写过话（1 人）：两天的。{WORD}",
        "本人的微信暂时收不了消息（1 人）：被封的。请打电话或当面告知。",
        f"{PHONE}（1 人）：打电话。公众号带不到，要靠人转告。",
    ]


async def test_a_leader_is_told_whom_to_phone_and_not_why(story: Story) -> None:
    await everybody(story)
    assert (await story.says("组长乙", "谁收不到")).splitlines() == [
        "现在主动发消息，有 6 人收不到：",
        "还没有绑定微信（2 人）：没同意、没绑的。把绑定码转给本人：回复 绑定码 加姓名。",
        f"超过两天没写过话（1 人）：两天的。{WORD}",
        f"{PHONE}（3 人）：打电话、离开的、被封的。公众号带不到，要靠人转告。",
    ]


async def test_a_word_from_a_member_takes_them_off_the_list(story: Story) -> None:
    await everybody(story)
    await story.says("两天的", "打卡")
    assert "两天的" not in await story.says("书记甲", "谁收不到")


async def test_whoever_leads_nothing_learns_nothing(story: Story) -> None:
    await everybody(story)
    assert "小组长" in await story.says("写话的", "谁收不到")


async def test_where_everybody_is_reached_that_is_said(story: Story) -> None:
    await story.joins("书记甲")
    assert await story.says("书记甲", "谁收不到消息") == "现在主动发消息，人人都收得到。"


@pytest.mark.parametrize("account", [Account(kind="subscription")])
async def test_an_account_that_cannot_push_reaches_nobody(story: Story) -> None:
    await story.person("没绑的")
    await story.joins("书记甲")
    said = (await story.says("书记甲", "谁收不到")).splitlines()
    assert said[1].startswith("还没有绑定微信（1 人）：没绑的。")
    assert said[2] == "这个公众号不能主动发消息（1 人）：书记甲。内容可以转发到群里：回复 今日转发。"
