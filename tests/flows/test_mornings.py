"""A plan fires, and everybody is reached as the platform lets us, or we can say why not."""

from collections import Counter
from datetime import date

import pytest
from sqlmodel import Session, col, select

from bot.emulator import Account
from models.broadcast import Broadcast, BroadcastKind
from models.library import Book, Topic
from models.plan import Plan, PlanKind
from models.push import Push, PushStatus
from models.role import RoleKind
from tests.flows.conftest import Story

MORNING = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"
SECOND_FRIDAY = "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=12;BYMINUTE=0;BYSECOND=0"
TITLES = ("甲一", "甲二", "乙一")


async def plans(story: Story) -> None:
    """Three topics of two categories on working mornings, and a book every second Friday from 3 July on."""

    def add(db: Session) -> None:
        db.add_all(Topic(title=title, category=title[0], question="为什么？") for title in TITLES)
        db.add(Book(title="乡土中国", author="费孝通", reason="薄薄一册。"))
        branch = story.groups["晨光支部"]
        first = date(2026, 6, 29)
        db.add(Plan(branch_id=branch, kind=PlanKind.TOPIC, rrule=MORNING, starts_on=first, workdays_only=True))
        db.add(Plan(branch_id=branch, kind=PlanKind.BOOK, rrule=SECOND_FRIDAY, starts_on=first))

    await story.product.writer.run(add)
    await story.product.catch_up()


def statuses(story: Story, occasion: str) -> Counter[str]:
    """How many pushes of the topic of that day have which status."""
    query = select(Push.status).join(Broadcast, col(Broadcast.id) == Push.broadcast_id)
    with story.product.database.reading() as db:
        found = db.exec(query.where(Broadcast.occasion == occasion, Broadcast.kind == BroadcastKind.TOPIC))
        return Counter(PushStatus(status).value for status in found)


async def test_a_topic_reaches_sixty_people_twenty_of_them_outside_the_window(story: Story) -> None:
    names = [f"成员{number:02}" for number in range(60)]
    for name in names:
        await story.person(name)
        await story.joins(name)
    await story.joins("书记甲")
    await plans(story)
    await story.time("2026-07-01 20:00")
    await story.time("2026-07-03 06:30")
    for name in names[20:]:
        await story.says(name, "打卡")
    for name in names:
        await story.phone(name)
    await story.time("2026-07-03 07:40")
    assert statuses(story, "2026-07-03") == {"accepted": 40, "held": 21}
    for name in names[20:]:
        ((route, text),) = await story.phone(name)
        assert route == "custom"
        assert text.startswith("今日学习（")
    assert await story.phone(names[0]) == []
    why = await story.says("书记甲", f"为什么 {names[0]} 没收到")
    reason = "已超过两天没给公众号发消息，微信不允许主动发给本人；下次发消息时会自动收到。急事请打电话。"
    assert f"{names[0]}{reason}" in why
    answer = await story.says(names[0], "打卡")
    assert answer.startswith("已记下今天的学习。\n————\n今日学习（")
    assert "微信不告诉我们本人是否看过" in await story.says("书记甲", f"为什么{names[0]}没收到？")


