"""An admin adds to the library by chat, and takes things out of it again: at once, everywhere, never half."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.audit import Audit
from models.branch import plant
from models.broadcast import Broadcast, BroadcastState
from models.library import Book, Topic
from models.plan import Plan, PlanKind
from models.push import Push
from models.role import RoleKind
from tests.flows.conftest import Story

MORNING = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"


async def library(story: Story, *items: Topic | Book, plans: bool = True) -> None:
    """These items, and a topic each morning."""

    def add(db: Session) -> None:
        db.add_all(items)
        if plans:
            first = date(2026, 6, 29)
            branch = story.groups["晨光支部"]
            db.add(Plan(branch_id=branch, kind=PlanKind.TOPIC, rrule=MORNING, starts_on=first))

    await story.product.writer.run(add)
    await story.product.catch_up()


def stored(story: Story, table: Any, *names: str) -> list[tuple[Any, ...]]:
    """These columns of a table's rows, in their order."""
    with story.product.database.reading() as db:
        return [tuple(getattr(row, name) for name in names) for row in db.exec(select(table).order_by(col(table.id)))]


async def branch(story: Story) -> None:
    """The secretary, and a member with an open window whom the morning's topic reaches."""
    await story.person("林小满")
    await story.joins("林小满")
    await story.joins("书记甲")


async def test_what_is_withdrawn_reaches_nobody_any_more_and_comes_back_in_its_turn(story: Story) -> None:
    await story.person("出门在外")
    await story.joins("出门在外")
    await branch(story)
    await library(story, Topic(title="另一条"), Topic(title="怎样读一份说明书"))
    await story.time("2026-07-03 07:00")
    await story.says("林小满", "你好")
    await story.says("书记甲", "你好")
    await story.time("2026-07-03 07:40")
    assert "怎样读一份说明书" in (await story.phone("林小满"))[-1][1]
    asked = await story.says("书记甲", "下架 说明书")
    assert asked.startswith("下架《怎样读一份说明书》：以后不再发，还没送到的 1 人也不会收到")
    assert await story.says("书记甲", "1") == (
        "已下架《怎样读一份说明书》，还没送到的 1 人不会收到。要恢复，回复 上架 怎样读一份说明书。"
    )
    assert (await story.says("出门在外", "今日学习")).startswith(
        "今天没有新内容，这是7月2日（周四）的。\n今日学习：另一条"
    )
    assert "说明书" not in await story.says("林小满", "今日学习")
    assert await story.says("书记甲", "今日转发") == "今天没有可以转发的内容。"
    why = await story.says("书记甲", "为什么 出门在外 没收到")
    assert why.endswith("这一条的内容已经下架，没有发给出门在外。")
    assert "下架" not in await story.says("出门在外", "为什么我没收到")
    await story.time("2026-07-04 07:40")
    await story.time("2026-07-05 07:40")
    assert "说明书" not in await story.says("出门在外", "今日学习")
    restored = await story.says("书记甲", "上架 怎样读一份说明书")
    assert restored.startswith("已上架《怎样读一份说明书》，轮到时会再发。")
    await story.time("2026-07-06 07:40")
    assert "说明书" in await story.says("出门在外", "今日学习")
    assert [row[0] for row in stored(story, Audit, "action")] == ["withdraw", "restore"]


async def test_a_withdrawal_in_the_middle_of_the_queue_leaves_nothing_due(story: Story) -> None:
    await branch(story)
    await library(story, Topic(title="甲"), plans=True)
    await story.time("2026-07-02 07:40")
    await story.says("书记甲", "下架 甲")
    await story.says("书记甲", "1")
    await story.product.catch_up()
    assert {state for (state,) in stored(story, Broadcast, "state")} == {BroadcastState.WITHDRAWN}
    assert {status for (status,) in stored(story, Push, "status")} <= {"accepted", "cancelled"}
    assert "甲" not in await story.says("林小满", "荐书")


async def test_where_several_titles_fit_it_is_asked_which_and_then_whether(story: Story) -> None:
    await branch(story)
    await library(story, Topic(title="读书一"), Topic(title="读书二"), Book(title="读书一"), plans=False)
    assert await story.says("书记甲", "下架 读书") == (
        "想说的是哪一个？回复编号就好。\n1 学习内容《读书一》\n2 学习内容《读书二》\n3 荐书《读书一》"
    )
    assert "没能看懂" in await story.says("书记甲", "9")
    assert (await story.says("书记甲", "第三个")).startswith("下架《读书一》：以后不再发，也不再显示")
    assert await story.says("书记甲", "取消") == "好的，已取消。"
    assert stored(story, Book, "withdrawn") == [(False,)]
    assert (await story.says("书记甲", "下架《读书二》")).startswith("下架《读书二》")
    await story.says("书记甲", "1")
    assert await story.says("书记甲", "下架 读书二") == "库里没有《读书二》。"
    # Nearly right is never sure.
    assert "1 学习内容《读书二》" in await story.says("书记甲", "上架 读书儿二")
    assert await story.says("书记甲", "1") == "已上架《读书二》，轮到时会再发。"


