"""The operator's policy: what may go by which route, and what becomes of the rest."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from models import grant
from models.broadcast import BroadcastKind
from models.library import Topic
from models.plan import Basis, Plan, PlanKind
from scheduler.cause import Asker
from scheduler.explain import Asking, explain
from scheduler.forecast import forecast
from scheduler.policy import Policy, basis_of
from scheduler.postings import CHANNEL
from scheduler.routes import Account, Route
from scheduler.rules import Notice, Rules
from tests.scheduler.stage import MORNING, MORNINGS, RULES, Stage

LATER = MORNING + timedelta(days=2)


@pytest.mark.parametrize("basis", Basis)
def test_whoever_writes_is_answered_whatever_the_policy(basis: Basis) -> None:
    nothing = Policy(*[frozenset[Basis]()] * 5)
    assert nothing.allowed(basis, Route.PASSIVE)
    assert nothing.allowed(basis, Route.HELD)
    assert not nothing.allowed(basis, Route.CUSTOM)


def test_what_the_policy_says_by_itself() -> None:
    policy = Policy()
    assert all(policy.allowed(basis, route) for basis in Basis for route in set(Route) - {Route.MASS})
    assert not policy.allowed(Basis.ASKED, Route.MASS)
    assert not policy.allowed(Basis.ASKED, CHANNEL)


def forbidding(*bases: Basis) -> Rules:
    return Rules(RULES.hours, policy=Policy(custom=frozenset(Basis) - set(bases)))


async def test_what_is_forbidden_is_held_with_the_reason_and_rides_along(stage: Stage) -> None:
    stage.reachable("甲", until=LATER)
    stage.rules = forbidding(Basis.SERVICE)
    stage.deliverer = stage.another_deliverer()
    stage.broadcast("开会。", MORNING)
    assert await stage.run(MORNING + timedelta(minutes=2)) == []
    assert stage.statuses() == {"甲": "held policy"}
    asking = Asking(Asker.ADMIN, Account.VERIFIED_SERVICE, stage.rules, MORNING + timedelta(hours=1))
    assert stage.read(lambda db: explain(db, 1, asking)).cause == "policy"


async def test_each_plan_is_judged_by_its_own_basis(stage: Stage) -> None:
    stage.reachable("甲", until=LATER)
    stage.add(Topic(title="一"))
    plan = stage.plan(PlanKind.TOPIC, MORNINGS, MORNING)
    stage.rules = forbidding(Basis.CONSENTED)
    stage.deliverer = stage.another_deliverer()
    assert await stage.run(MORNING) == []
    assert stage.statuses() == {"甲": "held policy"}

    def asked(db: Session) -> None:
        db.get_one(Plan, plan).basis = Basis.ASKED

    stage.write(asked)
    assert await stage.run(MORNING + timedelta(days=1)) == ["甲"]


async def test_where_the_first_route_is_forbidden_the_next_one_is_taken(stage: Stage) -> None:
    member_id = stage.reachable("甲", until=LATER)
    stage.write(lambda db: grant.accepted(db.connection(), f"o{member_id}", "TPL"))
    stage.rules = replace(forbidding(Basis.SERVICE), notices={str(BroadcastKind.TEXT): Notice("TPL")})
    stage.deliverer = stage.another_deliverer()
    stage.broadcast("开会。", MORNING)
    assert await stage.run(MORNING + timedelta(minutes=2)) == ["甲"]
    assert [route for route, _ in stage.postman.messages] == [Route.SUBSCRIPTION]


async def test_the_forecast_knows_the_policy(stage: Stage) -> None:
    stage.reachable("甲", until=LATER)
    everybody = {"within": "/"}
    account = Account.VERIFIED_SERVICE
    assert stage.read(lambda db: forecast(db, everybody, account, stage.rules, MORNING)).now == ("甲",)
    strict = forbidding(Basis.SERVICE)
    assert stage.read(lambda db: forecast(db, everybody, account, strict, MORNING)).next == ("甲",)


def test_every_broadcast_has_a_basis() -> None:
    assert basis_of(BroadcastKind.TOPIC, Basis.CONSENTED) is Basis.CONSENTED
    assert basis_of(BroadcastKind.TEXT, None) is Basis.SERVICE
    assert basis_of(BroadcastKind.ANSWER, None) is Basis.ASKED
