"""Members choose for themselves: nudges at their own hour, leave, and what comes by itself."""

from datetime import date

import pytest
from sqlmodel import Session, select

from bot.config import Config
from bot.emulator import Account
from models.library import Topic
from models.plan import Basis, Plan, PlanKind
from models.preference import Preference
from tests.flows.conftest import Story

DAYS = "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0"
MORNING = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"
NUDGE = "林小满同志，您定的打卡时间到了。学过了回复 1，就记下了。\n（回复 少发 / 停）"
ON = "好的。到 {} 还没打卡，就提醒您一声，一天最多一次，一周最多三次。不想要了，回复 停提醒。"
WINDOW = "两天没有来消息时，微信不让公众号提醒。"


async def begins(story: Story) -> None:
    """林小满 is a member, and the branch has a plan of nudges that has begun with this day."""
    await story.person("林小满", joined_on=date(1996, 7, 3))
    await story.joins("林小满")
    branch, first = story.groups["晨光支部"], date(2026, 1, 1)
    now = story.product.clock.now()
    nudges = Plan(branch_id=branch, kind=PlanKind.NUDGE, rrule=DAYS, starts_on=first, basis=Basis.ASKED)
    nudges.next_at = story.product.rules.hours.at(story.product.rules.hours.day(now), now.min.time())

    def add(db: Session) -> None:
        db.add(nudges)
        db.add(Topic(title="怎样读一份说明书"))

    await story.product.writer.run(add)
    await story.product.catch_up()
    await story.phone("林小满")


async def topics(story: Story) -> None:
    branch = story.groups["晨光支部"]
    plan = Plan(branch_id=branch, kind=PlanKind.TOPIC, rrule=MORNING, starts_on=date(2026, 6, 1))
    await story.product.writer.run(lambda db: db.add(plan))
    await story.product.catch_up()


async def pushed(story: Story) -> list[str]:
    """What came by itself."""
    return [text for route, text in await story.phone("林小满") if route == "custom"]


async def nudged(story: Story, written: str) -> bool:
    """Whether a nudge came by itself when the clock was turned to then."""
    await story.phone("林小满")
    await story.time(written)
    return NUDGE in await pushed(story)


async def test_who_asked_is_nudged_at_their_hour_and_one_typed_figure_checks_in(story: Story) -> None:
    await begins(story)
    assert await story.says("林小满", "提醒我晚上八点半打卡") == f"{ON.format('20:30')}\n{WINDOW}"
    assert not await nudged(story, "2026-07-01 20:29")
    assert await nudged(story, "2026-07-01 20:30")
    assert not await nudged(story, "2026-07-01 20:31")
    assert await story.says("林小满", "1") == "已记下今天的学习。"
    assert await story.says("林小满", "1") == "今天已经记过了。"
    await story.time("2026-07-02 20:00")
    assert (await story.says("林小满", "打卡")).startswith("已记下今天的学习。")
    assert not await nudged(story, "2026-07-02 20:40")


async def test_nobody_is_nudged_who_did_not_ask_or_stopped(story: Story) -> None:
    await begins(story)
    assert not await nudged(story, "2026-07-01 20:30")
    assert "到 20:00 还没打卡" in await story.says("林小满", "提醒我打卡")
    assert await story.says("林小满", "不用提醒了") == "好的，不再提醒打卡。想要时回复 提醒我打卡。"
    assert "本来就没有开" in await story.says("林小满", "停提醒")
    assert "本来就没有开" in await story.says("林小满", "少发")
    assert not await nudged(story, "2026-07-02 20:40")


async def test_a_nudge_that_found_the_window_closed_rides_along_but_not_below_a_check_in(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "提醒我 8:00")
    await story.time("2026-07-03 08:00")
    answer = await story.says("林小满", "我的设置")
    assert answer.endswith(f"\n————\n{NUDGE}")
    assert "林小满同志，您定的打卡时间到了" not in await story.says("林小满", "我的设置")
    await story.time("2026-07-06 08:00")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"
    assert await story.says("林小满", "看") == "没有更多内容了。"