async def test_the_library_is_everybodys_so_that_only_who_administers_all_may_change_it(story: Story) -> None:
    await branch(story)
    await library(story, Topic(title="甲"), plans=False)
    admin = await story.person("组里管理员")
    await story.role(admin, RoleKind.ADMIN, "第二小组")
    await story.joins("组里管理员")
    refused = "学习库是整个组织共用的，由负责整个组织的管理员来改。"
    for said in ("下架 甲", "上架 甲", "加学习 乙", "加荐书 乙"):
        assert await story.says("组里管理员", said) == refused
    link = {"type": "link", "title": "乙", "description": "", "url": "https://example.org/2"}
    assert await story.sends("组里管理员", **link) == refused
    assert "管理员来做" in await story.says("林小满", "下架 甲")
    assert await story.sends("林小满", **link) == "链接收到了，但现在打不开。想做什么，请您打字发来。"
    assert (await story.says("书记甲", "下架 甲")).startswith("下架《甲》")
    # Another organisation appears beside theirs before the answer comes.
    await story.product.writer.run(lambda db: str(plant(db, "别的支部")))
    assert await story.says("书记甲", "1") == refused
    assert stored(story, Topic, "title", "withdrawn") == [("甲", False)]


@pytest.mark.parametrize(("said", "table"), [("1", Topic), ("放哪里好呢", None), ("2", Book)])
async def test_a_link_becomes_a_topic_or_a_book(story: Story, said: str, table: Any) -> None:
    await branch(story)
    link = {"type": "link", "title": "《乡土中国》", "description": "薄薄一册。", "url": "https://example.org/2"}
    asked = await story.sends("书记甲", **link)
    assert asked == "《乡土中国》放进哪里？回复 1 放进学习内容，回复 2 放进荐书。"
    answer = await story.says("书记甲", said)
    if table is None:
        assert stored(story, Book, "title") == stored(story, Topic, "title") == []
        return
    assert answer.endswith("轮到时会发。要拿掉，回复 下架 乡土中国。")
    ((title, address),) = stored(story, table, "title", "link")
    assert (title, address) == ("乡土中国", "https://example.org/2")


async def test_titles_are_added_by_writing_them(story: Story) -> None:
    await branch(story)
    added = await story.says("书记甲", "加学习 怎样读一份说明书 https://example.org/1")
    assert added == "已加进学习内容：《怎样读一份说明书》，轮到时会发。要拿掉，回复 下架 怎样读一份说明书。"
    assert (await story.says("书记甲", "加荐书《乡土中国》费孝通")).startswith("已加进荐书：《乡土中国》")
    assert stored(story, Book, "title", "author", "link") == [("乡土中国", "费孝通", "")]
    assert await story.says("书记甲", "加荐书 乡土中国") == "库里已经有《乡土中国》了。"
    await story.says("书记甲", "下架 乡土中国")
    await story.says("书记甲", "1")
    assert "要恢复，回复 上架 乡土中国" in await story.says("书记甲", "加荐书 乡土中国")
    assert (await story.says("书记甲", "加荐书 https://example.org/3")).startswith("标题和网址写在一行")
    assert (await story.says("书记甲", f"加荐书 {'长' * 121}")).startswith("太长了")
    assert [row[0] for row in stored(story, Audit, "action")] == ["add_topic", "add_book", "withdraw"]


async def test_what_is_valid_no_longer_is_not_shown(story: Story) -> None:
    await branch(story)
    await library(story, Topic(title="甲", valid_until=date(2026, 7, 2)))
    await story.time("2026-07-02 07:40")
    assert "甲" in await story.says("林小满", "今日学习")
    await story.time("2026-07-03 00:10")
    assert await story.says("林小满", "今日学习") == "还没有安排学习内容。"
    await story.says("书记甲", "下架 甲")
    await story.says("书记甲", "1")
    assert "有效期到7月2日（周四）为止" in await story.says("书记甲", "上架 甲")


async def test_todays_topic_is_the_writers_own_and_what_is_forwarded_the_branchs(story: Story) -> None:
    await branch(story)
    await library(story, Topic(title="甲"), Topic(title="乙"))
    await story.time("2026-07-01 07:40")
    await story.says("林小满", "停学习")
    await story.time("2026-07-02 07:40")
    await story.says("林小满", "恢复学习")
    await story.time("2026-07-03 07:40")
    # 林小满 has had 甲, and missed 乙.
    assert (await story.says("林小满", "今日学习")).startswith("今日学习：乙")
    assert (await story.says("书记甲", "今日转发")).startswith("【今日学习】甲")
    await story.time("2026-07-04 07:40")
    assert (await story.says("林小满", "今日学习")).startswith("今日学习：甲")
