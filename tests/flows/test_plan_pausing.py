"""「计划」「暂停计划 荐书」「恢复计划 荐书」: an admin stops what comes by itself, and lets it go on."""

from datetime import date

from sqlmodel import Session, select

from models.audit import Audit
from models.branch import plant
from models.plan import Plan, PlanKind
from models.preference import Preference
from models.role import RoleKind

from .conftest import Story

DAILY = "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0"


async def planned(story: Story) -> None:
    """A plan of books for 晨光支部 with its secretary, and one for 第二支部 beside it."""

    def work(db: Session) -> int:
        other = plant(db, "第二支部")
        for branch_id in (1, other.id or 0):
            db.add(Plan(branch_id=branch_id, kind=PlanKind.BOOK, rrule=DAILY, starts_on=date(2026, 6, 1)))
        return other.id or 0

    story.groups["第二支部"] = await story.product.writer.run(work)
    await story.product.catch_up()
    await story.joins("书记甲")


def paused(story: Story) -> dict[int, bool]:
    with story.product.database.reading() as db:
        return {plan.branch_id: plan.paused for plan in db.exec(select(Plan))}


async def test_a_plan_is_paused_and_goes_on(story: Story) -> None:
    await planned(story)
    assert "荐书（晨光支部）：下次 7月1日（周三） 12:00" in await story.says("书记甲", "计划")
    said = await story.says("书记甲", "暂停计划 荐书")
    assert said.startswith("已暂停晨光支部的荐书：")
    assert said.endswith("回复 恢复计划 荐书。本来下次是 7月1日（周三） 12:00。")
    assert paused(story) == {1: True, story.groups["第二支部"]: False}
    assert "荐书（晨光支部）：已暂停" in await story.says("书记甲", "计划")
    assert (await story.says("书记甲", "暂停 荐书")).startswith("荐书已经停着")
    await story.time("2026-07-01 13:00")
    said = await story.says("书记甲", "恢复荐书计划")
    assert said == "好的，晨光支部的荐书接着发。下次 7月2日（周四） 12:00。"
    assert await story.says("书记甲", "恢复计划 荐书") == "荐书没有暂停。"
    with story.product.database.reading() as db:
        acts = db.exec(select(Audit.action, Audit.facts).where(Audit.member_id == 1)).all()
        assert acts == [(what, {"kind": "book", "plans": [1]}) for what in ("plan_pause", "plan_resume")]


async def test_what_a_plan_above_brings_is_not_paused_below(story: Story) -> None:
    await planned(story)
    below = await story.person("组里管")
    await story.role(below, RoleKind.ADMIN, "第二小组")
    await story.joins("组里管")
    assert await story.says("组里管", "计划") == "您负责的范围里没有自己的计划；上级的计划照常发。"
    assert "上级的计划要上级来停" in await story.says("组里管", "暂停 荐书")
    assert not any(paused(story).values())


async def test_the_same_word_is_everybody_elses_own(story: Story) -> None:
    await planned(story)
    await story.person("林小满")
    await story.joins("林小满")
    assert "由支部书记或管理员来做" in await story.says("林小满", "暂停计划 荐书")
    assert "由支部书记或管理员来做" in await story.says("林小满", "暂停 祝贺")
    assert "荐书" in await story.says("林小满", "暂停 荐书")
    with story.product.database.reading() as db:
        assert not db.exec(select(Preference)).one().books
    assert "荐书" in await story.says("林小满", "恢复 荐书")
    with story.product.database.reading() as db:
        assert db.exec(select(Preference)).one().books
    # An admin, too, whose plans aren't paused.
    await story.says("书记甲", "停荐书")
    await story.says("书记甲", "恢复 荐书")
    with story.product.database.reading() as db:
        assert all(one.books for one in db.exec(select(Preference)))
    assert not any(paused(story).values())
