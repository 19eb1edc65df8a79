"""「群发剩下的」: ordered by an admin each time, for those whom nothing else reached, within the platform's quota."""

from typing import Any

import pytest
from sqlmodel import select

from bot.emulator import Account
from models.audit import Audit
from models.broadcast import Broadcast, BroadcastKind
from models.follower import Follower
from models.mass import MassCopy, MassReceipt, MassSend
from models.push import Push
from tests.flows.conftest import Story

NEWS = "明天下午三点在三楼会议室集中学习。"
SIGNED = f"{NEWS}\n（晨光支部 书记甲）"
SILENT = ("沉默丙", "沉默丁", "沉默戊")


async def a_broadcast_that_reached_few(story: Story, silent: tuple[str, ...] = SILENT) -> None:
    """Some have been silent for days, 林小满 wrote today, one isn't bound; the secretary's broadcast has gone out."""
    for name in silent:
        await story.person(name)
        await story.joins(name)
    await story.time("2026-07-04 08:00")
    for name in ("林小满", "没绑定"):
        await story.person(name)
    await story.joins("林小满")
    await story.joins("书记甲")
    await broadcasts(story)
    for name in (*silent, "林小满", "书记甲"):
        await story.phone(name)


async def broadcasts(story: Story, text: str = NEWS) -> None:
    """The secretary broadcasts to all, and the grace passes."""
    forecast = await story.says("书记甲", f"广播 {text}")
    count = forecast.rpartition("确认 ")[2].partition("」")[0]
    assert "秒后发给" in await story.says("书记甲", f"确认 {count}")
    await later(story, 60)


async def later(story: Story, seconds: int) -> None:
    """Time passes, and what falls due is done."""
    story.emulator.clock.advance(seconds)
    await story.product.catch_up()


async def receipts(story: Story) -> None:
    """Everything the platform has to tell has come, and is heeded."""
    await story.post("settle", {})
    await story.product.catch_up()


def stored(story: Story, table: type[Any]) -> list[Any]:
    with story.product.database.reading() as db:
        return list(db.exec(select(table)))


def statuses(story: Story) -> set[str]:
    """What became of the pushes of those who had been silent."""
    with story.product.database.reading() as db:
        copied = select(MassCopy.push_id)
        return {f"{p.status} {p.cause}".strip() for p in db.exec(select(Push).where(Push.id.in_(copied)))}  # type: ignore[union-attr]


