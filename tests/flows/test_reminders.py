"""Members have themselves reminded, in their own words, when they say."""

from datetime import date

import pytest
from sqlmodel import select

from bot.emulator import Account
from models.broadcast import Broadcast, BroadcastKind
from models.pause import Pause
from models.plan import Basis, Plan, PlanKind
from models.reminder import Reminder
from tests.flows.conftest import Story

WINDOW = "\n两天没有来消息时，微信不让公众号提醒。"
CHANGES = "要改要停，回复 我的提醒。"
FOOT = "改时间，回复 改提醒 1 20:30；停一停，回复 停提醒 1；不要了，回复 删提醒 1。"


async def begins(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await story.phone("林小满")


async def pushed(story: Story) -> list[str]:
    """What came by itself."""
    return [text for route, text in await story.phone("林小满") if route == "custom"]


async def rings(story: Story, written: str) -> list[str]:
    """What comes by itself when the clock is turned to then."""
    await story.phone("林小满")
    await story.time(written)
    return await pushed(story)


async def test_every_day_at_an_hour_that_the_night_moves(story: Story) -> None:
    await begins(story)
    assert await story.says("林小满", "每天 21:00 提醒我读书") == (
        f"21:00 在夜间不打扰的时段里，改在 20:45。好的，每天 20:45 提醒您：读书。{CHANGES}{WINDOW}"
    )
    await story.says("林小满", "提醒我每天晚上九点读书")
    assert await rings(story, "2026-07-01 20:44") == []
    assert await rings(story, "2026-07-01 20:45") == ["林小满同志，20:45 的提醒：读书"]
    assert await rings(story, "2026-07-01 20:50") == []
    await story.says("林小满", "你好")
    assert await rings(story, "2026-07-02 20:45") == ["林小满同志，20:45 的提醒：读书"]


async def test_once_and_then_it_is_forgotten(story: Story) -> None:
    await begins(story)
    assert await story.says("林小满", "明天下午三点提醒我开会") == f"好的，明天 15:00 提醒您：开会。{CHANGES}"
    assert await story.says("林小满", "提醒我半小时后关火") == (
        f"6:30 在夜间不打扰的时段里，改在 今天 7:30。好的，今天 7:30 提醒您：关火。{CHANGES}"
    )
    assert await rings(story, "2026-07-01 07:30") == ["林小满同志，7:30 的提醒：关火"]
    assert await rings(story, "2026-07-02 15:00") == ["林小满同志，15:00 的提醒：开会"]
    assert await story.says("林小满", "我的提醒") == (
        "您还没有定提醒。例如写：每天 20:30 提醒我读书，明天下午三点提醒我开会。"
    )
    await story.time("2026-07-06 15:00")
    with story.product.database.reading() as db:
        assert db.exec(select(Reminder)).all() == []
        assert [row.facts for row in db.exec(select(Broadcast).where(Broadcast.kind == BroadcastKind.REMINDER))] == [
            {},
            {},
        ]


async def test_what_is_unclear_is_said_and_makes_none(story: Story) -> None:
    await begins(story)
    assert (await story.says("林小满", "下周一提醒我交材料")).startswith("「下周一」还缺几点")
    assert (await story.says("林小满", "每周提醒我开会")).startswith("没看懂是什么时候，可以写成：每天 20:30")
    assert (await story.says("林小满", "今天 5:00 提醒我开会")).startswith("「今天 5:00」已经过去了")
    assert (await story.says("林小满", "每年2月30日 8:00 提醒我开会")).startswith("这样的日子不会有")
    assert (await story.says("林小满", f"明天 9:00 提醒我{'很长' * 21}")).startswith("提醒的话最长 40 个字")
    with story.product.database.reading() as db:
        assert db.exec(select(Reminder)).all() == []


async def test_they_are_listed_changed_stopped_and_deleted(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "每天 20:00 提醒我读书")
    assert await story.says("林小满", "改提醒 19:30") == f"好的，每天 19:30 提醒您：读书。{CHANGES}{WINDOW}"
    await story.says("林小满", "明天 9:00 提醒我开会")
    listed = f"1 每天 19:30：读书\n2 明天 9:00：开会\n{FOOT}"
    assert await story.says("林小满", "我的提醒") == listed
    assert await story.says("林小满", "删提醒") == f"要写明是第几条：\n{listed}"
    assert await story.says("林小满", "改提醒 3 9:00") == f"要写明是第几条：\n{listed}"
    assert await story.says("林小满", "改提醒 2 下午四点") == f"好的，明天 16:00 提醒您：开会。{CHANGES}"
    assert "没看懂" in await story.says("林小满", "改提醒 1 每周")
    assert (
        await story.says("林小满", "改提醒 1 每周四晚上七点") == f"好的，每周四 19:00 提醒您：读书。{CHANGES}{WINDOW}"
    )
    assert await story.says("林小满", "停提醒 1") == "好的，先不提醒：读书。"
    assert "1 每周四 19:00：读书（停着，恢复请回复 恢复提醒 1）" in await story.says("林小满", "我的提醒")
    await story.says("林小满", "你好")
    assert await rings(story, "2026-07-02 16:00") == ["林小满同志，16:00 的提醒：开会"]
    assert await rings(story, "2026-07-02 19:00") == []
    assert (await story.says("林小满", "恢复提醒 1")).startswith("好的，每周四 19:00 提醒您：读书。")
    await story.time("2026-07-08 20:00")
    await story.says("林小满", "你好")
    assert await rings(story, "2026-07-09 19:00") == ["林小满同志，19:00 的提醒：读书"]
    assert await story.says("林小满", "取消提醒一") == "已删掉：读书。要再定，回复 每周四 19:00 提醒我读书。"
    assert (await story.says("林小满", "删提醒")).startswith("您还没有定提醒。")


async def test_what_was_stopped_is_over_when_its_only_time_has_passed(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "今天 9:00 提醒我开会")
    await story.says("林小满", "暂停提醒1")
    assert await rings(story, "2026-07-01 09:30") == []
    assert await story.says("林小满", "恢复提醒 1") == "时间已经过了，不再提醒：开会。"


async def test_five_are_enough(story: Story) -> None:
    await begins(story)
    for hour in range(9, 14):
        assert "好的" in await story.says("林小满", f"每天 {hour}:00 提醒我喝水")
    assert await story.says("林小满", "每天 14:00 提醒我喝水") == (
        "您已经定了 5 条提醒，最多这么多。先删一条，例如回复 删提醒 1。"
    )


async def test_too_late_it_is_not_rung_but_told_below_the_next_answer(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "明天 9:00 提醒我开会")
    await story.product.writer.run(lambda db: db.add(Pause(branch_id=1, at=story.product.clock.now())))
    assert await rings(story, "2026-07-02 09:00") == []
    await story.time("2026-07-02 11:30")
    await story.product.writer.run(lambda db: db.delete(db.get_one(Pause, 1)))
    assert await rings(story, "2026-07-02 11:31") == []
    answer = await story.says("林小满", "我的打卡")
    assert answer.endswith("\n————\n林小满同志，今天 9:00 的提醒没能按时送到：开会")


async def test_with_the_window_shut_only_the_last_time_is_told(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "每天 9:00 提醒我读书")
    for day in range(1, 7):
        came = await rings(story, f"2026-07-{day:02} 09:00")
        assert bool(came) == (day < 3)
    await story.time("2026-07-06 20:00")
    answer = await story.says("林小满", "我的打卡")
    assert answer.count("的提醒没能按时送到：读书") == 1
    await story.says("林小满", "请假 到7月8日")
    assert await rings(story, "2026-07-07 09:00") == []
    await story.says("林小满", "今天 15:00 提醒我取药")
    assert await rings(story, "2026-07-07 15:00") == ["林小满同志，15:00 的提醒：取药"]


async def test_after_days_without_a_machine_the_last_time_is_all_that_counts(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "工作日 9:00 提醒我读书")
    assert await rings(story, "2026-07-05 10:00") == []
    assert "7月3日（周五）9:00 的提醒没能按时送到" in await story.says("林小满", "我的打卡")


async def test_reminding_of_checking_in_is_a_nudge(story: Story) -> None:
    await begins(story)
    assert "到 20:30 还没打卡，就提醒您一声" in await story.says("林小满", "每天 20:30 提醒我打卡")
    assert "到 20:15 还没打卡，就提醒您一声" in await story.says("林小满", "提醒我20:15打卡")
    assert (await story.says("林小满", "每周三 20:30 提醒我打卡")).startswith("好的，每周三 20:30 提醒您：打卡。")


async def test_stop_never_takes_a_reminder_for_something_else(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "每天 9:00 提醒我读书")
    for said in ("停荐书", "停邀请"):
        await story.says("林小满", said)
    assert await story.says("林小满", "停") == (
        "停哪一种？回复数字：1 每日学习。都不停，回复 取消。自己定的提醒要停，回复 我的提醒。"
    )
    await story.says("林小满", "1")
    assert await story.says("林小满", "停") == "自己定的提醒要停，回复 我的提醒。"
    assert "自己定的提醒：1 条（回复 我的提醒）" in await story.says("林小满", "我的设置")
    await story.says("林小满", "停提醒 1")
    assert await story.says("林小满", "停") == "您的提醒和学习内容都已经停了。"


async def test_own_reminders_take_no_place_among_the_nudges(story: Story) -> None:
    await begins(story)
    midnight = "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0"
    first = date(2026, 1, 1)
    nudges = Plan(branch_id=1, kind=PlanKind.NUDGE, rrule=midnight, starts_on=first, basis=Basis.ASKED)
    await story.product.writer.run(lambda db: db.add(nudges))
    await story.product.catch_up()
    await story.says("林小满", "提醒我 19:00")
    await story.says("林小满", "每天 18:00 提醒我读书")
    assert len(await rings(story, "2026-07-01 19:00")) == 2


async def test_nobody_else_reads_of_them_and_they_go_with_their_member(story: Story) -> None:
    await begins(story)
    await story.joins("书记甲")
    await story.says("林小满", "每天 9:00 提醒我吃药")
    await rings(story, "2026-07-01 09:00")
    assert "吃药" not in await story.says("书记甲", "为什么 林小满 没收到")
    await story.unfollows("林小满")
    with story.product.database.reading() as db:
        assert db.exec(select(Reminder)).all() == []


class TestAnAccountThatCanOnlyAnswer:
    @pytest.fixture
    def account(self) -> Account:
        return Account(kind="service")

    async def test_says_so(self, story: Story) -> None:
        await begins(story)
        said = await story.says("林小满", "今天 9:00 提醒我开会")
        assert said.endswith("\n这个公众号不能主动发消息，提醒只能附在给您的回答下面。")
        assert await rings(story, "2026-07-01 09:00") == []
        answer = await story.says("林小满", "我的打卡")
        assert answer.endswith("林小满同志，9:00 的提醒：开会")
