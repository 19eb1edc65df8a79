"""Claim, send, record."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, select

from models import leaving
from models.broadcast import Broadcast, BroadcastState
from models.member import Member
from models.push import Push
from scheduler import broadcasts
from scheduler.late_answer import owe_answer
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Account
from tests.scheduler.stage import MORNING, Postman, Stage, at

LATER = timedelta(hours=30)
NINE = at(1, 9)
SENT = at(1, 9, 1)


async def test_each_member_gets_a_broadcast_once_and_the_window_pays_for_it(stage: Stage) -> None:
    people = [stage.reachable(name, until=NINE + LATER) for name in ("小爱", "小白", "小陈")]
    stage.broadcast("下午三点在三楼开会。", NINE)
    assert await stage.run(NINE) == []
    assert sorted(await stage.run(SENT)) == ["小爱", "小白", "小陈"]
    assert await stage.run(SENT + timedelta(hours=1)) == []
    assert set(stage.statuses().values()) == {"accepted"}
    assert [stage.window(member_id) for member_id in people] == [4, 4, 4]


async def test_it_carries_what_its_words_are_made_of(stage: Stage) -> None:
    author = stage.member("书记")
    stage.reachable("小爱", until=NINE + LATER)
    stage.broadcast("下午三点在三楼开会。", NINE, author=author)
    await stage.run(SENT)
    (push,) = stage.postman.sent
    assert (push.facts, push.branch, push.sender) == ({"text": "下午三点在三楼开会。"}, "第一支部", "书记")
    assert push.openid.startswith("o")


async def test_who_cannot_be_written_to_is_held_with_the_cause(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    stage.reachable("两天没来", until=NINE - LATER)
    stage.reachable("用完了", until=NINE + LATER, left=0)
    stage.follow(stage.member("没同意"), agreed=False)
    stage.member("没绑定")
    stage.member("不用微信", without_wechat=True)
    stage.member("停用", status="inactive")
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == ["小爱"]
    assert stage.statuses() == {
        "小爱": "accepted",
        "两天没来": "held window",
        "用完了": "held count_used",
        "没同意": "held not_agreed",
        "没绑定": "held not_bound",
    }


async def test_an_unverified_account_sends_nothing_by_itself(stage: Stage) -> None:
    stage.account = Account.SUBSCRIPTION
    stage.reachable("小爱", until=NINE + LATER)
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == []
    assert stage.statuses() == {"小爱": "held no_push"}


async def test_at_night_it_waits_and_in_the_morning_it_goes(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    stage.broadcast("开会。", at(1, 22))
    assert await stage.run(at(1, 22, 5)) == []
    assert stage.statuses() == {"小爱": "due quiet"}
    assert await stage.run(at(2, 7, 29)) == []
    assert await stage.run(at(2, 7, 30)) == ["小爱"]


async def test_what_still_waits_for_its_turn_when_the_night_begins_waits_for_the_morning(stage: Stage) -> None:
    stage.rules = replace(stage.rules, concurrency=1)
    stage.deliverer = stage.another_deliverer()
    for name in ("小爱", "小白", "小陈"):
        stage.reachable(name, until=NINE + LATER)
    stage.broadcast("开会。", at(1, 20))

    def night_falls(push: Outgoing) -> Outcome:
        stage.clock.set(at(1, 21))
        return Outcome(Result.ACCEPTED)

    stage.postman.says = night_falls
    assert len(await stage.run(at(1, 20, 59))) == 1
    assert sorted(stage.statuses().values()) == ["accepted", "due quiet", "due quiet"]


async def test_what_may_no_longer_ring_is_held_and_then_expires(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + timedelta(days=9))
    stage.broadcast("开会。", NINE)
    await stage.tick(NINE)
    assert await stage.run(NINE + timedelta(days=4)) == []
    assert stage.statuses() == {"小爱": "expired expired"}
    assert [broadcast.state for broadcast in stage.all_broadcasts()] == ["settled"]


async def test_a_member_taken_off_the_roster_after_planning_gets_nothing(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    stage.reachable("小白", until=NINE + LATER)
    stage.broadcast("开会。", NINE)
    await stage.tick(NINE)

    def leave(db: Session) -> None:
        leaving.deactivate(db, db.get_one(Member, one), NINE.date())

    stage.write(leave)
    assert await stage.run(SENT) == ["小白"]
    assert stage.statuses()["小爱"].startswith("cancelled")


async def test_who_unfollowed_between_claim_and_call_is_left_alone(stage: Stage) -> None:
    """The rows are claimed together, but asked again one by one just before their calls."""
    stage.rules = replace(stage.rules, concurrency=1)
    stage.deliverer = stage.another_deliverer()
    people = [stage.reachable(name, until=NINE + LATER) for name in ("小爱", "小白")]
    stage.broadcast("开会。", NINE)

    def sends(push: Outgoing) -> Outcome:
        if push.member_id == people[0]:
            stage.write(lambda db: leaving.unfollow(db, f"o{people[1]}", now=NINE, openid_digest=None))
        return Outcome(Result.ACCEPTED)

    stage.postman.says = sends
    assert await stage.run(SENT) == ["小爱"]


async def test_never_more_calls_are_in_flight_than_allowed(stage: Stage) -> None:
    stage.rules = replace(stage.rules, concurrency=3)
    stage.deliverer = stage.another_deliverer()
    for number in range(20):
        stage.reachable(f"成员{number}", until=NINE + LATER)
    stage.broadcast("开会。", NINE)
    stage.postman.gate.clear()
    running = asyncio.create_task(stage.run(SENT))
    await stage.postman.has(3)
    stage.postman.gate.set()
    assert len(await running) == 20
    assert stage.postman.most_in_flight == 3


async def test_one_member_gets_one_message_at_a_time_in_order(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    for text in ("一", "二", "三"):
        stage.broadcast(text, NINE)
    await stage.run(SENT)
    assert [push.facts["text"] for push in stage.postman.sent] == ["一", "二", "三"]
    assert stage.postman.most_in_flight == 1


async def test_a_window_with_one_message_left_carries_all_that_is_due_in_it(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER, left=1)
    for text in ("一", "二", "三"):
        stage.broadcast(text, NINE)
    await stage.run(SENT)
    assert [route for route, _ in stage.postman.messages] == ["custom"]
    assert [push.facts["text"] for push in stage.postman.sent] == ["一", "二", "三"]
    assert ({push.status for push in stage.pushes()}, stage.window(one)) == ({"accepted"}, 0)


async def test_a_digest_is_only_made_where_messages_run_short(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER, left=3)
    for text in ("一", "二", "三", "四"):
        stage.broadcast(text, NINE)
    await stage.run(SENT)
    assert [len(ids) for _, ids in stage.postman.messages] == [1, 1, 2]
    assert stage.window(one) == 0


async def test_what_a_digest_has_no_room_for_is_held(stage: Stage) -> None:
    stage.postman.digest = 2
    stage.reachable("小爱", until=NINE + LATER, left=1)
    for text in ("一", "二", "三"):
        stage.broadcast(text, NINE)
    await stage.run(SENT)
    assert [f"{push.status} {push.cause}".strip() for push in stage.pushes()] == [
        "accepted",
        "accepted digest",
        "held count_used",
    ]


async def test_a_digest_goes_without_what_was_stopped_meanwhile(stage: Stage) -> None:
    stage.rules = replace(stage.rules, concurrency=1)
    stage.deliverer = stage.another_deliverer()
    stage.reachable("先来的", until=NINE + LATER)
    one = stage.reachable("小爱", until=NINE + LATER, left=1)
    first, second = (stage.broadcast(text, NINE) for text in ("一", "二"))

    def pauses(push: Outgoing) -> Outcome:
        if push.member_id != one:
            stage.write(lambda db: setattr(db.get_one(Broadcast, second), "state", BroadcastState.PAUSED))
        return Outcome(Result.ACCEPTED)

    stage.postman.says = pauses
    await stage.run(SENT)
    assert [push.broadcast_id for push in stage.postman.sent if push.member_id == one] == [first]
    assert stage.window(one) == 0


async def test_a_digest_that_fails_for_now_comes_again_whole(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER, left=1)
    for text in ("一", "二"):
        stage.broadcast(text, NINE)
    stage.postman.says = lambda push: Outcome(Result.LATER)
    await stage.run(SENT)
    assert stage.window(one) == 1
    assert [f"{push.status} {push.cause}" for push in stage.pushes()] == ["due retrying"] * 2


async def test_a_message_is_kept_back_for_an_answer_that_was_promised(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER, left=2)
    for text in ("一", "二"):
        stage.broadcast(text, NINE)
    await stage.tick(NINE)
    stage.write(lambda db: owe_answer(db, f"o{one}", "答复", SENT + timedelta(hours=1)))
    await stage.run(SENT)
    assert [len(ids) for _, ids in stage.postman.messages] == [2]
    assert stage.window(one) == 1
    await stage.run(SENT + timedelta(hours=1))
    assert (stage.postman.sent[-1].facts, stage.window(one)) == ({"text": "答复"}, 0)


async def test_a_push_that_cannot_be_worded_does_not_hold_up_the_others(stage: Stage) -> None:
    stage.reachable("坏", until=NINE + LATER)
    stage.reachable("小爱", until=NINE + LATER)
    stage.postman.refuses_to_word = {"坏"}
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == ["小爱"]
    assert stage.statuses() == {"坏": "failed failed", "小爱": "accepted"}


async def test_paused_means_nothing_leaves_and_resumed_means_it_goes_on(stage: Stage) -> None:
    group = stage.group("第一小组")
    stage.reachable("小爱", group, until=NINE + LATER)
    stage.reachable("小白", until=NINE + LATER)
    stage.broadcast("开会。", NINE)
    stage.write(lambda db: broadcasts.pause(db, group, None, NINE))
    assert await stage.run(SENT) == ["小白"]
    assert stage.statuses()["小爱"] == "due"
    assert stage.write(lambda db: broadcasts.resume(db, group, SENT)) == 1
    assert await stage.run(SENT) == ["小爱"]


async def test_what_a_dead_process_had_in_flight_becomes_unknown_and_is_only_sent_on_request(stage: Stage) -> None:
    for number in range(5):
        stage.reachable(f"成员{number}", until=NINE + LATER)
    stage.rules = replace(stage.rules, concurrency=2)
    dying = Postman()
    dying.gate.clear()
    broadcast_id = stage.broadcast("开会。", NINE)
    await stage.tick(SENT)
    dead = asyncio.create_task(stage.another_deliverer(dying).deliver())
    await dying.has(2)
    dead.cancel()
    stage.write(_end_leases)
    assert len(await stage.run(SENT)) == 3
    unknown = [name for name, status in stage.statuses().items() if status == "unknown unknown"]
    assert sorted(unknown) == sorted(dying.names)
    assert await stage.run(SENT + timedelta(hours=1)) == []
    assert stage.write(lambda db: broadcasts.resend_unknown(db, broadcast_id)) == 2
    assert sorted(await stage.run(SENT)) == sorted(unknown)
    dying.gate.set()


def _end_leases(db: Session) -> None:
    """As if the lease had run out: running time doesn't move with the clock of these tests."""
    for push in db.exec(select(Push).where(Push.owner != "")):
        push.free_at = MORNING - timedelta(days=365)