async def test_an_hour_in_the_night_is_moved_and_said_so(story: Story) -> None:
    await begins(story)
    said = await story.says("林小满", "提醒我 22:00")
    assert said == f"22:00 在夜间不打扰的时段里，改在 20:45。{ON.format('20:45')}\n{WINDOW}"
    assert await nudged(story, "2026-07-01 20:45")
    assert "改在 7:30" in await story.says("林小满", "提醒我早上六点")
    assert await nudged(story, "2026-07-02 07:30")
    assert (await story.says("林小满", "提醒我 带伞")).startswith("没看懂是几点。打卡提醒写成：提醒我 20:30；")


async def test_on_leave_nobody_is_nudged_but_the_birthday_is_greeted(story: Story) -> None:
    await begins(story)
    greetings = Plan(
        branch_id=story.groups["晨光支部"],
        kind=PlanKind.BIRTHDAY,
        rrule="FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0",
        starts_on=date(2026, 1, 1),
    )
    await story.product.writer.run(lambda db: db.add(greetings))
    await story.says("林小满", "提醒我 20:30")
    await story.time("2026-07-02 12:00")
    assert await story.says("林小满", "请假 很久") == "没看懂到哪一天，可以写成：请假 到7月20日。"
    assert await story.says("林小满", "请假 到2029年1月1日") == "请假一次最长一年，日子要写近一些。"
    leave = "好的，请假到7月4日（周六），这期间只发政治生日祝贺，别的都不发；连续天数不受影响。提前回来，回复 销假。"
    assert await story.says("林小满", "请假到7月4日") == leave
    assert not await nudged(story, "2026-07-02 20:40")
    await story.time("2026-07-03 08:00")
    assert any("政治生日" in text for text in await pushed(story))
    await story.says("林小满", "谢谢大家")
    assert not await nudged(story, "2026-07-03 20:40")
    assert await story.says("林小满", "销假") == "好的，已经销假。"
    assert await story.says("林小满", "销假") == "现在没有在请假。"
    assert await nudged(story, "2026-07-04 20:30")


async def test_seldom_means_once_in_seven_days(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "提醒我 20:30")
    assert await nudged(story, "2026-07-01 20:30")
    await story.time("2026-07-01 20:50")
    assert await story.says("林小满", "少发") == "好的，打卡提醒一周最多一次。要照常提醒，回复 提醒我打卡。"
    for day in range(2, 8):
        await story.time(f"2026-07-{day:02} 12:00")
        await story.says("林小满", "你好")
        assert not await nudged(story, f"2026-07-{day:02} 20:40")
    await story.time("2026-07-08 12:00")
    await story.says("林小满", "你好")
    assert await nudged(story, "2026-07-08 20:30")


async def test_stop_asks_which_where_several_kinds_come(story: Story) -> None:
    await begins(story)
    await topics(story)
    await story.says("林小满", "提醒我打卡")
    which = "停哪一种？回复数字：1 打卡提醒、2 每日学习、3 荐书、4 打卡邀请。都不停，回复 取消。"
    assert await story.says("林小满", "停") == which
    assert await story.says("林小满", "2") == "好的，不再自动发每日学习。想要时回复 恢复学习。"
    await story.time("2026-07-02 07:40")
    assert await pushed(story) == []
    assert await story.says("林小满", "停") == "停哪一种？回复数字：1 打卡提醒、2 荐书、3 打卡邀请。都不停，回复 取消。"
    assert await story.says("林小满", "荐书") == "书单里还没有书。"
    assert await story.says("林小满", "停荐书") == "好的，不再自动发荐书。想要时回复 恢复荐书。"
    assert await story.says("林小满", "停") == "停哪一种？回复数字：1 打卡提醒、2 打卡邀请。都不停，回复 取消。"
    assert await story.says("林小满", "1") == "好的，不再提醒打卡。想要时回复 提醒我打卡。"
    assert await story.says("林小满", "停") == "您的提醒和学习内容都已经停了。"
    mine = await story.says("林小满", "我的设置")
    assert mine.splitlines() == [
        "打卡提醒：没有开（回复 提醒我打卡）",
        "请假：没有",
        "每日学习：停了（回复 恢复学习）",
        "荐书：停了（回复 恢复荐书）",
        "打卡邀请：停了（回复 恢复邀请）",
        "学习内容的时间：7:40（要改，回复 提醒时间 20:30）",
        "多久发一次：有新的就发（回复 每周一条）",
        "政治生日祝贺：照常发（回复 不要祝贺）",
        "连续天数：显示（回复 隐藏天数）",
    ]
    assert await story.says("林小满", "恢复学习") == "好的，每日学习照常发给您。"
    await story.says("林小满", "提醒我 19:05")
    await story.says("林小满", "少发")
    await story.says("林小满", "请假 三天")
    mine = await story.says("林小满", "我的设置")
    assert mine.splitlines()[:3] == ["打卡提醒：19:05，一周最多 1 次", "请假：到7月4日（周六）", "每日学习：照常发"]
    await story.time("2026-07-03 07:40")
    assert await pushed(story) == []
    back = await story.says("林小满", "销假")
    assert back.startswith("好的，已经销假。\n————\n今日学习：怎样读一份说明书")


