"""What falls due becomes rows, once."""

import asyncio
from collections import Counter
from datetime import date, time, timedelta

from sqlmodel import Session

from models.branch import BranchKind, plant
from models.broadcast import Broadcast
from models.calendar_day import CalendarDay, DayKind
from models.library import Book, Topic
from models.member import Member
from models.plan import Plan, PlanKind
from models.role import Participation
from scheduler.tick import tick
from tests.scheduler.stage import MORNING, MORNINGS, Stage, at

FRIDAYS = "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=12;BYMINUTE=0;BYSECOND=0"


def topics(stage: Stage, *categories: str) -> None:
    stage.add(*(Topic(title=f"{category}{number}", category=category) for number, category in enumerate(categories)))


async def test_a_working_morning_brings_a_topic_to_everybody(stage: Stage) -> None:
    topics(stage, "时政")
    group = stage.group("第一小组")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING, workdays_only=True)
    stage.reachable("小爱", group, until=MORNING + timedelta(hours=1))
    stage.reachable("小白", group, until=MORNING - timedelta(hours=1))
    assert await stage.run(MORNING) == ["小爱"]
    assert stage.statuses() == {"小爱": "accepted", "小白": "held window"}
    assert stage.postman.sent[0].facts == {"title": "时政0", "category": "时政"}
    plan = stage.read(lambda db: db.get_one(Plan, 1))
    assert plan.next_at == at(2, 7, 40)
    assert await stage.run(MORNING) == []


async def test_categories_take_turns_and_nothing_comes_twice_until_all_have_come(stage: Stage) -> None:
    topics(stage, "甲", "甲", "甲", "乙", "丙")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    for day in range(1, 8):
        await stage.tick(at(day, 7, 40))
    shown = [broadcast.facts["title"] for broadcast in stage.all_broadcasts()]
    assert shown == ["甲0", "乙3", "丙4", "甲1", "甲2", "乙3", "丙4"]


async def test_a_topic_is_shown_until_the_next_one_and_rings_until_noon(stage: Stage) -> None:
    topics(stage, "甲", "乙")
    stage.plan(PlanKind.TOPIC, MORNINGS, at(3, 7, 40), workdays_only=True)
    await stage.tick(at(3, 7, 40))
    (friday,) = stage.all_broadcasts()
    assert (friday.ring_until, friday.show_until) == (at(3, 12), at(6, 7, 40))


async def test_a_topic_that_is_no_longer_valid_is_passed_over(stage: Stage) -> None:
    stage.add(Topic(title="旧", valid_until=date(2026, 6, 30)), Topic(title="新", valid_until=date(2026, 7, 1)))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    await stage.tick(MORNING)
    assert [broadcast.facts["title"] for broadcast in stage.all_broadcasts()] == ["新"]


async def test_an_empty_library_is_no_mishap(stage: Stage) -> None:
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.plan(PlanKind.BOOK, FRIDAYS, at(3, 12))
    await stage.tick(at(3, 12))
    assert stage.all_broadcasts() == []
    assert stage.read(lambda db: db.get_one(Plan, 1)).next_at == at(4, 7, 40)


async def test_a_book_comes_every_second_friday(stage: Stage) -> None:
    stage.add(Book(title="平凡的世界", author="路遥"), Book(title="乡土中国", author="费孝通"))
    stage.plan(PlanKind.BOOK, FRIDAYS, at(3, 12), starts_on=date(2026, 7, 1))
    for day in range(3, 32):
        await stage.tick(at(day, 12))
    books = [(broadcast.occasion, broadcast.facts["title"]) for broadcast in stage.all_broadcasts()]
    assert books == [("2026-07-03", "平凡的世界"), ("2026-07-17", "乡土中国"), ("2026-07-31", "平凡的世界")]


async def test_after_days_of_sleep_only_what_may_still_be_shown_is_planned(stage: Stage) -> None:
    topics(stage, "甲", "乙", "丙", "丁")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("小爱", until=at(9, 12))
    assert await stage.run(at(4, 9)) == ["小爱"]
    assert [broadcast.occasion for broadcast in stage.all_broadcasts()] == ["2026-07-04"]
    assert stage.read(lambda db: db.get_one(Plan, 1)).next_at == at(5, 7, 40)


