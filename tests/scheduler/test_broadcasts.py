"""What admins do to broadcasts."""

from dataclasses import replace
from datetime import timedelta

from models.broadcast import Broadcast
from models.member import Member
from scheduler import broadcasts
from scheduler.broadcasts import Recalled
from scheduler.messenger import Outcome, Result
from tests.scheduler.stage import Stage, at

NINE = at(1, 9)
SENT = at(1, 9, 1)
LATER = timedelta(hours=30)


def recall(stage: Stage, broadcast_id: int) -> Recalled:
    return stage.write(lambda db: broadcasts.recall(db, stage.rules, db.get_one(Broadcast, broadcast_id), SENT))


async def test_in_the_minute_of_grace_all_of_it_is_taken_back(stage: Stage) -> None:
    for name in ("小爱", "小白"):
        stage.reachable(name, until=NINE + LATER)
    broadcast_id = stage.broadcast("开会。", NINE)
    assert recall(stage, broadcast_id) == Recalled(have=0, stopped=2, unknown=())  # Not even planned yet.
    assert await stage.run(SENT) == []
    again = stage.broadcast("开会。", NINE)
    await stage.run(NINE)
    assert recall(stage, again) == Recalled(have=0, stopped=2, unknown=())
    assert await stage.run(SENT) == []
    assert set(stage.statuses(again).values()) == {"cancelled recalled"}


async def test_later_only_the_rest_is_stopped_and_the_others_are_counted(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    stage.reachable("断线", until=NINE + LATER)
    stage.member("没绑定")
    stage.postman.says = lambda push: Outcome(Result.UNKNOWN if push.name == "断线" else Result.ACCEPTED)
    broadcast_id = stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert recall(stage, broadcast_id) == Recalled(have=1, stopped=1, unknown=("断线",))
    assert stage.statuses()["没绑定"] == "cancelled recalled"


async def test_a_large_one_stops_at_once_and_is_tidied_up_by_the_next_tick(stage: Stage) -> None:
    stage.add(*(Member(name=f"成员{number}", branch_id=stage.root) for number in range(1200)))
    broadcast_id = stage.broadcast("开会。", NINE)
    await stage.tick(NINE)
    assert recall(stage, broadcast_id).stopped == 1200
    await stage.tick(SENT)
    assert set(stage.statuses().values()) == {"cancelled recalled"}


async def test_the_last_one_of_an_author_is_what_they_take_back(stage: Stage) -> None:
    one, two = stage.member("书记"), stage.member("副书记")
    first = stage.broadcast("一", NINE, author=one)
    stage.broadcast("二", NINE, author=two)

    def last(author: int) -> int | None:
        found = stage.read(lambda db: broadcasts.last_of(db, author, SENT))
        return found.id if found else None

    assert last(one) == first
    recall(stage, first)
    assert last(one) is None


async def test_progress_is_a_count_by_status(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    stage.member("没绑定")
    broadcast_id = stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert stage.read(lambda db: broadcasts.progress(db, broadcast_id)) == {"accepted": 1, "held": 1}


async def test_without_a_grace_it_starts_at_once(stage: Stage) -> None:
    stage.rules = replace(stage.rules, grace_seconds=0)
    stage.reachable("小爱", until=NINE + LATER)
    stage.broadcast("开会。", NINE)
    assert await stage.run(NINE) == ["小爱"]
