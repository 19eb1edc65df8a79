"""What a leave holds back, and until when."""

from datetime import date, datetime

from sqlmodel import Session, select

from models import leave, mass, owed
from models.branch import Branch
from models.broadcast import Broadcast
from models.member import Member
from scheduler import ride_along
from scheduler.audience import within
from scheduler.cause import Asker, Cause
from scheduler.explain import Asking, explain
from scheduler.forecast import forecast
from scheduler.mass import UNREACHED
from tests.scheduler.stage import Stage, at

WEEK = at(9, 8)


def away(stage: Stage, name: str, now: datetime, until: date) -> int:
    """Takes leave as 「请假」 does; the member's id."""

    def take(db: Session) -> int:
        member_id = db.exec(select(Member.id).where(Member.name == name)).one() or 0
        leave.take(db, member_id, stage.rules.hours.study_day(now), until)
        owed.let_go(db.connection(), member_id, now)
        return member_id

    return stage.write(take)


async def test_what_may_still_ring_comes_when_the_leave_is_over(stage: Stage) -> None:
    stage.reachable("小爱", until=WEEK)
    stage.reachable("小白", until=WEEK)
    one = away(stage, "小爱", at(1, 8), date(2026, 7, 2))
    stage.broadcast("开会。", at(1, 9))
    assert await stage.run(at(1, 9, 1)) == ["小白"]
    assert stage.statuses()["小爱"] == "due away"
    asked = stage.read(lambda db: explain(db, one, Asking(Asker.MEMBER, stage.account, stage.rules, at(1, 10))))
    assert asked.cause is Cause.AWAY
    waiting = stage.write(lambda db: ride_along.waiting(db.connection(), [one], stage.rules, at(2, 10)))
    assert [push.frozen for push in waiting[one]] == [True]
    assert await stage.run(at(2, 23)) == []
    assert await stage.run(at(3, 7, 29)) == []
    assert await stage.run(at(3, 7, 30)) == ["小爱"]


async def test_what_is_over_by_then_waits_for_the_member(stage: Stage) -> None:
    stage.reachable("小爱", until=WEEK)
    one = away(stage, "小爱", at(1, 8), date(2026, 7, 8))
    stage.broadcast("开会。", at(1, 9))
    assert await stage.run(at(1, 9, 1)) == []
    assert stage.statuses() == {"小爱": "held away"}
    # Back early: it is sent by itself after all.
    stage.write(lambda db: leave.end(db, one, date(2026, 7, 2)))
    stage.write(lambda db: owed.let_go(db.connection(), one, at(2, 9)))
    assert await stage.run(at(2, 9)) == ["小爱"]


async def test_forecast_and_mass_message_leave_them_in_peace_without_a_word(stage: Stage) -> None:
    for name in ("小爱", "小白", "小成"):
        stage.reachable(name, until=at(1, 8))
    stage.broadcast("开会。", at(1, 9))
    await stage.run(at(1, 9, 1))
    today = date(2026, 7, 1)

    def unreached() -> list[str]:
        number = stage.read(lambda db: db.exec(select(Broadcast.id)).one()) or 0
        found = stage.read(lambda db: mass.unreached(db.connection(), number, UNREACHED, today))
        return sorted(one.name for one in found)

    assert unreached() == sorted(["小爱", "小白", "小成"])
    away(stage, "小爱", at(1, 10), date(2026, 7, 8))
    assert unreached() == sorted(["小白", "小成"])
    path = stage.read(lambda db: db.get_one(Branch, stage.root).path)
    seen = stage.read(lambda db: forecast(db, within(path), stage.account, stage.rules, at(1, 10)))
    assert seen.causes(phone=False) == {Cause.WINDOW: 2, Cause.NOT_BY_STATUS: 1}
    assert "小爱" in seen.next