async def test_one_answers_the_question_that_is_open_else_the_topic(story: Story) -> None:
    await begins(story)
    await topics(story)
    assert "没能看懂" in await story.says("林小满", "1")
    await story.time("2026-07-01 07:40")
    assert (await pushed(story))[-1].endswith("学完回复 打卡，只回 1 也行。")
    await story.says("林小满", "停")
    assert await story.says("林小满", "1") == "好的，不再自动发每日学习。想要时回复 恢复学习。"
    assert await story.says("林小满", "１。") == "已记下今天的学习。"


async def test_a_question_that_ran_out_after_the_topic_is_told_to_be_over(story: Story) -> None:
    await begins(story)
    await topics(story)
    await story.time("2026-07-01 07:40")
    await story.says("林小满", "停")
    await story.time("2026-07-01 08:40")
    assert "这一步已过时" in await story.says("林小满", "1")
    await story.time("2026-07-02 07:40")
    assert (await story.says("林小满", "1")).startswith("已记下今天的学习。")


async def test_whoever_leaves_takes_their_settings_along(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "提醒我 20:30")
    await nudged(story, "2026-07-01 20:30")
    await story.unfollows("林小满")
    with story.product.database.reading() as db:
        assert db.exec(select(Preference)).all() == []


async def test_a_leader_never_reads_that_somebody_asked_to_be_reminded(story: Story) -> None:
    await begins(story)
    await story.joins("书记甲")
    await story.says("林小满", "提醒我 20:30")
    assert await nudged(story, "2026-07-01 20:30")
    assert await story.says("书记甲", "为什么 林小满 没收到") == "最近没有要发给林小满的消息。"


class TestAnAccountThatCanOnlyAnswer:
    @pytest.fixture
    def account(self) -> Account:
        return Account(kind="subscription")

    async def test_says_so(self, story: Story) -> None:
        await begins(story)
        said = await story.says("林小满", "提醒我 20:30")
        assert said.endswith("这个公众号不能主动发消息，提醒只能附在给您的回答下面。")
        await story.time("2026-07-01 20:30")
        assert await pushed(story) == []
        assert (await story.says("林小满", "今日学习")).endswith(NUDGE)


class TestANudgeBeforeTheWindowCloses:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        schedule = config.schedule.model_copy(update={"nudge_before_close": True})
        return config.model_copy(update={"schedule": schedule})

    async def test_comes_earlier_than_their_hour_only_if_the_operator_wants_it(self, story: Story) -> None:
        await begins(story)
        await story.time("2026-07-01 10:00")
        await story.says("林小满", "提醒我 20:30")
        assert await nudged(story, "2026-07-01 20:30")
        assert not await nudged(story, "2026-07-03 09:30")
        assert await nudged(story, "2026-07-03 09:46")
        assert not await nudged(story, "2026-07-03 20:30")
