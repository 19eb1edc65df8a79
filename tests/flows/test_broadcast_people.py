"""Whom a broadcast is for, in a few words, and when it goes; what the forecast says of each."""

from datetime import timedelta

from sqlmodel import Session, select

from models.branch import Branch, plant
from models.broadcast import Broadcast, BroadcastKind
from models.push import Push
from models.role import RoleKind
from tests.flows.conftest import Story

NEWS = "周五下午交读书笔记。"


async def the_branch(story: Story) -> None:
    """Two groups: a leader who paints, one who checked in today, one who never did, one without a phone bound."""
    leader = await story.person("组长乙", tags="书法、合唱")
    await story.role(leader, RoleKind.LEADER, "第二小组")
    await story.person("勤快丙", branch_id=story.groups["第一小组"], tags="书法")
    await story.person("沉默丁")
    await story.person("没绑戊")
    for name in ("书记甲", "组长乙", "勤快丙", "沉默丁"):
        await story.joins(name)
    await story.time("2026-07-01 08:00")
    await story.says("勤快丙", "打卡")
    for name in ("组长乙", "勤快丙", "沉默丁"):
        await story.phone(name)


async def sent_to(story: Story, head: str, count: int) -> list[str]:
    """Who gets a broadcast for these people."""
    await story.says("书记甲", f"广播 {head}：{NEWS}")
    assert "秒后发给" in await story.says("书记甲", f"确认 {count}")
    now = story.product.clock.now()
    await story.time(f"{(now + timedelta(minutes=2)).astimezone(story.product.rules.hours.zone):%Y-%m-%d %H:%M}")
    names = ("书记甲", "组长乙", "勤快丙", "沉默丁")
    return [
        name for name in names if any(NEWS in text and route == "custom" for route, text in await story.phone(name))
    ]


async def test_groups_roles_tags_and_check_ins_narrow_it_together(story: Story) -> None:
    await the_branch(story)
    assert await sent_to(story, "第二小组 #书法", 1) == ["组长乙"]
    assert await sent_to(story, "#书法", 2) == ["组长乙", "勤快丙"]
    assert await sent_to(story, "书记 组长", 2) == ["书记甲", "组长乙"]
    assert await sent_to(story, "七天没打卡 已绑定", 3) == ["书记甲", "组长乙", "沉默丁"]
    for name in ("书记甲", "组长乙"):
        await story.says(name, "打卡")
    assert await sent_to(story, "今天打过卡", 3) == ["书记甲", "组长乙", "勤快丙"]


async def test_a_few_chosen_by_check_ins_are_neither_counted_nor_sent_to(story: Story) -> None:
    await the_branch(story)
    few = "按打卡挑的人不到 3 位，不说几位，也不发，以免看得出是谁。请把范围放宽。"
    # One, two, and nobody at all are the same to whoever asks.
    for head in ("今天打过卡", "第二小组 七天没打卡 已绑定", "#合唱 三天内打过卡"):
        assert await story.says("书记甲", f"广播 {head}：{NEWS}") == few
        assert "没有等您确认" in await story.says("书记甲", "确认 1")
    assert "共 1 人" in await story.says("书记甲", f"广播 #合唱：{NEWS}")


async def test_the_forecast_counts_causes_and_names_nobody_for_not_checking_in(story: Story) -> None:
    await the_branch(story)
    everybody = await story.says("书记甲", f"广播 第二小组：{NEWS}")
    assert "发给第二小组，共 3 人。" in everybody
    assert "要打电话告诉：1 人（没绑戊）\n其中：没有绑定 1 人" in everybody
    quiet = await story.says("书记甲", f"广播 七天没打卡：{NEWS}")
    assert "发给晨光支部全体里符合「7 天没打卡」的，共 4 人。" in quiet
    assert "要打电话告诉：1 人\n其中：没有绑定 1 人" in quiet
    assert "没绑戊" not in quiet


async def test_a_head_that_is_half_understood_goes_to_nobody(story: Story) -> None:
    await the_branch(story)
    assert "「书计」看不懂" in await story.says("书记甲", f"广播 第二小组 书计：{NEWS}")
    assert "没有等您确认" in await story.says("书记甲", "确认 5")


async def test_it_goes_when_it_was_to_go_and_to_those_who_are_meant_then(story: Story) -> None:
    await the_branch(story)
    forecast = await story.says("书记甲", f"明天 9:00 广播 第二小组 一天没打卡：{NEWS}")
    assert "将在 明天 9:00 发出。" in forecast
    assert "好的，明天 9:00 发给 3 人（编号" in await story.says("书记甲", "确认 3")
    await story.product.catch_up()
    with story.product.database.reading() as db:
        assert db.exec(select(Push)).all() == []
    await story.time("2026-07-02 08:30")
    await story.says("沉默丁", "打卡")
    await story.phone("沉默丁")
    await story.time("2026-07-02 09:00")
    assert await story.phone("沉默丁") == []
    assert any(NEWS in text for _, text in await story.phone("组长乙"))


async def test_a_time_that_could_be_two_is_asked_about(story: Story) -> None:
    await the_branch(story)
    assert "凌晨还是下午" in await story.says("书记甲", f"明天三点 广播 {NEWS}")
    assert "已经过去了" in await story.says("书记甲", f"今天 6:00 广播 {NEWS}")
    # Talk about broadcasts is no broadcast.
    assert "管理员" not in await story.says("沉默丁", "今天广播体操几点")


async def test_a_group_that_moved_out_of_the_branch_is_not_meant_any_more(story: Story) -> None:
    await the_branch(story)
    await story.says("书记甲", f"明天 9:00 广播 第二小组 #书法：{NEWS}")
    await story.says("书记甲", "确认 1")

    def move(db: Session) -> None:
        elsewhere = plant(db, "别的支部")
        group = db.get_one(Branch, story.groups["第二小组"])
        group.parent_id, group.path = elsewhere.id, f"{elsewhere.path}{group.id}/"
        db.add(group)

    await story.product.writer.run(move)
    await story.time("2026-07-02 09:01")
    with story.product.database.reading() as db:
        assert db.exec(select(Push).join(Broadcast).where(Broadcast.kind == BroadcastKind.TEXT)).all() == []


async def test_begging_is_pointed_out_and_left_to_the_admin(story: Story) -> None:
    await the_branch(story)
    assert "「收到请回复」这样的话" in await story.says("书记甲", "广播 周五交笔记，收到请回复。")
