"""Mass messages without a platform: who is among them, and what a dead process leaves."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from models import mass
from models.broadcast import Broadcast
from models.mass import MassReceipt, MassSend, MassState
from models.member import Member, Status
from models.push import Push, PushStatus
from scheduler.late_answer import owe_answer
from scheduler.mass import FEWEST, MOST, order, parts, rest
from scheduler.mass_sending import KEY_LIVES, MassCall, MassSender, Submitted
from scheduler.messenger import Outcome, Result
from tests.scheduler.stage import Stage, at

NINE = at(1, 9)
TEN = at(1, 10)


@given(count=st.integers(0, 500), most=st.integers(3, 40))
def test_parts_hold_everybody_once_and_nobody_is_left_alone(count: int, most: int) -> None:
    people = list(range(count))
    divided = parts(people, most)
    assert [one for part in divided for one in part] == people
    assert all(len(part) <= most for part in divided)
    assert count < FEWEST or all(len(part) >= FEWEST for part in divided)
    assert len(divided) == -(-count // most)


def test_ten_thousand_and_one_make_two_parts() -> None:
    assert [len(part) for part in parts(range(MOST + 1))] == [5000, 5001]


class Platform:
    """A messenger that keeps what it was asked; `says` are its answers, the last one again and again."""

    def __init__(self, *says: Submitted | BaseException) -> None:
        self.calls: list[MassCall] = []
        self._says = list(says) or [Submitted(Outcome(Result.ACCEPTED, 0), 7)]

    async def submit(self, call: MassCall) -> Submitted:
        self.calls.append(call)
        said = self._says.pop(0) if len(self._says) > 1 else self._says[0]
        if isinstance(said, BaseException):
            raise said
        return said

    def report(self, sent: MassSend) -> str:
        return f"群发：{sent.state}"


def sender(stage: Stage, platform: Platform, *, alone: bool = False) -> MassSender:
    return MassSender(stage.writer, platform, stage.clock, stage.rules, lambda: stage.account, alone=alone)


async def ordered(stage: Stage, names: Sequence[str] = ("小爱", "小白"), by: int | None = None) -> int:
    """A broadcast that found nobody's window open, and an order for all of them whose grace is over."""
    for name in names:
        stage.follow(stage.member(name))
    broadcast_id = stage.broadcast("开会。", NINE)
    stage.clock.set(NINE + timedelta(minutes=2))
    await stage.run(NINE + timedelta(minutes=2))
    ids = order_rest(stage, broadcast_id, by)
    stage.clock.set(TEN)
    return ids[0]


def order_rest(stage: Stage, broadcast_id: int, by: int | None = None) -> list[int]:
    def work(db: Session) -> list[int]:
        now = stage.clock.now()
        broadcast = db.get_one(Broadcast, broadcast_id)
        found = rest(db, broadcast, stage.account, stage.rules, now)
        assert found.refusal is None
        return order(db, broadcast, found, by=by, account=stage.account, rules=stage.rules, now=now)

    return stage.write(work)


def states(stage: Stage) -> list[str]:
    return stage.read(lambda db: [str(state) for state in db.exec(select(MassSend.state))])


def time_runs(stage: Stage) -> None:
    """Leases and pauses are over."""

    def work(db: Session) -> None:
        for row in db.exec(select(MassSend)).all():
            row.free_at = None

    stage.write(work)