async def test_categories_take_turns_and_nothing_repeats_until_the_library_is_through(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await plans(story)
    seen = []
    for day in ("01", "02", "03", "06"):
        await story.time(f"2026-07-{day} 07:00")
        await story.says("林小满", "你好")
        await story.phone("林小满")
        await story.time(f"2026-07-{day} 07:40")
        seen += [text.splitlines()[0][-2:] for _, text in await story.phone("林小满")]
    assert sorted(seen[:3]) == sorted(TITLES)
    assert seen[0][0] != seen[1][0]
    assert seen[3] in TITLES


async def test_no_topic_on_a_saturday_and_none_at_night(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await plans(story)
    await story.time("2026-07-03 20:00")
    await story.says("林小满", "你好")
    await story.phone("林小满")
    await story.time("2026-07-04 12:00")
    assert await story.phone("林小满") == []


async def test_the_book_comes_every_second_friday(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await plans(story)
    await story.time("2026-07-02 20:00")
    await story.says("林小满", "打卡")
    await story.time("2026-07-03 12:00")
    assert any(text == "荐书：《乡土中国》，费孝通\n薄薄一册。" for _, text in await story.phone("林小满"))
    await story.time("2026-07-09 20:00")
    await story.says("林小满", "打卡")
    await story.phone("林小满")
    await story.time("2026-07-10 12:00")
    assert not any("荐书" in text for _, text in await story.phone("林小满"))


async def test_topics_and_books_are_there_at_any_time_and_ready_to_forward(story: Story) -> None:
    await story.joins("书记甲")
    assert await story.says("书记甲", "今日学习") == "还没有安排学习内容。"
    await plans(story)
    await story.time("2026-07-03 07:40")
    await story.time("2026-07-03 12:00")
    assert "想一想：为什么？" in await story.says("书记甲", "今日学习")
    assert "乡土中国" in await story.says("书记甲", "荐书")
    forward = await story.says("书记甲", "今日转发")
    assert forward.startswith("【今日学习】")
    assert "【荐书】《乡土中国》，费孝通" in forward
    assert "晨光支部 7月3日（周五）" in forward
    await story.time("2026-07-04 09:00")
    assert (await story.says("书记甲", "今日学习")).startswith("今天没有新内容，这是7月3日（周五）的。")
    assert await story.says("书记甲", "今日转发") == "今天没有可以转发的内容。"


async def test_asking_for_the_topic_that_waits_shows_it_once(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await plans(story)
    await story.time("2026-07-06 07:40")
    answer = await story.says("林小满", "今日学习")
    assert answer.count("今日学习（") == 1
    assert await story.says("林小满", "看") == "没有更多内容了。"


async def test_whoever_is_deactivated_between_planning_and_sending_gets_nothing(story: Story) -> None:
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await plans(story)
    await story.says("书记甲", "全部暂停")
    await story.phone("林小满")
    await story.time("2026-07-01 07:40")
    await story.says("书记甲", "停用 林小满")
    await story.says("书记甲", "1")
    await story.says("书记甲", "恢复")
    await story.product.catch_up()
    assert await story.phone("林小满") == []
    assert statuses(story, "2026-07-01") == {"cancelled": 1, "accepted": 1}


@pytest.mark.parametrize("account", [Account(kind="subscription"), Account(kind="service")])
async def test_an_unverified_account_answers_and_never_pushes(story: Story) -> None:
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await plans(story)
    await story.phone("林小满")
    await story.time("2026-07-01 07:40")
    assert await story.phone("林小满") == []
    assert "这个公众号不能主动发消息" in await story.says("书记甲", "为什么 林小满 没收到")
    assert "————\n今日学习（" in await story.says("林小满", "打卡")


async def test_a_leader_asks_only_about_their_own_group(story: Story) -> None:
    leader = await story.person("周组长")
    await story.role(leader, RoleKind.LEADER, "第二小组")
    await story.person("邻组乙", branch_id=story.groups["第一小组"])
    await story.joins("周组长")
    assert await story.says("周组长", "为什么 邻组乙 没收到") == "名册上没有邻组乙，请核对姓名。"
    assert "哪一位没收到" in await story.says("周组长", "为什么没收到")


async def test_what_is_todays_comes_together_and_what_is_older_one_by_one(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await plans(story)
    await story.time("2026-07-03 07:39")
    await story.time("2026-07-03 07:40")
    await story.time("2026-07-03 12:00")
    today = await story.says("林小满", "打卡")
    assert today.count("————") == 2
    assert today.index("今日学习") < today.index("荐书")
    assert "回复 看" not in today
    await story.joins("书记甲")
    await story.time("2026-07-06 07:40")
    await story.says("书记甲", "广播 周三开会")
    await story.says("书记甲", "确认 2")
    await story.time("2026-07-07 12:00")
    later = await story.says("林小满", "你好")
    # The topic of the 7th is today's; the broadcast of the 6th waits for 看.
    assert later.count("————") == 1
    assert later.endswith("还有 1 条，回复 看")
    assert "周三开会" in await story.says("林小满", "看")
    assert await story.says("林小满", "看") == "没有更多内容了。"