async def test_the_rest_gets_it_once_and_whoever_ordered_it_hears_how_it_ended(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    shown = (await story.says("书记甲", "群发剩下的")).splitlines()
    assert shown[1:3] == SIGNED.splitlines()
    assert "还没收到、这次能群发到的：3 人。" in shown
    assert "群发每人每月最多 4 次，这次之后最少的还剩 3 次。" in shown
    assert "要发给 3 人，您回的是 5" in await story.says("书记甲", "确认 5")
    assert await story.phone("沉默丙") == []
    assert (await story.says("书记甲", "确认 3")).startswith("好的，60 秒后群发给 3 人。")
    await story.product.catch_up()
    assert await story.phone("沉默丙") == []
    await later(story, 60)
    for name in SILENT:
        assert await story.phone(name) == [("mass", SIGNED)]
    assert await story.phone("林小满") == []
    await story.phone("书记甲")
    await receipts(story)
    assert await story.phone("书记甲") == [("custom", "群发有结果了：3 人都已送出。")]
    assert "随群发发出" in await story.says("书记甲", "为什么 沉默丙 没收到")
    [row] = stored(story, MassSend)
    assert (row.state, row.total, row.sent, row.errors) == ("done", 3, 3, 0)
    assert len(row.key.encode()) <= 32
    assert stored(story, MassReceipt) == []
    assert "mass" in [line.action for line in stored(story, Audit)]
    assert "没有剩下的人" in await story.says("书记甲", "群发剩下的")
    assert all(not follower.openid.startswith("oMPHELPER") for follower in stored(story, Follower))


async def test_who_writes_in_the_grace_gets_it_there_and_not_twice(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    await story.says("书记甲", "群发剩下的")
    await story.says("书记甲", "确认 3")
    assert NEWS in await story.says("沉默丙", "打卡")
    await later(story, 60)
    assert [route for route, _ in await story.phone("沉默丙")] == ["passive"]
    assert [route for route, _ in await story.phone("沉默丁")] == ["mass"]


async def test_taken_back_in_the_grace_it_is_not_sent(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    await story.says("书记甲", "群发剩下的")
    await story.says("书记甲", "确认 3")
    await story.says("书记甲", "撤回")
    await later(story, 60)
    assert await story.phone("沉默丙") == []
    assert [row.state for row in stored(story, MassSend)] == ["cancelled"]


async def test_while_all_is_paused_it_waits(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    await story.says("书记甲", "群发剩下的")
    await story.says("书记甲", "确认 3")
    await story.says("书记甲", "全部暂停")
    await later(story, 60)
    assert await story.phone("沉默丙") == []
    await story.says("书记甲", "恢复")
    await story.product.catch_up()
    assert await story.phone("沉默丙") == [("mass", SIGNED)]


async def test_at_night_it_waits_for_the_morning(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    story.emulator.clock.advance(13 * 3600)
    assert "现在是夜间，7:30 起才送出。" in await story.says("书记甲", "群发剩下的")
    await story.says("书记甲", "确认 3")
    await later(story, 60)
    assert await story.phone("沉默丙") == []
    await story.time("2026-07-05 07:30")
    assert await story.phone("沉默丙") == [("mass", SIGNED)]


async def test_four_a_month_and_who_has_had_them_is_named(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    for number in range(4):
        await broadcasts(story, f"第 {number} 条。") if number else None
        shown = await story.says("书记甲", "群发剩下的")
        assert f"最少的还剩 {3 - number} 次" in shown
        await story.says("书记甲", "确认 3")
        await later(story, 60)
        await receipts(story)
    await story.person("新来己")
    await story.person("新来庚")
    for name in ("新来己", "新来庚"):
        await story.joins(name)
    await story.time("2026-07-07 08:00")
    await story.says("书记甲", "打卡")
    await broadcasts(story, "第五条。")
    shown = await story.says("书记甲", "群发剩下的")
    # 林小满's window has closed too by now.
    assert "能群发到的：3 人" in shown
    assert "本月 4 次已经用完、群发不到的：3 人（沉默丁、沉默丙、沉默戊）" in shown
    await story.says("书记甲", "确认 3")
    await later(story, 60)
    assert "第五条" in str(await story.phone("新来己"))
    assert "第五条" not in str(await story.phone("沉默丙"))
    await story.time("2026-08-01 08:00")
    await story.says("书记甲", "打卡")
    await broadcasts(story, "八月的。")
    assert "能群发到的：6 人" in await story.says("书记甲", "群发剩下的")


async def test_one_person_alone_is_named_and_not_sent_to(story: Story) -> None:
    await a_broadcast_that_reached_few(story, ("沉默丙",))
    assert "只剩沉默丙一个人" in await story.says("书记甲", "群发剩下的")
    assert stored(story, MassSend) == []


@pytest.mark.parametrize("account", [Account(kind="verified-subscription")])
async def test_a_subscription_account_sends_to_a_tag_of_just_these_once_a_day(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    await story.follows("路人")
    await story.phone("路人")
    shown = await story.says("书记甲", "群发剩下的")
    assert "群发每天只有 1 次，这次就用掉今天的。" in shown
    await story.says("书记甲", "确认 3")
    await later(story, 60)
    assert await story.phone("沉默丙") == [("mass", SIGNED)]
    assert await story.phone("林小满") == []
    assert await story.phone("路人") == []
    await receipts(story)
    await broadcasts(story, "又一条。")
    assert "今天的群发已经用完" in await story.says("书记甲", "群发剩下的")
    await story.time("2026-07-05 08:00")
    await story.unfollows("沉默戊")
    await story.says("书记甲", "群发剩下的")
    await story.says("书记甲", "确认 2")
    await later(story, 60)
    assert "又一条。" in str(await story.phone("沉默丙"))


@pytest.mark.parametrize("account", [Account(kind=kind) for kind in ("subscription", "service", "test")])
async def test_other_accounts_get_one_clear_sentence(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    said = await story.says("书记甲", "群发剩下的")
    assert said.startswith("这个公众号不能群发：微信只许已认证的订阅号和服务号群发。")


async def test_a_member_cannot_order_it_and_without_a_broadcast_there_is_nothing(story: Story) -> None:
    await story.joins("书记甲")
    assert "没有可以群发的广播" in await story.says("书记甲", "群发剩下的")
    await story.person("林小满")
    await story.joins("林小满")
    assert "管理员" in await story.says("林小满", "群发剩下的")


async def test_what_is_personal_is_never_among_it(story: Story) -> None:
    await a_broadcast_that_reached_few(story)

    def make_personal(db: Any) -> None:
        for push in db.exec(select(Push)).all():
            push.facts = {"text": "只给本人"} if push.member_id == 2 else {}

    await story.product.writer.run(make_personal)
    assert "能群发到的：2 人" in await story.says("书记甲", "群发剩下的")
    birthdays = [row for row in stored(story, Broadcast) if row.kind == BroadcastKind.ANSWER]
    assert birthdays == []