async def test_slept_past_noon_it_does_not_ring_any_more(stage: Stage) -> None:
    topics(stage, "甲")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("小爱", until=at(9, 12))
    assert await stage.run(at(1, 13)) == []
    assert stage.statuses() == {"小爱": "held late"}


async def test_a_new_plan_begins_with_its_next_occasion(stage: Stage) -> None:
    topics(stage, "甲")
    stage.plan(PlanKind.TOPIC, MORNINGS)
    await stage.tick(at(1, 9))
    assert stage.all_broadcasts() == []
    assert stage.read(lambda db: db.get_one(Plan, 1)).next_at == at(2, 7, 40)


async def test_a_paused_plan_and_one_that_cannot_be_read_fire_nothing(stage: Stage) -> None:
    topics(stage, "甲")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING, paused=True)
    stage.plan(PlanKind.BOOK, "每天", MORNING)
    await stage.tick(MORNING)
    assert stage.all_broadcasts() == []
    assert stage.read(lambda db: db.get_one(Plan, 2)).paused


async def test_any_number_of_clocks_plan_each_occasion_once(stage: Stage) -> None:
    topics(stage, "甲", "乙")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    for number in range(30):
        stage.member(f"成员{number}")
    await asyncio.gather(*(tick(stage.writer, stage.rules, MORNING) for _ in range(4)))
    assert len(stage.all_broadcasts()) == 1
    assert len(stage.pushes()) == 30


async def test_whoever_comes_second_to_an_occasion_does_nothing(stage: Stage) -> None:
    topics(stage, "甲", "乙")
    plan_id = stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.member("小爱")
    await stage.tick(MORNING)

    def again(db: Session) -> None:
        db.get_one(Plan, plan_id).next_at = MORNING

    stage.write(again)
    await stage.tick(MORNING)
    assert len(stage.all_broadcasts()) == 1
    assert len(stage.pushes()) == 1


async def test_a_large_audience_is_planned_in_batches_and_goes_on_where_it_stopped(stage: Stage) -> None:
    people = [stage.member("一")]
    stage.write(lambda db: _crowd(db, stage.root, 2500))
    broadcast_id = stage.broadcast("开会。", MORNING)

    def half_way(db: Session) -> None:
        db.get_one(Broadcast, broadcast_id).planned_to = people[0]

    stage.write(half_way)
    await stage.tick(MORNING)
    pushes = stage.pushes()
    assert len({push.member_id for push in pushes}) == len(pushes) == 2500
    assert stage.all_broadcasts()[0].planned_to is None


def _crowd(db: Session, branch: int, count: int) -> None:
    db.add_all(Member(name=f"成员{number}", branch_id=branch) for number in range(count))


async def test_who_is_at_home_and_takes_part_gets_one_copy(stage: Stage) -> None:
    other = stage.write(lambda db: _branch(db, "临时支部"))
    one, two = stage.member("小爱"), stage.member("小白", other)
    stage.member("外人", other)
    for member_id in (one, two):
        stage.add(Participation(member_id=member_id, branch_id=stage.root, since=date(2026, 1, 1)))
    stage.add(Participation(member_id=two, branch_id=stage.root, since=date(2025, 1, 1), until=date(2025, 6, 1)))
    stage.broadcast("开会。", MORNING)
    await stage.tick(MORNING)
    assert sorted(stage.statuses()) == ["小爱", "小白"]


def _branch(db: Session, name: str) -> int:
    branch = plant(db, name)
    assert branch.id is not None
    return branch.id


async def test_a_branch_with_a_plan_of_its_own_is_not_served_twice(stage: Stage) -> None:
    topics(stage, "甲", "乙")
    below = stage.group("第二支部", kind=BranchKind.BRANCH)
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING, branch=below)
    stage.member("小爱")
    stage.member("小白", below)
    await stage.tick(MORNING)
    first, second = stage.all_broadcasts()
    assert first.id is not None
    assert second.id is not None
    assert set(stage.statuses(first.id)) == {"小爱"}
    assert set(stage.statuses(second.id)) == {"小白"}