async def test_a_process_that_dies_in_its_call_is_followed_by_one_with_the_same_key(stage: Stage) -> None:
    await ordered(stage)
    dead = Platform(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await sender(stage, dead).run()
    assert stage.statuses() == {"小爱": "sending", "小白": "sending"}
    # Neither the loop of single sends nor a new one takes them for its own lost ones.
    await stage.another_deliverer(alone=True).deliver()
    assert stage.statuses() == {"小爱": "sending", "小白": "sending"}
    heir = Platform()
    await sender(stage, heir).run()
    assert heir.calls == []
    await sender(stage, heir, alone=True).run()
    assert [call.key for call in heir.calls] == [call.key for call in dead.calls]
    assert heir.calls[0].openids == dead.calls[0].openids
    assert heir.calls[0].uncertain
    assert stage.statuses() == {"小爱": "accepted", "小白": "accepted"}


async def test_two_processes_make_one_call(stage: Stage) -> None:
    await ordered(stage)
    platform = Platform()
    await asyncio.gather(sender(stage, platform).run(), sender(stage, platform).run())
    assert len(platform.calls) == 1


async def test_refused_after_an_uncertain_call_it_stays_unknown(stage: Stage) -> None:
    await ordered(stage)
    unknown, refused = Submitted(Outcome(Result.UNKNOWN)), Submitted(Outcome(Result.QUOTA_SPENT, 45028))
    platform = Platform(unknown, refused)
    running = sender(stage, platform)
    await running.run()
    time_runs(stage)
    await running.run()
    assert states(stage) == ["unknown"]
    assert stage.statuses() == {"小爱": "unknown unknown", "小白": "unknown unknown"}


async def test_after_the_keys_day_nothing_is_repeated(stage: Stage) -> None:
    await ordered(stage)
    platform = Platform(Submitted(Outcome(Result.UNKNOWN)))
    running = sender(stage, platform)
    await running.run()
    time_runs(stage)
    stage.clock.set(TEN + KEY_LIVES + timedelta(minutes=1))
    await running.run()
    assert len(platform.calls) == 1
    assert states(stage) == ["unknown"]


async def test_never_reached_it_gives_up_and_the_pushes_wait(stage: Stage) -> None:
    await ordered(stage)
    platform = Platform(Submitted(Outcome(Result.LATER)))
    running = sender(stage, platform)
    for _ in range(9):
        await running.run()
        time_runs(stage)
    assert len(platform.calls) == 5
    assert states(stage) == ["failed"]
    assert stage.statuses() == {"小爱": "held mass_failed", "小白": "held mass_failed"}


async def test_whoever_left_or_was_reached_since_the_order_is_taken_out_of_it(stage: Stage) -> None:
    await ordered(stage, ("小爱", "小白", "小草", "小丁"))

    def changes(db: Session) -> None:
        rows = db.exec(select(Push, Member).join(Member, col(Member.id) == Push.member_id)).all()
        by_name = {member.name: (push, member) for push, member in rows}
        by_name["小草"][0].status, by_name["小草"][0].cause = PushStatus.ACCEPTED, ""
        by_name["小丁"][1].status = Status.INACTIVE

    stage.write(changes)
    platform = Platform()
    await sender(stage, platform).run()
    assert len(platform.calls[0].openids) == 2
    assert {name: status for name, status in stage.statuses().items() if name != "小丁"} == {
        **dict.fromkeys(("小爱", "小白", "小草"), "accepted"),
    }


async def test_left_with_one_it_is_not_sent(stage: Stage) -> None:
    await ordered(stage)

    def reach_one(db: Session) -> None:
        push = db.exec(select(Push)).all()[0]
        push.status, push.cause = PushStatus.ACCEPTED, ""

    stage.write(reach_one)
    platform = Platform()
    await sender(stage, platform).run()
    assert platform.calls == []
    assert states(stage) == ["cancelled"]
    assert sorted(stage.statuses().values()) == ["accepted", "held mass_failed"]


async def test_followers_the_platform_does_not_know_are_told_apart(stage: Stage) -> None:
    await ordered(stage, ("小爱", "小白", "小草"))
    stranger = stage.read(lambda db: mass.openids(db.connection(), 1))[0]
    await sender(stage, Platform(Submitted(Outcome(Result.ACCEPTED, 0), 7, (stranger,)))).run()
    assert stage.statuses()["小爱"] == "failed not_following"
    assert stage.statuses()["小白"] == "accepted"


async def test_a_receipt_that_came_first_is_heeded_once_its_number_is_known(stage: Stage) -> None:
    await ordered(stage, by=stage.reachable("书记", until=at(2, 9)))
    early = MassReceipt(msg_id=7, at=TEN, status="send success", total=2, filtered=2, sent=2, errors=0)
    foreign = MassReceipt(msg_id=8, at=TEN, status="send success", total=9, filtered=9, sent=9, errors=0)
    for receipt in (early, foreign):
        stage.write(partial(mass.receive, receipt=receipt))
    running = sender(stage, Platform())
    await running.run()
    assert states(stage) == ["accepted"]
    await running.run()
    assert states(stage) == [MassState.DONE]
    left = stage.read(lambda db: list(db.exec(select(MassReceipt.msg_id))))
    assert left == [8]
    assert any(row.facts == {"text": "群发：done"} for row in stage.all_broadcasts())


async def test_an_answer_that_is_owed_does_not_stop_the_planner(stage: Stage) -> None:
    member = stage.reachable("小爱", until=at(2, 9))
    stage.write(lambda db: owe_answer(db, f"o{member}", "晚了一点的回答", NINE))
    await stage.run(NINE)
    assert stage.statuses() == {"小爱": "accepted"}
