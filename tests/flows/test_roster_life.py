"""The life of the roster: retirement, the secretary's post, transfers, probation, and opinions that reach somebody."""

from datetime import date

import pytest_asyncio
from sqlmodel import Session, col, select

from models import kept_sum
from models.audit import Audit
from models.branch import Branch, BranchKind, plant
from models.library import Topic
from models.member import Member, Status
from models.plan import Plan, PlanKind
from models.role import RoleKind, roles_of
from models.transfer import Transfer, seen_since
from scheduler.defaults import default_plans

from .conftest import Story

DAILY = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"


async def told(story: Story, name: str) -> str:
    """What has come to a phone by itself since it was last looked at, once everything due has been sent."""
    await story.product.catch_up()
    return "\n".join(text for route, text in await story.phone(name) if route != "passive")


async def by_nine(story: Story) -> None:
    await story.time("2026-07-01 09:00")


async def test_the_post_is_handed_over_in_one_step(story: Story) -> None:
    await by_nine(story)
    await story.person("周老周")
    await story.joins("书记甲")
    assert (await story.says("书记甲", "交接书记 周老周")).startswith("周老周还没有绑定微信")
    assert "不用交给自己" in await story.says("书记甲", "交接书记 书记甲")
    await story.joins("周老周")
    asked = await story.says("书记甲", "交接书记 周老周")
    assert asked == "把晨光支部的支部书记交给周老周，回复 1 马上生效，您就不再有支部书记的权限。"
    assert "由支部书记或管理员来做" in await story.says("周老周", "全部暂停")
    await story.phone("周老周")
    assert (await story.says("书记甲", "1")).startswith("已交接")
    assert "已经交接给您，现在生效" in await told(story, "周老周")
    assert "由支部书记或管理员来做" in await story.says("书记甲", "全部暂停")
    assert "暂停" in await story.says("周老周", "全部暂停")
    with story.product.database.reading() as db:
        done = db.exec(select(Audit).where(Audit.action == "hand_over")).one()
        assert (done.member_id, done.subject_id) == (1, 2)


async def test_a_post_that_was_lost_meanwhile_is_not_handed_over(story: Story) -> None:
    await story.person("周老周")
    await story.joins("书记甲")
    await story.joins("周老周")
    await story.says("书记甲", "交接 周老周")
    admin = await story.person("管理员")
    await story.role(admin, RoleKind.ADMIN, "晨光支部")
    await story.joins("管理员")
    await story.says("管理员", "停用 周老周")
    await story.says("管理员", "1")
    assert "还没有绑定" in await story.says("书记甲", "1")
    assert await story.says("管理员", "交接 书记甲") == "您现在不是支部书记，没有可以交接的。"
    with story.product.database.reading() as db:
        assert roles_of(db, 1, date(2026, 7, 1)) == [(RoleKind.SECRETARY, "/1/")]


async def test_the_retired_get_one_message_a_week(story: Story) -> None:
    def library(db: Session) -> None:
        db.add_all(Topic(title=f"第{number}课") for number in range(1, 9))
        db.add(Plan(branch_id=1, kind=PlanKind.TOPIC, rrule=DAILY, starts_on=date(2026, 6, 1)))

    await story.product.writer.run(library)
    await by_nine(story)
    for name in ("书记甲", "郑晚晴", "林小满"):
        if name != "书记甲":
            await story.person(name)
        await story.joins(name)
    assert "确定请回复 1" in await story.says("书记甲", "退休 郑晚晴")
    assert "已把郑晚晴记为离退休" in await story.says("书记甲", "1")
    assert "一周最多自动发一条" in await told(story, "郑晚晴")
    assert (await story.says("书记甲", "退休 郑晚晴")) == "郑晚晴已经是离退休。"
    with story.product.database.reading() as db:
        member = db.exec(select(Member).where(Member.name == "郑晚晴")).one()
        assert (member.status, member.retired_on) == (Status.RETIRED, date(2026, 7, 1))

    async def lessons(name: str, *days: int) -> list[bool]:
        came = []
        for day in days:
            await story.says(name, "我的设置")
            await story.phone(name)
            await story.time(f"2026-07-0{day} 07:41")
            came.append(any("课" in text for _, text in await story.phone(name)))
        return came

    assert await lessons("郑晚晴", 2, 3) == [True, False]
    assert "一周最多一条" in await story.says("郑晚晴", "我的设置")
    await story.says("郑晚晴", "每天都发")
    assert await lessons("郑晚晴", 4) == [True]
    await story.says("林小满", "每周一条")
    assert await lessons("林小满", 5, 6) == [False, True]