async def test_closing_waits_for_what_is_in_flight_and_gives_the_rest_back(stage: Stage) -> None:
    for number in range(10):
        stage.reachable(f"成员{number}", until=NINE + LATER)
    stage.rules = replace(stage.rules, concurrency=2)
    closing = Postman()
    closing.gate.clear()
    stage.broadcast("开会。", NINE)
    await stage.tick(SENT)
    deliverer = stage.another_deliverer(closing)
    running = asyncio.create_task(deliverer.deliver())
    await closing.has(2)
    ending = asyncio.create_task(deliverer.close())
    await asyncio.sleep(0)
    closing.gate.set()
    await asyncio.gather(running, ending)
    assert sorted(stage.statuses().values()) == ["accepted"] * 2 + ["due"] * 8
    assert len(await stage.run(SENT)) == 8


async def test_any_number_of_deliverers_send_each_push_once(stage: Stage) -> None:
    """Four of them claim at once; on PostgreSQL four writers' connections really race."""
    for number in range(60):
        stage.reachable(f"成员{number}", until=NINE + LATER)
    for text in ("一", "二", "三"):
        stage.broadcast(text, NINE)
    await stage.tick(SENT)
    postmen = [Postman() for _ in range(4)]
    # On SQLite one process sends; others are told apart by their owner, so none may count the rest as dead.
    racing = [stage.another_deliverer(postman, alone=False) for postman in postmen]
    await asyncio.gather(*(deliverer.deliver() for deliverer in racing))
    sent = [push.id for postman in postmen for push in postman.sent]
    assert len(sent) == len(set(sent)) == 180
    assert set(sent) == {push.id for push in stage.pushes()}
    assert {push.status for push in stage.pushes()} == {"accepted"}
