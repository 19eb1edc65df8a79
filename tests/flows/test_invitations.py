"""「邀请」: once a week a leader invites whoever of the group hasn't checked in, without learning who that is."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from models.audit import Audit
from models.broadcast import Broadcast, BroadcastKind
from models.calendar_day import CalendarDay, DayKind
from models.member import Member
from models.nudge import Nudge
from models.push import Push, PushStatus
from models.role import RoleKind
from scheduler import invitations

from .conftest import Story

WORDS = "这周第二小组一起学习，您有空欢迎来；忙就先忙，不用回。"
STOP = "（不想收，回复 停邀请）"
SENT_BEFORE = "第二小组这周已经邀请过了，下周一起可以再邀请。"


async def led(story: Story, at: str = "2026-07-01 09:00") -> None:
    """The second group: its leader, and five members of whom 林小满 has checked in and 请假戊 is on leave."""
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    for name in ("林小满", "沉默丙", "沉默丁", "请假戊"):
        await story.person(name)
    await story.person("邻组庚", branch_id=story.groups["第一小组"])
    await story.time(at)
    for name in ("书记甲", "组长乙", "林小满", "沉默丙", "沉默丁", "请假戊", "邻组庚"):
        await story.joins(name)
    await story.says("林小满", "打卡")
    await story.says("请假戊", "请假 三天")
    for name in ("组长乙", "林小满", "沉默丙", "沉默丁", "请假戊", "邻组庚"):
        await story.phone(name)


async def invites(story: Story) -> None:
    await story.says("组长乙", "邀请")
    assert "发给 2 人" in await story.says("组长乙", "确认 2")


def is_invitation(text: str) -> bool:
    """Not the forecast, which shows the words too."""
    return WORDS in text and text.endswith(STOP)


async def invited(story: Story, *names: str) -> list[str]:
    return [name for name in names if any(is_invitation(text) for _, text in await story.phone(name))]


EVERYBODY = ("书记甲", "组长乙", "林小满", "沉默丙", "沉默丁", "请假戊", "邻组庚")


@pytest.mark.parametrize("said", ["邀请", "邀请本组", "邀请没打卡的", "邀请 第二小组"])
async def test_a_number_is_shown_and_confirmed_and_no_name(story: Story, said: str) -> None:
    await led(story)
    forecast = await story.says("组长乙", said)
    assert WORDS in forecast
    assert "发给第二小组这周还没打卡的人，共 2 人；请假的、不想收的不发，也看不到是谁。" in forecast
    assert not any(name in forecast for name in ("沉默丙", "沉默丁", "林小满", "请假戊"))
    assert "数字对不上" in await story.says("组长乙", "确认 3")
    assert await story.says("组长乙", "确认 2") == "好的，发给 2 人，时间：马上。发之前打了卡的，就不发了。"
    await story.product.catch_up()
    assert await invited(story, *EVERYBODY) == ["沉默丙", "沉默丁"]
    with story.product.database.reading() as db:
        assert db.exec(select(Audit.action)).all() == ["invite"]


async def test_it_is_kind_and_says_how_to_stop(story: Story) -> None:
    await led(story)
    await invites(story)
    await story.product.catch_up()
    text = next(text for _, text in await story.phone("沉默丙") if WORDS in text)
    assert text.startswith("沉默丙同志，")
    assert text.endswith(STOP)
    assert "打卡邀请" in await story.says("沉默丙", "停邀请")
    await story.time("2026-07-06 09:00")
    await story.says("林小满", "打卡")
    forecast = await story.says("组长乙", "邀请")
    # Whoever is back from leave and the other one; not whoever stopped it.
    assert "共 2 人" in forecast
    assert "打卡邀请：停了（回复 恢复邀请）" in await story.says("沉默丙", "我的设置")


async def test_who_wants_no_reminders_wants_no_invitations(story: Story) -> None:
    await led(story)
    await story.says("沉默丙", "不用提醒")
    assert "共 1 人" in await story.says("组长乙", "邀请")


async def test_once_a_week_for_each_group(story: Story) -> None:
    await led(story)
    await invites(story)
    assert await story.says("组长乙", "邀请") == SENT_BEFORE
    assert await story.says("书记甲", "邀请 第二小组") == SENT_BEFORE
    await story.time("2026-07-05 20:00")
    assert await story.says("组长乙", "邀请") == SENT_BEFORE
    await story.time("2026-07-06 09:00")
    assert "确认" in await story.says("组长乙", "邀请")


async def test_two_who_confirm_at_once_send_one(story: Story) -> None:
    await led(story)
    deputy = await story.person("副组长", without_wechat=True)
    await story.role(deputy, RoleKind.LEADER, "第二小组")
    for said in ("书记甲", "组长乙"):
        await story.says(said, "邀请 第二小组")
    # The secretary isn't of the group, and so excludes nobody: the leader would be invited too.
    answers = await asyncio.gather(story.says("书记甲", "确认 3"), story.says("组长乙", "确认 2"))
    assert sorted(answer == SENT_BEFORE for answer in answers) == [False, True]
    await story.product.catch_up()
    with story.product.database.reading() as db:
        sent = db.exec(select(Broadcast).where(Broadcast.kind == BroadcastKind.INVITATION)).all()
        assert len(sent) == 1
        assert db.exec(select(Audit.action)).all() == ["invite"]


async def test_the_database_has_room_for_one(story: Story) -> None:
    await led(story)
    rules, now = story.product.rules, story.product.clock.now()
    # Two processes that both looked before either wrote.
    sent = [await story.product.writer.run(lambda db: invitations.send(db, rules, 3, 2, now)) for _ in range(2)]
    assert [one is None for one in sent] == [False, True]


async def test_who_checks_in_meanwhile_doesnt_get_it(story: Story) -> None:
    await led(story, "2026-07-01 21:30")
    assert "时间：明天 7:30。" in await story.says("组长乙", "邀请")
    await story.says("组长乙", "确认 2")
    await story.says("沉默丙", "打卡")
    await story.time("2026-07-02 07:30")
    assert await invited(story, *EVERYBODY) == ["沉默丁"]


async def test_who_checks_in_or_leaves_between_planning_and_sending(story: Story) -> None:
    await led(story)
    await story.says("书记甲", "全部暂停")
    await invites(story)
    await story.product.catch_up()
    with story.product.database.reading() as db:
        assert len(db.exec(select(Push).join(Broadcast).where(Broadcast.kind == BroadcastKind.INVITATION)).all()) == 2
    await story.says("沉默丙", "补卡 昨天")
    await story.says("沉默丁", "请假 到7月4日")
    await story.says("书记甲", "恢复")
    await story.product.catch_up()
    assert await invited(story, *EVERYBODY) == []
    # Nor with an answer later on.
    assert WORDS not in await story.says("沉默丙", "帮助")
    assert WORDS not in await story.says("沉默丁", "帮助")


async def test_whose_window_is_closed_reads_it_with_their_next_answer_of_the_week(story: Story) -> None:
    await led(story)
    await story.time("2026-07-04 09:00")
    await story.says("组长乙", "邀请")
    await story.says("组长乙", "确认 3")
    await story.product.catch_up()
    assert await invited(story, *EVERYBODY) == []
    assert WORDS in await story.says("沉默丙", "荐书")
    # Whoever checks in with that very message needs none.
    assert WORDS not in await story.says("沉默丁", "打卡")
    await story.time("2026-07-06 09:00")
    assert WORDS not in await story.says("请假戊", "荐书")


async def test_it_counts_as_a_nudge_of_the_day(story: Story) -> None:
    await led(story)
    await invites(story)
    await story.product.catch_up()
    with story.product.database.reading() as db:
        named = select(Member.name).join(Nudge, col(Nudge.member_id) == col(Member.id))
        assert sorted(db.exec(named)) == ["沉默丁", "沉默丙"]


async def test_nobody_beyond_three_nudges_in_a_week(story: Story) -> None:
    await led(story)

    now = story.product.clock.now()
    today = story.product.rules.hours.day(now)

    def nudged(db: Session) -> None:
        number = db.exec(select(Member.id).where(Member.name == "沉默丙")).one() or 0
        for ago in (1, 2, 3):
            day = today - timedelta(days=ago)
            one = Broadcast(
                kind=BroadcastKind.NUDGE,
                branch_id=1,
                created_at=now,
                starts_at=now,
                ring_until=now,
                show_until=now,
            )
            db.add(one)
            db.flush()
            assert one.id is not None
            db.add(Nudge(member_id=number, day=day, week=day, slot=1, broadcast_id=one.id))
            then = now - timedelta(days=ago)
            sent = PushStatus.ACCEPTED
            db.add(Push(broadcast_id=one.id, member_id=number, status=sent, run_at=then, sent_at=then))

    await story.product.writer.run(nudged)
    assert "共 1 人" in await story.says("组长乙", "邀请")


async def test_a_solemn_day_and_the_end_of_the_week(story: Story) -> None:
    await led(story)
    today = CalendarDay(day=story.product.rules.hours.day(story.product.clock.now()), kind=DayKind.SOLEMN, branch_id=1)
    await story.product.writer.run(lambda db: db.add(today))
    assert "时间：明天 9:00。" in await story.says("组长乙", "邀请")
    await story.says("组长乙", "确认 2")
    await story.product.catch_up()
    assert await invited(story, *EVERYBODY) == []
    await story.time("2026-07-02 09:01")
    assert await invited(story, *EVERYBODY) == ["沉默丙", "沉默丁"]


async def test_on_sunday_night_the_week_is_over(story: Story) -> None:
    await led(story, "2026-07-05 21:30")
    assert await story.says("组长乙", "邀请") == "等夜里过去，这周就过完了。下周再邀请吧。"


async def test_of_few_a_number_would_tell(story: Story) -> None:
    await led(story)
    await story.says("书记甲", "邀请")
    assert "第一小组人少" in await story.says("书记甲", "1")
    assert await story.says("书记甲", "邀请 第三小组") == "您负责的范围里没有「第三小组」，请核对名称。"


async def test_a_leader_has_no_say_elsewhere(story: Story) -> None:
    await led(story)
    assert "没有「第一小组」" in await story.says("组长乙", "邀请 第一小组")
    assert "小组长" in await story.says("林小满", "邀请")
    assert "小组长" in await story.says("林小满", "确认 2")
    assert "管理员" in await story.says("组长乙", "确认 2")


async def test_why_somebody_didnt_get_it_is_not_told(story: Story) -> None:
    await led(story)
    await invites(story)
    await story.product.catch_up()
    about = [await story.says("组长乙", f"为什么 {name} 没收到") for name in ("林小满", "沉默丙")]
    assert about[0].replace("林小满", "") == about[1].replace("沉默丙", "")