async def test_an_opinion_reaches_the_person_that_was_named(story: Story) -> None:
    await by_nine(story)
    await story.person("林小满")
    await story.joins("林小满")
    assert await story.says("林小满", "意见 会开短一点") == "现在没有能在这里看意见的人，请直接联系办公室。"
    await story.joins("书记甲")
    assert "看的人是书记甲" in await story.says("林小满", "意见")
    asked = await story.says("林小满", "意见 会开短一点")
    assert asked == "这条意见只给书记甲看，对方看得到您的姓名。回复 1 发出，回复 取消 就不发。"
    assert await told(story, "书记甲") == ""
    assert (await story.says("林小满", "1")).startswith("已转给书记甲")
    assert await told(story, "书记甲") == "林小满的意见：会开短一点"
    # Nobody is their own reader.
    assert "请直接联系办公室" in await story.says("书记甲", "意见 我也有")


async def test_the_organisation_names_who_reads_opinions(story: Story) -> None:
    means = story.product.means
    organisation = means.config.organisation.model_copy(update={"opinions_to": "周老周"})
    means.config = means.config.model_copy(update={"organisation": organisation})
    await by_nine(story)
    for name in ("林小满", "周老周"):
        await story.person(name)
    await story.joins("书记甲")
    await story.joins("林小满")
    # Whom nobody named doesn't get it, even where who was named can't.
    assert "请直接联系办公室" in await story.says("林小满", "意见")
    await story.joins("周老周")
    assert "看的人是周老周" in await story.says("林小满", "我有意见。")
    await story.says("林小满", "意见：会开短一点")
    await story.says("林小满", "1")
    assert ("会开短一点" in await told(story, "周老周"), await told(story, "书记甲")) == (True, "")


@pytest_asyncio.fixture
async def two_branches(story: Story) -> Story:
    """晨光支部 beside 第二支部 with its secretary 书记乙, and 林小满 who has checked in today."""

    def grow(db: Session) -> int:
        second = plant(db, "第二支部")
        group = plant(db, "一组", second, BranchKind.GROUP)
        story.groups.update({"第二支部": second.id or 0, "一组": group.id or 0})
        return second.id or 0

    await story.product.writer.run(grow)
    other = await story.person("书记乙", branch_id=story.groups["第二支部"])
    await story.role(other, RoleKind.SECRETARY, "第二支部")
    await by_nine(story)
    await story.person("林小满")
    for name in ("书记甲", "书记乙", "林小满"):
        await story.joins(name)
    await story.says("林小满", "打卡 旧支部的一天")
    return story


