"""What a change of the library does to what is planned already."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.library import Book, Topic, reserved
from models.plan import PlanKind
from models.push import Push, PushStatus
from scheduler import library
from tests.scheduler.stage import MORNING, MORNINGS, RULES, Stage, at

FRIDAYS = "FREQ=WEEKLY;BYDAY=FR;BYHOUR=12;BYMINUTE=0;BYSECOND=0"


async def test_a_withdrawn_topic_leaves_plans_and_pushes_at_once(stage: Stage) -> None:
    stage.add(Topic(title="甲"), Topic(title="乙"))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.reachable("小爱", until=MORNING - timedelta(hours=1))
    stage.reachable("小白", until=at(9, 12))
    await stage.run(MORNING)
    assert stage.statuses() == {"小爱": "held window", "小白": "accepted"}
    assert stage.write(lambda db: library.withdraw(db, db.get_one(Topic, 1))) == 1
    assert stage.statuses() == {"小爱": "cancelled withdrawn", "小白": "accepted"}
    assert [one.state for one in stage.all_broadcasts()] == [BroadcastState.WITHDRAWN]
    for day in range(2, 4):
        await stage.tick(at(day, 7, 40))
    assert [one.facts["title"] for one in stage.all_broadcasts()] == ["甲", "乙", "乙"]
    stage.write(lambda db: library.restore(db, db.get_one(Topic, 1)))
    await stage.tick(at(4, 7, 40))
    assert stage.all_broadcasts()[-1].facts["title"] == "甲"


async def test_what_is_withdrawn_while_its_pushes_are_written_is_never_half_there(stage: Stage) -> None:
    stage.add(Topic(title="甲"), Topic(title="乙"))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    for number in range(501):
        stage.member(f"成员{number}")
    await stage.tick(MORNING)
    stage.write(lambda db: library.withdraw(db, db.get_one(Topic, 1)))
    await stage.tick(at(1, 7, 41))
    query = select(Push.status).distinct()
    assert stage.read(lambda db: list(db.exec(query.order_by(col(Push.status))))) == [PushStatus.CANCELLED]
    assert [one.planned_to for one in stage.all_broadcasts()] == [None]


async def test_an_item_is_neither_sent_nor_shown_after_its_last_day(stage: Stage) -> None:
    stage.add(Book(title="旧", valid_until=date(2026, 7, 2)), Book(title="新", valid_until=date(2026, 7, 4)))
    stage.plan(PlanKind.BOOK, FRIDAYS, at(3, 12))
    stage.reachable("小爱", until=MORNING)
    await stage.tick(at(3, 12))
    (book,) = stage.all_broadcasts()
    assert (book.facts["title"], book.ring_until, book.show_until) == ("新", at(3, 21), at(5, 0))
    stage.write(lambda db: _lasts(db, date(2026, 7, 3)))
    await stage.tick(at(4, 0, 5))
    assert stage.statuses() == {"小爱": "expired expired"}


def _lasts(db: Session, day: date) -> None:
    book = db.get_one(Book, 2)
    book.valid_until = day
    library.shorten(db, book, RULES.hours)


async def test_whoever_withdraws_waits_for_what_is_just_being_planned_and_finds_it(stage: Stage) -> None:
    stage.add(Topic(title="甲"))
    taken, go_on = threading.Event(), threading.Event()

    def plan(db: Session) -> None:
        assert reserved(db, Topic, 1, MORNING.date()) is not None
        taken.set()
        assert go_on.wait(30)
        times: dict[str, Any] = dict.fromkeys(("created_at", "starts_at"), MORNING)
        times |= dict.fromkeys(("ring_until", "show_until"), at(2, 7, 40))
        db.add(Broadcast(branch_id=stage.root, kind=BroadcastKind.TOPIC, item_id=1, **times))

    planned = stage.writer.submit(plan)
    assert taken.wait(30)
    withdrawn = stage.writer.submit(lambda db: library.withdraw(db, db.get_one(Topic, 1)))
    with pytest.raises(TimeoutError):
        withdrawn.result(timeout=0.2)
    go_on.set()
    planned.result(timeout=30)
    withdrawn.result(timeout=30)
    assert [one.state for one in stage.all_broadcasts()] == [BroadcastState.WITHDRAWN]
