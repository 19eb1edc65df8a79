"""What a broadcast will do, before it does it."""

from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import Session

from models.branch import Branch
from models.member import Member, Status
from models.push import PushStatus
from scheduler import audience
from scheduler.cause import Cause
from scheduler.forecast import MOST_NAMES, Forecast, forecast
from scheduler.routes import Account, Route
from tests.scheduler.stage import Stage, at

NINE = at(1, 9)
SENT = at(1, 9, 1)
LATER = timedelta(hours=30)


def cast(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE + LATER)
    stage.reachable("两天没来", until=NINE - LATER)
    stage.reachable("用完了", until=NINE + LATER, left=0)
    stage.follow(stage.member("没同意"), agreed=False)
    stage.member("没绑定")
    stage.member("不用微信", without_wechat=True)
    stage.member("停用", status=Status.INACTIVE)


def ask(stage: Stage, now: datetime = NINE) -> Forecast:
    def of_root(db: Session) -> Forecast:
        path = db.get_one(Branch, stage.root).path
        return forecast(db, audience.within(path), stage.account, stage.rules, now)

    return stage.read(of_root)


async def test_it_names_who_sees_it_when(stage: Stage) -> None:
    cast(stage)
    seen = ask(stage)
    assert seen.now == ("小爱",)
    assert sorted(seen.next) == ["两天没来", "用完了"]
    assert sorted(seen.phone) == ["不用微信", "没同意", "没绑定"]
    assert seen.total == 6


async def test_what_it_says_is_what_happens_when_nobody_writes_in_between(stage: Stage) -> None:
    cast(stage)
    seen = ask(stage)
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == list(seen.now)
    held = {name for name, status in stage.statuses().items() if status.startswith("held")}
    assert held == {*seen.next, *seen.phone} - {"不用微信"}


async def test_an_account_that_cannot_push_reaches_nobody_at_once(stage: Stage) -> None:
    cast(stage)
    stage.account = Account.SUBSCRIPTION
    seen = ask(stage)
    assert seen.now == ()
    assert len(seen.next) == 3


async def test_in_the_evening_only_windows_that_last_until_the_morning_count(stage: Stage) -> None:
    stage.reachable("明早还开", until=at(2, 8))
    stage.reachable("夜里关上", until=at(2, 2))
    seen = ask(stage, at(1, 22))
    assert (seen.now, seen.next) == (("明早还开",), ("夜里关上",))


async def test_for_every_route_and_cause_the_result_is_what_was_forecast(stage: Stage) -> None:
    cast(stage)
    seen = ask(stage)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    result = Counter(
        (Route.CUSTOM, None) if push.status == PushStatus.ACCEPTED else (Route.HELD, Cause(push.cause))
        for push in stage.pushes()
    )
    # Who goes without WeChat has no push.
    assert result + Counter({(Route.HELD, Cause.NO_WECHAT): 1}) == seen.counts
    assert seen.causes(phone=False) == {Cause.COUNT_USED: 1, Cause.WINDOW: 1}
    assert seen.causes(phone=True) == {Cause.NO_WECHAT: 1, Cause.NOT_AGREED: 1, Cause.NOT_BOUND: 1}
    assert (seen.now_count, seen.next_count, seen.phone_count) == (1, 2, 3)


async def test_of_many_only_some_are_named_and_all_are_counted(stage: Stage) -> None:
    stage.add(*(Member(name=f"某{number}", branch_id=stage.root) for number in range(MOST_NAMES + 5)))
    seen = ask(stage)
    assert (seen.phone_count, len(seen.phone)) == (MOST_NAMES + 5, MOST_NAMES)
