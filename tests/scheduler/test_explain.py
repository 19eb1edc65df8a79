"""Why somebody hasn't got it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from models import grant
from models.broadcast import Broadcast, BroadcastKind
from models.consent import Consent
from models.member import Member, Status
from scheduler import broadcasts
from scheduler.cause import Asker, Cause
from scheduler.explain import Asking, Explanation, explain
from scheduler.messenger import Outcome, Result
from scheduler.routes import Account
from scheduler.rules import Notice
from scheduler.unreachable import Unreached, unreachable
from tests.scheduler.stage import Stage, at

NINE = at(1, 9)
SENT = at(1, 9, 1)
LATER = timedelta(hours=30)


def why(stage: Stage, member_id: int, now: datetime = SENT, asker: Asker = Asker.ADMIN) -> Explanation:
    return stage.read(lambda db: explain(db, member_id, Asking(asker, stage.account, stage.rules, now)))


async def test_it_arrived(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    stage.broadcast("下午开会。", NINE)
    await stage.run(SENT)
    found = why(stage, one)
    assert (found.cause, found.kind, found.text, found.route) == (Cause.ACCEPTED, "text", "下午开会。", "custom")
    assert found.at is not None
    assert found.at - SENT < timedelta(seconds=30)


async def test_what_keeps_it_is_named_by_what_holds_now(stage: Stage) -> None:
    two_days = stage.reachable("两天没来", until=NINE - LATER)
    never = stage.member("没来过")
    stage.follow(never)
    used = stage.reachable("用完了", until=NINE + LATER, left=0)
    unbound = stage.member("没绑定")
    disagrees = stage.member("没同意")
    stage.follow(disagrees, agreed=False)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    causes = [why(stage, member_id).cause for member_id in (two_days, never, used, unbound, disagrees)]
    assert causes == [Cause.WINDOW, Cause.WINDOW_NEVER, Cause.COUNT_USED, Cause.NOT_BOUND, Cause.NOT_AGREED]
    stage.account = Account.SUBSCRIPTION
    assert why(stage, two_days).cause is Cause.NO_PUSH


async def test_before_it_goes_out(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    broadcast_id = stage.broadcast("开会。", NINE)
    await stage.tick(NINE)
    assert why(stage, one, NINE).cause is Cause.GRACE
    assert why(stage, one, SENT).cause is Cause.WAITING
    stage.write(lambda db: broadcasts.pause(db, stage.root, None, SENT))
    assert why(stage, one).cause is Cause.PAUSED
    stage.write(lambda db: broadcasts.recall(db, stage.rules, db.get_one(Broadcast, broadcast_id), SENT))
    assert why(stage, one).cause is Cause.RECALLED


async def test_at_night(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    stage.broadcast("开会。", at(1, 22))
    await stage.run(at(1, 22, 5))
    found = why(stage, one, at(1, 22, 5))
    assert (found.cause, found.wakes_at) == (Cause.QUIET, at(2, 7, 30))


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (Outcome(Result.LATER, -1), Cause.RETRYING),
        (Outcome(Result.QUOTA_SPENT, 45009), Cause.QUOTA),
        (Outcome(Result.TOO_FAST, 45011), Cause.HALTED),
        (Outcome(Result.NOT_PERMITTED, 48001), Cause.ACCOUNT),
        (Outcome(Result.ACCOUNT_REFUSED, 40125), Cause.ACCOUNT),
        (Outcome(Result.UNKNOWN), Cause.UNKNOWN),
        (Outcome(Result.WRONG, 44004), Cause.FAILED),
        (Outcome(Result.UNREACHABLE, 48002, refused="blocked"), Cause.BLOCKED),
        (Outcome(Result.UNREACHABLE, 50002, refused="frozen"), Cause.FROZEN),
        (Outcome(Result.UNREACHABLE, 43004, refused="unfollowed"), Cause.NOT_FOLLOWING),
    ],
)
async def test_after_the_platform_said_something(stage: Stage, outcome: Outcome, cause: Cause) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    stage.postman.says = lambda push: outcome
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert why(stage, one).cause is cause


async def test_too_late(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE - LATER)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    found = why(stage, one, at(5, 9))
    assert (found.cause, found.until) == (Cause.EXPIRED, at(4, 9, 1))
    await stage.run(at(5, 9))
    assert why(stage, one, at(5, 9)).cause is Cause.EXPIRED


async def test_the_roster_and_the_phone_come_first(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    without = stage.member("不用微信", without_wechat=True)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)

    def leave(db: Session) -> None:
        db.get_one(Member, one).status = Status.INACTIVE

    stage.write(leave)
    assert why(stage, one).cause is Cause.NOT_BY_STATUS
    assert why(stage, without).cause is Cause.NO_WECHAT


async def test_where_nothing_was_to_be_sent(stage: Stage) -> None:
    assert why(stage, stage.reachable("小爱", until=NINE + LATER)).cause is Cause.NOTHING
    assert why(stage, stage.member("没绑定")).cause is Cause.NOT_BOUND


async def test_the_one_that_is_missing_is_explained_not_the_one_that_came(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE - LATER)
    stage.broadcast("早上的", NINE - timedelta(hours=1))
    await stage.run(NINE)
    stage.wrote(one, until=NINE + LATER)
    stage.broadcast("刚才的", NINE)
    await stage.run(SENT)
    assert [push.status for push in stage.pushes()] == ["held", "accepted"]
    found = why(stage, one)
    assert (found.cause, found.text) == (Cause.LATE, "早上的")


async def test_notices_that_were_accepted_and_are_used_up(stage: Stage) -> None:
    stage.rules = replace(stage.rules, notices={BroadcastKind.TEXT: Notice("TPL")})
    stage.deliverer = stage.another_deliverer()
    accepted, never = (stage.reachable(name, until=NINE - LATER) for name in ("点过两次", "没点过"))
    for _ in range(2):
        stage.write(lambda db: grant.accepted(db.connection(), f"o{accepted}", "TPL"))
    lacking = [(one.member.name, one.cause) for one in unreached(stage)]
    assert lacking == [("没点过", Cause.WINDOW)]
    for number in range(3):
        stage.broadcast(f"第{number}件事。", NINE)
    await stage.run(SENT)
    assert [why(stage, member_id).cause for member_id in (accepted, never)] == [Cause.NO_GRANT, Cause.WINDOW]
    assert [one.member.name for one in unreached(stage)] == ["没点过", "点过两次"]


def unreached(stage: Stage) -> list[Unreached]:
    asking = Asking(Asker.ADMIN, stage.account, stage.rules, SENT)
    return stage.read(lambda db: unreachable(db, "/", asking))


async def test_whoever_came_and_left_is_told_from_whoever_never_came(stage: Stage) -> None:
    left, never = stage.member("离开的"), stage.member("没来过")
    stage.add(Consent(member_id=left, version="2", keeps_record=True, agreed_at=NINE, withdrawn_at=NINE))
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert [why(stage, member_id).cause for member_id in (left, never)] == [Cause.NOT_FOLLOWING, Cause.NOT_BOUND]
    assert why(stage, left, asker=Asker.LEADER).cause is Cause.NOT_BY_STATUS
    assert [(one.member.name, one.cause) for one in unreached(stage)] == [
        ("没来过", Cause.NOT_BOUND),
        ("离开的", Cause.NOT_FOLLOWING),
    ]
