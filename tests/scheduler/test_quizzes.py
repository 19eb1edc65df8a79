"""The day's question: to whom it goes, which one it is, and how many there can be."""

from datetime import date
from typing import Any

import pytest

from models import quiz
from models.broadcast import BroadcastKind
from models.member import Status
from models.plan import PlanKind
from models.preference import Preference
from models.quiz import QuizKind, QuizMemory, QuizQuestion
from scheduler.planners import quizzes
from tests.scheduler.stage import Stage, at

NOONS = "FREQ=DAILY;BYHOUR=12;BYMINUTE=30;BYSECOND=0"
FAR = at(1, 0, month=12)
TODAY = date(2026, 7, 1)


def bank(stage: Stage, *titles: str, **fields: Any) -> None:
    stage.add(
        *(QuizQuestion(title=title, kind=QuizKind.JUDGEMENT, answer="对", **fields) for title in titles),
    )


def knows(stage: Stage, member_id: int, question_id: int, due_on: date, **fields: Any) -> None:
    stage.add(QuizMemory(member_id=member_id, question_id=question_id, due_on=due_on, **fields))


def asked(stage: Stage) -> dict[str, str]:
    """What went out, by name."""
    return {push.name: push.own["title"] for push in stage.postman.sent if push.kind == BroadcastKind.QUIZ}


async def test_each_gets_the_one_whose_turn_it_is_for_them(stage: Stage) -> None:
    bank(stage, "一", "二", "三")
    bank(stage, "过期", valid_until=date(2026, 6, 30))
    people = {
        name: stage.reachable(name, until=FAR)
        for name in ("新来的", "到期的", "都会的", "学过一的", "跳过的", "漏了二的")
    }
    knows(stage, people["到期的"], 1, date(2026, 6, 30), answered_on=date(2026, 6, 1), stability=2.0, difficulty=5.0)
    knows(stage, people["到期的"], 2, date(2026, 6, 20), answered_on=date(2026, 6, 1), stability=2.0, difficulty=5.0)
    knows(stage, people["到期的"], 4, date(2026, 6, 1), answered_on=date(2026, 5, 1), stability=2.0, difficulty=5.0)
    for question in (1, 2, 3):
        knows(stage, people["都会的"], question, date(2026, 7, 9))
    knows(stage, people["学过一的"], 1, date(2026, 7, 2))
    knows(stage, people["跳过的"], 1, TODAY)
    for question in (1, 3):
        knows(stage, people["漏了二的"], question, date(2026, 7, 9))
    stage.plan(PlanKind.QUIZ, NOONS, at(1, 12, 30))
    await stage.run(at(1, 12, 30))
    assert asked(stage) == {"新来的": "一", "到期的": "二", "学过一的": "二", "跳过的": "一", "漏了二的": "二"}
    with stage.database.reading() as db:
        assert quiz.next_day(db.connection(), people["都会的"], TODAY) == date(2026, 7, 9)


async def test_only_those_who_want_it_are_here_and_have_not_answered_today(stage: Stage) -> None:
    bank(stage, "一", "二")
    stage.reachable("甲", until=FAR)
    stage.reachable("退休", until=FAR, status=Status.RETIRED)
    stage.reachable("停用", until=FAR, status=Status.INACTIVE)
    stage.member("没有绑定")
    stage.follow(stage.member("没有同意"), left=5, until=FAR, agreed=False)
    stage.add(Preference(member_id=stage.reachable("停了", until=FAR), quizzes=False))
    stage.add(Preference(member_id=stage.reachable("请假", until=FAR), away_until=TODAY))
    knows(stage, stage.reachable("答过了", until=FAR), 1, date(2026, 7, 4), answered_on=TODAY)
    stage.plan(PlanKind.QUIZ, NOONS, at(1, 12, 30))
    assert await stage.run(at(1, 12, 30)) == ["甲"]
    assert [push.member_id for push in stage.pushes()] == [1]
    assert sorted(await stage.run(at(2, 12, 30))) == ["甲", "答过了", "请假"]


async def test_batches_reach_everybody_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quizzes, "BATCH", 2)
    bank(stage, "一")
    for name in "甲乙丙丁戊":
        stage.reachable(name, until=FAR)
    stage.plan(PlanKind.QUIZ, NOONS, at(1, 12, 30))
    assert sorted(await stage.run(at(1, 12, 30))) == sorted("甲乙丙丁戊")
    assert await stage.run(at(1, 12, 31)) == []


async def test_yesterdays_is_over_when_the_day_is(stage: Stage) -> None:
    bank(stage, "一")
    stage.follow(stage.member("甲"))
    stage.plan(PlanKind.QUIZ, NOONS, at(1, 12, 30))
    await stage.run(at(1, 12, 30))
    assert stage.statuses() == {"甲": "held window"}
    await stage.tick(at(2, 0, 1))
    assert stage.statuses() == {"甲": "expired expired"}


async def test_an_empty_bank_makes_no_broadcast(stage: Stage) -> None:
    stage.reachable("甲", until=FAR)
    stage.plan(PlanKind.QUIZ, NOONS, at(1, 12, 30))
    assert await stage.run(at(1, 12, 30)) == []
    assert stage.all_broadcasts() == []
