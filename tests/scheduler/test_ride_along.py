"""Pushes that ride along with an answer."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from models import leaving
from models.library import Topic
from models.member import Member
from models.open_question import OpenQuestion
from models.plan import PlanKind
from scheduler import broadcasts, ride_along
from scheduler.messenger import Outgoing
from scheduler.outgoing import goes_with_others
from scheduler.routes import Account
from tests.scheduler.stage import EIGHT, MORNING, MORNINGS, Stage, at

NINE = at(1, 9)


def waiting(stage: Stage, member_id: int, now: datetime) -> list[Outgoing]:
    found = stage.write(lambda db: ride_along.waiting(db.connection(), [member_id], stage.rules, now))
    return found.get(member_id, [])


def show(stage: Stage, member_id: int, now: datetime) -> Outgoing:
    """What an answer would show, taken in the same transaction."""

    def first(db: Session) -> Outgoing:
        push = ride_along.waiting(db.connection(), [member_id], stage.rules, now)[member_id][0]
        ride_along.take(db.connection(), [ride_along.shown(push, stage.rules, now)])
        return push

    return stage.write(first)


async def prepared(stage: Stage) -> int:
    """A member of an account that can't push, with a topic, a birthday and a broadcast waiting."""
    stage.account = Account.SUBSCRIPTION
    stage.add(Topic(title="甲"))
    stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(1, 8))
    one = stage.reachable("小爱", until=NINE, joined_on=date(1991, 7, 1))
    stage.broadcast("开会。", at(1, 8))
    await stage.run(NINE)
    return one


async def test_birthdays_come_before_broadcasts_and_those_before_topics(stage: Stage) -> None:
    one = await prepared(stage)
    assert [push.kind for push in waiting(stage, one, NINE)] == ["birthday", "oath", "text", "topic"]
    assert [goes_with_others(push) for push in waiting(stage, one, NINE)] == [True, False, True, True]


async def test_what_was_shown_has_arrived_and_does_not_wait_any_more(stage: Stage) -> None:
    one = await prepared(stage)
    shown = show(stage, one, NINE)
    assert [push.kind for push in waiting(stage, one, NINE)] == ["oath", "text", "topic"]
    (push,) = stage.pushes(id=shown.id)
    assert (push.status, push.route, push.sent_at, push.cause) == ("accepted", "passive", NINE, "")
    assert stage.window(one) == 5
    assert stage.read(lambda db: db.get_one(OpenQuestion, f"o{one}")).kind == "birthday"


async def test_due_ones_ride_too_and_are_then_not_sent(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + timedelta(days=1))
    stage.broadcast("开会。", NINE)
    await stage.tick(NINE)
    assert waiting(stage, one, NINE) == []  # The author may still take it back.
    later = NINE + timedelta(minutes=2)
    assert show(stage, one, later).facts == {"text": "开会。"}
    assert await stage.run(later) == []


async def test_at_night_it_rides_all_the_same(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + timedelta(days=1))
    stage.broadcast("开会。", at(1, 22))
    await stage.run(at(1, 22, 5))
    assert [push.kind for push in waiting(stage, one, at(1, 22, 6))] == ["text"]


async def test_what_was_stopped_or_is_over_does_not_ride(stage: Stage) -> None:
    one = await prepared(stage)
    stage.write(lambda db: broadcasts.pause(db, stage.root, None, NINE))
    assert waiting(stage, one, NINE) == []
    stage.write(lambda db: broadcasts.resume(db, stage.root, NINE))
    assert len(waiting(stage, one, NINE)) == 4
    assert [push.kind for push in waiting(stage, one, at(2, 8))] == ["birthday", "oath", "text"]
    assert waiting(stage, one, at(9, 8)) == []


async def test_nothing_rides_to_someone_off_the_roster(stage: Stage) -> None:
    one = await prepared(stage)
    stage.write(lambda db: leaving.deactivate(db, db.get_one(Member, one), NINE.date()))
    assert waiting(stage, one, NINE) == []


async def test_late_is_known_to_the_words(stage: Stage) -> None:
    one = await prepared(stage)
    birthday = waiting(stage, one, at(4, 9))[0]
    assert (birthday.day, birthday.today) == (date(2026, 7, 1), date(2026, 7, 4))