async def test_after_three_days_of_sleep_each_thing_is_as_late_as_its_limits_say(stage: Stage) -> None:
    topics(stage, "甲", "乙", "丙", "丁")
    stage.add(Book(title="乡土中国"))
    stage.plan(PlanKind.TOPIC, MORNINGS, at(1, 7, 40))
    stage.plan(PlanKind.BOOK, "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0", at(1, 12))
    stage.plan(PlanKind.BIRTHDAY, "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0", at(1, 8))
    for day in range(1, 5):
        stage.reachable(f"{day}日", until=at(5, 8), joined_on=date(1991, 7, day))
    await stage.run(at(4, 10))
    rung = {(push.name, push.kind) for push in stage.postman.sent}
    # Today's topic rings for all, today's greeting for one; the greetings and books of the days before wait.
    assert rung == {*((f"{day}日", "topic") for day in range(1, 5)), ("4日", "birthday"), ("4日", "oath")}
    held = {push.id for push in stage.pushes(status="held")}
    kinds = {broadcast.id: str(broadcast.kind) for broadcast in stage.all_broadcasts()}
    waiting = Counter(kinds[push.broadcast_id] for push in stage.pushes() if push.id in held)
    assert waiting == {"birthday": 3, "oath": 3, "book": 12}
    assert await stage.run(at(4, 10, 5)) == []


async def test_a_rule_with_several_hours_fires_at_each_of_them(stage: Stage) -> None:
    topics(stage, "甲", "乙", "丙")
    stage.plan(PlanKind.TOPIC, "FREQ=DAILY;BYHOUR=8,16;BYMINUTE=0;BYSECOND=0", at(1, 8))
    stage.reachable("小爱", until=at(5, 8))
    assert await stage.run(at(1, 8)) == ["小爱"]
    assert await stage.run(at(1, 16)) == ["小爱"]
    assert await stage.run(at(2, 8)) == ["小爱"]
    occasions = [broadcast.occasion for broadcast in stage.all_broadcasts()]
    assert occasions == ["2026-07-01", "2026-07-01T1600", "2026-07-02"]


async def test_members_have_the_topic_at_the_hour_they_chose(stage: Stage) -> None:
    topics(stage, "甲", "乙")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("早", until=at(3, 8))
    stage.reachable("晚", until=at(3, 8), topic_at=time(20, 30))
    stage.reachable("太早", until=at(3, 8), topic_at=time(6))
    stage.reachable("半夜", until=at(3, 8), topic_at=time(23))
    assert await stage.run(MORNING) == ["早", "太早", "半夜"]
    late = stage.all_broadcasts()[1]
    assert (late.starts_at, late.ring_until, late.show_until) == (at(1, 20, 30), at(1, 21), at(2, 7, 40))
    assert await stage.run(at(1, 20, 29)) == []
    assert await stage.run(at(1, 20, 30)) == ["晚"]
    assert [push.facts["title"] for push in stage.postman.sent] == ["甲0"] * 4


async def test_a_chosen_hour_has_the_same_limit_of_lateness(stage: Stage) -> None:
    topics(stage, "甲")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("早", until=at(3, 8))
    stage.reachable("午", until=at(3, 8), topic_at=time(12))
    # Noon has passed for the one, and four hours and twenty minutes since noon have not for the other.
    assert await stage.run(at(1, 16)) == ["午"]
    assert stage.statuses() == {"早": "held late", "午": "accepted"}


async def test_a_closed_branch_gets_no_topic_from_the_plan_above(stage: Stage) -> None:
    topics(stage, "甲")
    below = stage.group("第二支部", kind=BranchKind.BRANCH)
    stage.add(CalendarDay(day=date(2026, 7, 1), kind=DayKind.CLOSURE, branch_id=below))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("小爱", until=at(3, 8))
    stage.reachable("小白", below, until=at(3, 8))
    assert await stage.run(MORNING) == ["小爱"]
    assert await stage.run(at(2, 7, 40)) == ["小爱", "小白"]


async def test_a_day_taken_off_between_planning_ahead_and_firing_is_respected(stage: Stage) -> None:
    topics(stage, "甲")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING, workdays_only=True)
    stage.reachable("小爱", until=at(3, 8))
    stage.add(CalendarDay(day=date(2026, 7, 1), kind=DayKind.OFF))
    assert await stage.run(MORNING) == []
    assert stage.read(lambda db: db.get_one(Plan, 1)).next_at == at(2, 7, 40)
