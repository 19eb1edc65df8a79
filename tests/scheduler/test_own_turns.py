"""Everybody gets the branch's turn, but nobody anything twice before they had all of it."""

from collections.abc import Sequence
from datetime import time

from sqlmodel import Session, select

from models.follower import Follower
from models.library import Topic
from models.member import Member
from models.plan import PlanKind
from models.preference import choose
from tests.scheduler.stage import MORNING, MORNINGS, Stage, at


def wants(stage: Stage, members: Sequence[int], *, topics: bool) -> None:
    def choose_all(db: Session) -> None:
        for member_id in members:
            choose(db, member_id, topics=topics)

    stage.write(choose_all)


async def got(stage: Stage, days: Sequence[int], absent: dict[int, Sequence[int]]) -> dict[str, list[str]]:
    """What each member was sent on these days; those who are absent want no topics on that day."""
    before = len(stage.postman.sent)
    for day in days:
        wants(stage, absent.get(day, ()), topics=False)
        for follower in stage.read(lambda db: list(db.exec(select(Follower.member_id)))):
            stage.wrote(follower or 0, until=at(day, 12))
        await stage.run(at(day, 7, 40))
        wants(stage, absent.get(day, ()), topics=True)
    found: dict[str, list[str]] = {}
    for push in stage.postman.sent[before:]:
        found.setdefault(push.name, []).append(push.facts["title"])
    return found


async def test_whoever_was_away_gets_what_they_missed_before_anything_comes_again(stage: Stage) -> None:
    stage.add(*(Topic(title=title) for title in "一二三"))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("常在", until=at(9, 12))
    away = stage.reachable("出差", until=at(9, 12))
    assert await got(stage, range(1, 9), {2: [away]}) == {
        "常在": list("一二三一二三一二"),
        # Had 一 and 三, so that 二 comes instead of 一; having had 二 just now, 一 comes instead of it.
        "出差": list("一三二一三一二"),
    }


async def test_who_joins_late_shares_the_branchs_topic_and_misses_none(stage: Stage) -> None:
    stage.add(*(Topic(title=title) for title in "一二三"))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("常在", until=at(9, 12))
    await got(stage, range(1, 3), {})
    stage.reachable("新来", until=at(9, 12))
    assert await got(stage, range(3, 7), {}) == {"常在": list("三一二三"), "新来": list("三一二三")}


async def test_who_comes_from_another_plan_gets_nothing_twice(stage: Stage) -> None:
    stage.add(*(Topic(title=title) for title in "一二三"))
    other = stage.group("第二支部")
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.plan(PlanKind.TOPIC, MORNINGS, at(3, 7, 40), branch=other)
    moved = stage.reachable("调来", until=at(9, 12))
    await got(stage, range(1, 3), {})

    def move(db: Session) -> None:
        db.get_one(Member, moved).branch_id = other

    stage.write(move)
    assert await got(stage, range(3, 6), {}) == {"调来": list("三二三")}


async def test_an_hour_of_ones_own_and_a_topic_of_ones_own_go_together(stage: Stage) -> None:
    stage.add(*(Topic(title=title) for title in "一二三"))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    late = stage.reachable("晚读", until=at(9, 23), left=9, topic_at=time(20, 30))
    for day in range(1, 6):
        wants(stage, [late], topics=day != 2)
        await stage.tick(at(day, 7, 40))
        await stage.run(at(day, 20, 30))
    seen = [push.facts["title"] for push in stage.postman.sent]
    assert seen == list("一三二一")