async def test_a_transfer_is_sent_and_received(two_branches: Story) -> None:
    story = two_branches
    asked = await story.says("书记甲", "转出 林小满 到 第二支部")
    assert asked == "林小满从晨光支部转到第二支部之后，名单和通知都归那边，晨光支部只留合计的数字。确定请回复 1。"
    assert (await story.says("书记甲", "1")).startswith("已告诉第二支部的书记乙和本人")
    assert "回复 带走记录" in await told(story, "林小满")
    assert "人到了，回复 接收 林小满" in await told(story, "书记乙")
    # Nobody but the other side receives, and nobody is sent twice.
    assert (await story.says("书记甲", "接收 林小满")).startswith("没有叫林小满的人要转过来")
    assert (await story.says("书记甲", "转出 林小满 到 第二支部")).startswith("林小满正在转接")
    assert "没有三组" in await story.says("书记乙", "接收 林小满 三组")
    said = await story.says("书记乙", "接收 林小满 一组")
    assert said == "林小满已转到第二支部。本人没有同意带走以前的打卡，从今天起重新记。"
    assert await told(story, "书记甲") == "林小满已转到第二支部。晨光支部保留合计：打卡 1 次，不留姓名。"
    assert "核对姓名" in await story.says("书记甲", "绑定码 林小满")
    with story.product.database.reading() as db:
        member = db.exec(select(Member).where(Member.name == "林小满")).one()
        assert (member.branch_id, seen_since(member)) == (story.groups["一组"], date(2026, 7, 1))
        assert db.exec(select(Audit.action, Audit.subject_id).order_by(col(Audit.id))).all()[-2:] == [
            ("transfer", member.id),
            ("arrive", member.id),
        ]
    # What they did stays theirs to see, and theirs to show.
    assert "旧支部的一天" in await story.says("林小满", "我的打卡")
    assert (await story.says("林小满", "带走记录")).startswith("好的，第二支部可以看到")
    with story.product.database.reading() as db:
        assert seen_since(db.exec(select(Member).where(Member.name == "林小满")).one()) is None


async def test_sums_stay_where_they_were_earned(two_branches: Story) -> None:
    story = two_branches

    def sums() -> list[int]:
        with story.product.database.reading() as db:
            paths = [db.get_one(Branch, story.groups[name]).path for name in ("晨光支部", "第二支部")]
            return [kept_sum.checkins_of(db, path, date(2026, 7, 1), date(2026, 7, 31)) for path in paths]

    assert sums() == [1, 0]
    await story.says("书记甲", "转出 林小满 到 第二支部")
    await story.says("书记甲", "1")
    await story.says("林小满", "带走记录")
    await story.time("2026-07-02 09:00")
    assert "本人同意带走以前的打卡" in await story.says("书记乙", "接收 林小满")
    await story.says("林小满", "打卡")
    assert sums() == [1, 1]


async def test_what_cannot_be_transferred(two_branches: Story) -> None:
    story = two_branches
    assert "本来就在晨光支部" in await story.says("书记甲", "转出 林小满 到 晨光支部")
    assert (await story.says("书记甲", "转出 林小满 到 外单位")).startswith("这里没有外单位")
    assert "核对姓名" in await story.says("书记乙", "转出 林小满 到 晨光支部")
    assert await story.says("林小满", "带走记录") == "您没有在转接，记录照旧。"
    await story.says("书记甲", "转出 林小满 到 第二支部")
    await story.says("书记甲", "1")
    assert (await story.says("书记甲", "取消转出 林小满")).startswith("好的，林小满不转了")
    assert await story.says("书记甲", "取消转出 林小满") == "林小满没有在转接。"
    with story.product.database.reading() as db:
        assert db.exec(select(Transfer)).all() == []


async def test_the_secretary_alone_hears_of_probations(story: Story) -> None:
    def plans(db: Session) -> None:
        default_plans(db, db.get_one(Branch, 1), story.product.rules, story.product.clock.now())

    await story.product.writer.run(plans)
    await story.joins("书记甲")
    # Eleven months before 2 July; one by the month only; one who is a full member already.
    for name, joined, fields in (
        ("林小满", date(2025, 8, 2), {}),
        ("早一天", date(2025, 8, 3), {}),
        ("已转正", date(2025, 8, 2), {"status": Status.ACTIVE}),
    ):
        await story.person(name, **{"joined_on": joined, "status": Status.PROBATIONARY, **fields})
        await story.joins(name)
    for name in ("书记甲", "林小满"):
        await story.phone(name)
    await story.time("2026-07-02 08:01")
    said = "\n".join(text for _, text in await story.phone("书记甲"))
    assert "转正材料提醒，预备期快满一年的有：\n林小满，8月2日（周日）满一年\n" in said
    assert ("早一天" in said, "已转正" in said) == (False, False)
    assert not any("转正" in text for _, text in await story.phone("林小满"))
