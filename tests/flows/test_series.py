"""A series of lessons, read by each at their own pace, and the question after reading."""

from datetime import date

import pytest_asyncio
from sqlmodel import Session, select

from models.checkin import CheckIn
from models.lesson import Lesson
from models.library import Topic
from models.plan import Plan, PlanKind
from models.recall import Recall
from tests.flows.conftest import Story
from tests.flows.test_library import MORNING

RECALL = "文中说了哪几个步骤？"
ASKED = f"读后一问：{RECALL}\n用自己的话回复就好；不写也行，回复 跳过。"


@pytest_asyncio.fixture
async def branch(story: Story) -> Story:
    """Two series, and two members."""

    def add(db: Session) -> None:
        db.add(Topic(title="第二讲", series="写字八讲", lesson=2, recall=RECALL, answer="三步。"))
        db.add(Topic(title="第一讲", series="写字八讲", lesson=1, summary="握笔。", link="https://example.org/1"))
        db.add(Topic(title="开始跑步", series="跑步", lesson=1, recall="热身几分钟？"))

    await story.product.writer.run(add)
    for name in ("林小满", "迟到者"):
        await story.person(name)
        await story.joins(name)
    return story


async def test_everyone_begins_at_the_first_lesson_and_goes_on_alone(branch: Story) -> None:
    story = branch
    assert "《写字八讲》共 2 课" in await story.says("林小满", "系列")
    first = "《写字八讲》1/2：第一讲\n握笔。\n原文：https://example.org/1\n学完回复 已学；想接着学，回复 下一课。"
    assert await story.says("林小满", "学 写字") == first
    assert await story.says("林小满", "下一课") == "《写字八讲》2/2：第二讲\n这是最后一课，学完回复 已学。"
    assert await story.says("林小满", "下一课") == "《写字八讲》2 课都学过了。"
    assert "《写字八讲》2/2" in await story.says("林小满", "系列")
    # Who comes late begins at the first as well, and doesn't see how far others are.
    assert "《写字八讲》共 2 课" in await story.says("迟到者", "系列")
    assert await story.says("迟到者", "学《写字八讲》") == first
    await story.says("迟到者", "学 跑步")
    assert (await story.says("迟到者", "下一课")) == "《跑步》1 课都学过了。"
    assert (await story.says("迟到者", "学 写字八讲")).startswith("《写字八讲》2/2")
    assert await story.says("迟到者", "学 游泳") == "没有叫《游泳》的系列。回复 系列 看都有哪些。"


async def test_a_lesson_that_is_put_in_later_is_not_missed(branch: Story) -> None:
    story = branch
    await story.says("林小满", "学 写字")
    await story.says("林小满", "下一课")
    await story.product.writer.run(lambda db: db.add(Topic(title="序", series="写字八讲", lesson=0)))
    assert (await story.says("林小满", "下一课")).startswith("《写字八讲》1/3：序")


async def test_which_series_is_asked_where_several_fit_and_next_shows_them_where_none_was_begun(branch: Story) -> None:
    story = branch
    await story.product.writer.run(lambda db: db.add(Topic(title="墨", series="写字工具", lesson=1)))
    assert (await story.says("林小满", "下一课")).startswith("可以学的系列：")
    asked = await story.says("林小满", "学 写字")
    assert asked == "想学哪一个？回复编号就好。\n1 《写字八讲》\n2 《写字工具》"
    assert (await story.says("林小满", "2")).startswith("《写字工具》1/1：墨")


async def test_after_reading_one_question_is_asked_once_and_its_answer_is_kept_with_the_day(branch: Story) -> None:
    story = branch
    await story.says("林小满", "学 写字")
    assert await story.says("林小满", "已学") == "已记下今天的学习。"
    await story.says("林小满", "下一课")
    assert await story.says("林小满", "已学") == f"今天已经记过了。\n{ASKED}"
    assert await story.says("林小满", "看、想、写") == "已加进今天的记录。\n参考：三步。"
    assert await story.says("林小满", "已学") == "今天已经记过了。"
    assert "看、想、写" in await story.says("林小满", "我的打卡")


async def test_the_question_may_be_skipped_or_left_alone(branch: Story) -> None:
    story = branch
    for name in ("林小满", "迟到者"):
        await story.says(name, "学 写字")
        await story.says(name, "下一课")
        assert await story.says(name, "打卡 今天练了字") == f"已记下今天的学习。\n{ASKED}"
    assert await story.says("林小满", "跳过") == "好的。\n参考：三步。"
    await story.time("2026-07-01 06:30")
    assert (await story.says("迟到者", "看、想、写")).startswith("这句话没能看懂")
    with story.product.database.reading() as db:
        assert list(db.exec(select(CheckIn.note))) == ["今天练了字"] * 2


async def test_the_topic_of_the_day_asks_whoever_was_shown_it_also_after_a_one(branch: Story) -> None:
    story = branch

    def add(db: Session) -> None:
        db.add(Topic(title="怎样读一份说明书", recall=RECALL))
        first = date(2026, 6, 29)
        plan = Plan(branch_id=story.groups["晨光支部"], kind=PlanKind.TOPIC, rrule=MORNING, starts_on=first)
        db.add(plan)

    await story.product.writer.run(add)
    await story.product.catch_up()
    assert await story.says("迟到者", "打卡") == "已记下今天的学习。"
    await story.time("2026-07-01 07:40")
    assert await story.says("林小满", "1") == f"已记下今天的学习。\n{ASKED}"
    assert await story.says("林小满", "1") == "今天已经记过了。"
    assert await story.says("林小满", "三个步骤") == "已加进今天的记录。"
    # A lesson is no plan's turn.
    await story.time("2026-07-02 07:40")
    assert "怎样读一份说明书" in await story.says("林小满", "今日学习")


async def test_who_is_asked_something_else_is_not_asked_this(branch: Story) -> None:
    story = branch
    await story.product.writer.run(lambda db: db.add(Topic(title="墨", series="写字工具", lesson=1, recall=RECALL)))
    await story.says("林小满", "学 写字工具")
    await story.says("林小满", "学 写字")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"


async def test_progress_goes_with_its_owner(branch: Story) -> None:
    story = branch
    await story.says("林小满", "学 写字")
    await story.says("林小满", "下一课")
    await story.says("林小满", "已学")
    await story.unfollows("林小满")
    with story.product.database.reading() as db:
        assert db.exec(select(Lesson)).all() == []
        assert db.exec(select(Recall)).all() == []
