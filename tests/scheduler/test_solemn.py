"""What a solemn day holds back, from when, and until when."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Session

from models.branch import BranchKind
from models.calendar_day import CalendarDay, DayKind
from models.library import Book, Topic
from models.plan import PlanKind
from scheduler import ride_along, solemn
from scheduler.cause import Asker
from scheduler.explain import Asking, explain
from scheduler.messenger import Outgoing
from tests.scheduler.stage import EIGHT, MORNINGS, Stage, at

NOONS = "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0"
WEEK = at(9, 8)


def make_solemn(stage: Stage, day: int, branch: int | None = None) -> None:
    stage.add(CalendarDay(day=date(2026, 7, day), kind=DayKind.SOLEMN, branch_id=branch, name="纪念"))


def riding(stage: Stage, member_id: int, now: datetime) -> list[Outgoing]:
    return stage.write(lambda db: ride_along.waiting(db.connection(), [member_id], stage.rules, now).get(member_id, []))


async def test_a_greeting_waits_for_the_next_day_that_is_not_solemn(stage: Stage) -> None:
    make_solemn(stage, 1)
    make_solemn(stage, 2)
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(1, 8))
    one = stage.reachable("小爱", until=WEEK, joined_on=date(1991, 7, 1))
    assert await stage.run(at(1, 8)) == []
    assert stage.statuses() == {"小爱": "due solemn"}
    assert (
        stage.read(lambda db: explain(db, one, Asking(Asker.SECRETARY, stage.account, stage.rules, at(1, 9)))).cause
        == "solemn"
    )
    assert riding(stage, one, at(2, 9)) == []
    assert await stage.run(at(2, 12)) == []
    assert await stage.run(at(3, 7, 59)) == []
    assert await stage.run(at(3, 8)) == ["小爱", "小爱"]
    assert [(push.kind, push.day, push.today) for push in stage.postman.sent] == [
        ("birthday", date(2026, 7, 1), date(2026, 7, 3)),
        ("oath", date(2026, 7, 1), date(2026, 7, 3)),
    ]


async def test_the_solemn_days_of_every_year_need_nobody(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(13, 8, month=12), starts_on=date(2026, 12, 1))
    stage.reachable("小爱", until=at(20, 8, month=12), joined_on=date(1991, 12, 13))
    assert await stage.run(at(13, 8, month=12)) == []
    assert await stage.run(at(14, 8, month=12)) == ["小爱", "小爱"]
    stage.rules = replace(stage.rules, solemn_days=())
    stage.deliverer = stage.another_deliverer()
    stage.reachable("小白", until=at(20, 8, month=12), joined_on=date(1991, 12, 15))
    assert await stage.run(at(15, 8, month=12)) == ["小白", "小白"]


async def test_a_day_that_is_added_holds_what_is_waiting_already_and_lets_go_when_taken_back(stage: Stage) -> None:
    stage.add(Book(title="乡土中国"))
    stage.plan(PlanKind.BOOK, NOONS, at(1, 12))
    one = stage.reachable("小爱", until=WEEK)
    await stage.tick(at(1, 12))
    make_solemn(stage, 1)
    await stage.deliverer.deliver()
    assert stage.statuses() == {"小爱": "due solemn"}
    assert riding(stage, one, at(1, 12, 1)) == []

    def take_back(db: Session) -> None:
        db.connection().execute(delete(CalendarDay))
        solemn.let_go(db, at(1, 13))

    stage.write(take_back)
    assert await stage.run(at(1, 13)) == ["小爱"]


async def test_whoever_writes_on_a_solemn_day_gets_the_greeting_the_day_after(stage: Stage) -> None:
    make_solemn(stage, 1)
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(1, 8))
    one = stage.member("小爱", joined_on=date(1991, 7, 1))
    stage.follow(one)
    await stage.run(at(1, 8))
    assert riding(stage, one, at(1, 9)) == []
    await stage.run(at(2, 8))
    assert [push.kind for push in riding(stage, one, at(2, 9))] == ["birthday", "oath"]


async def test_only_a_suitable_topic_comes_on_a_solemn_day(stage: Stage) -> None:
    stage.add(Topic(title="平常"), Topic(title="庄重", solemn=True), Topic(title="平常的另一条"))
    make_solemn(stage, 1)
    stage.plan(PlanKind.TOPIC, MORNINGS, at(1, 7, 40))
    stage.reachable("小爱", until=WEEK)
    assert await stage.run(at(1, 7, 40)) == ["小爱"]
    assert await stage.run(at(2, 7, 40)) == ["小爱"]
    assert [push.facts["title"] for push in stage.postman.sent] == ["庄重", "平常"]


async def test_without_a_suitable_topic_a_solemn_day_has_none(stage: Stage) -> None:
    stage.add(Topic(title="平常"))
    make_solemn(stage, 1)
    stage.plan(PlanKind.TOPIC, MORNINGS, at(1, 7, 40))
    stage.reachable("小爱", until=WEEK)
    await stage.run(at(1, 7, 40))
    assert stage.all_broadcasts() == []


async def test_a_day_of_one_branch_holds_only_its_people(stage: Stage) -> None:
    below = stage.group("第二支部", kind=BranchKind.BRANCH)
    make_solemn(stage, 1, below)
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(1, 8))
    stage.rules = replace(stage.rules, oath=False)
    stage.deliverer = stage.another_deliverer()
    stage.reachable("小爱", until=WEEK, joined_on=date(1991, 7, 1))
    stage.reachable("小白", below, until=WEEK, joined_on=date(1991, 7, 1))
    assert await stage.run(at(1, 8)) == ["小爱"]
    assert await stage.run(at(2, 8)) == ["小白"]


async def test_an_admins_own_words_are_never_held(stage: Stage) -> None:
    make_solemn(stage, 1)
    stage.reachable("小爱", until=WEEK)
    stage.broadcast("今天上午十点默哀。", at(1, 8))
    assert await stage.run(at(1, 8, 2)) == ["小爱"]
