"""How far a broadcast is, how fast it goes, how long the rest takes."""

from datetime import timedelta

from sqlmodel import Session, select

from models.broadcast import Broadcast
from models.push import Push, PushStatus
from scheduler.progress import Progress, measure
from tests.scheduler.stage import Stage, at

NINE = at(1, 9)
SENT = at(1, 9, 1)


async def half_sent(stage: Stage) -> int:
    """A broadcast to forty, of which every second one left in the last ten seconds."""
    for number in range(40):
        stage.reachable(f"某{number:02}", until=NINE + timedelta(hours=30))
    broadcast_id = stage.broadcast("开会。", NINE)
    await stage.tick(SENT)

    def send(db: Session) -> None:
        for push in db.exec(select(Push)).all()[:20]:
            push.status, push.sent_at = PushStatus.ACCEPTED, SENT + timedelta(seconds=5)

    stage.write(send)
    return broadcast_id


def far(stage: Stage, broadcast_id: int, seconds: int) -> Progress:
    now = SENT + timedelta(seconds=seconds)
    return stage.read(lambda db: measure(db, db.get_one(Broadcast, broadcast_id), now))


async def test_rate_and_time_left_follow_what_was_sent_of_late(stage: Stage) -> None:
    broadcast_id = await half_sent(stage)
    found = far(stage, broadcast_id, 10)
    assert (found.total, found.arrived, found.leaving, found.planned) == (40, 20, 20, True)
    assert (found.per_second, found.seconds_left) == (2.0, 10)
    later = far(stage, broadcast_id, 3600)
    assert (later.per_second, later.seconds_left) == (0.0, None)


async def test_when_nothing_more_can_leave_nothing_is_left(stage: Stage) -> None:
    broadcast_id = await half_sent(stage)
    await stage.deliverer.deliver()
    found = far(stage, broadcast_id, 10)
    assert (found.arrived, found.leaving, found.seconds_left) == (40, 0, 0)


async def test_what_has_not_started_is_not_leaving(stage: Stage) -> None:
    broadcast_id = stage.broadcast("开会。", NINE)
    found = far(stage, broadcast_id, -30)
    assert (found.planned, found.leaving, found.seconds_left) == (False, 0, None)
