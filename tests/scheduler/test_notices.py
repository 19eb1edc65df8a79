"""Subscription notices and template messages: who gets one, what it costs, and what the platform's word changes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models import claim, grant
from models.broadcast import BroadcastKind
from models.database import running_now
from models.grant import Grant
from models.push import Push, PushStatus
from models.receipt import Receipt
from scheduler import receipts
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Account, Route
from scheduler.rules import Notice
from scheduler.settle import KEY_LASTS
from tests.scheduler.stage import Stage, at

NINE = at(1, 9)
SENT = at(1, 9, 1)
LATER = timedelta(hours=30)
TEXT = BroadcastKind.TEXT


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """One where broadcasts may go by subscription notice."""
    _by(stage, notices={TEXT: Notice("TPL")})
    return stage


def _by(stage: Stage, **rules: object) -> None:
    stage.rules = replace(stage.rules, **rules)  # type: ignore[arg-type]
    stage.deliverer = stage.another_deliverer()


def _accepts(stage: Stage, member_id: int, count: int = 1) -> None:
    for _ in range(count):
        stage.write(lambda db: grant.accepted(db.connection(), f"o{member_id}", "TPL"))


def _grants(stage: Stage) -> list[int]:
    return stage.read(lambda db: list(db.exec(select(Grant.left))))


def _receipt(stage: Stage, member_id: int, about: str, failed: str = "", msg_id: str = "7") -> None:
    told = Receipt(msg_id=msg_id, openid=f"o{member_id}", about=about, failed=failed, at=SENT)
    stage.write(lambda db: receipts.came(db.connection(), told, stage.rules))


async def test_who_accepted_is_notified_when_the_window_is_shut_and_it_costs_the_grant(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE - LATER)
    stage.reachable("没点过", until=NINE - LATER)
    _accepts(stage, one)
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == ["小爱"]
    assert stage.statuses() == {"小爱": "accepted", "没点过": "held window"}
    assert ([route for route, _ in stage.postman.messages], _grants(stage)) == (["subscription"], [0])
    stage.broadcast("又开会。", NINE)
    assert await stage.run(SENT + timedelta(minutes=5)) == []


async def test_an_open_window_is_used_before_a_grant(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE + LATER)
    _accepts(stage, one)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert ([route for route, _ in stage.postman.messages], _grants(stage)) == (["custom"], [1])


async def test_a_lasting_template_is_never_spent(stage: Stage) -> None:
    _by(stage, notices={TEXT: Notice("TPL", lasting=True)})
    one = stage.reachable("小爱", until=NINE - LATER)
    _accepts(stage, one)
    for text in ("一", "二"):
        stage.broadcast(text, NINE)
    assert (await stage.run(SENT), _grants(stage)) == (["小爱", "小爱"], [1])


@pytest.mark.parametrize("kind", [Account.VERIFIED_SUBSCRIPTION, Account.TEST, Account.SERVICE])
async def test_other_accounts_have_no_notices(stage: Stage, kind: Account) -> None:
    stage.account = kind
    _accepts(stage, stage.reachable("小爱", until=NINE - LATER))
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == []


async def test_a_grant_that_is_gone_is_learned_once_and_the_push_is_held(stage: Stage) -> None:
    _accepts(stage, stage.reachable("小爱", until=NINE - LATER), 3)
    stage.postman.says = lambda push: Outcome(Result.NOT_GRANTED, 43101)
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == ["小爱"]
    assert (stage.statuses(), _grants(stage)) == ({"小爱": "held window"}, [])


async def test_a_grant_that_is_gone_is_no_loss_where_another_way_is_open(stage: Stage) -> None:
    _by(stage, templates=frozenset({TEXT}))
    _accepts(stage, stage.reachable("小爱", until=NINE - LATER))
    answers = [Outcome(Result.NOT_GRANTED, 43101), Outcome(Result.ACCEPTED, msg_id="1")]
    stage.postman.says = lambda push: answers.pop(0)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert [route for route, _ in stage.postman.messages] == ["subscription", "template"]
    assert stage.statuses() == {"小爱": "accepted"}


@pytest.mark.parametrize("result", [Result.LATER, Result.NOT_PERMITTED, Result.QUOTA_SPENT, Result.WRONG])
async def test_a_notice_that_was_not_sent_gives_its_grant_back(stage: Stage, result: Result) -> None:
    _accepts(stage, stage.reachable("小爱", until=NINE - LATER))
    stage.postman.says = lambda push: Outcome(result, 1)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert _grants(stage) == [1]
    assert stage.statuses()["小爱"].partition(" ")[0] in ("due", "held")


async def test_what_is_forbidden_on_one_route_goes_by_the_next(stage: Stage) -> None:
    _by(stage, templates=frozenset({TEXT}))
    _accepts(stage, stage.reachable("小爱", until=NINE - LATER))
    answers = [Outcome(Result.NOT_PERMITTED, 48001), Outcome(Result.ACCEPTED)]
    stage.postman.says = lambda push: answers.pop(0)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert [route for route, _ in stage.postman.messages] == ["subscription", "template"]


async def test_a_notice_whose_line_broke_is_unknown_and_its_grant_spent(stage: Stage) -> None:
    _accepts(stage, stage.reachable("小爱", until=NINE - LATER))
    stage.postman.says = lambda push: Outcome(Result.UNKNOWN)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert (stage.statuses(), _grants(stage)) == ({"小爱": "unknown unknown"}, [0])


async def test_templates_are_used_only_where_the_operator_says_so(stage: Stage) -> None:
    stage.reachable("小爱", until=NINE - LATER)
    stage.broadcast("开会。", NINE)
    assert await stage.run(SENT) == []
    _by(stage, templates=frozenset({TEXT}))
    stage.broadcast("又开会。", NINE)
    assert await stage.run(SENT + timedelta(minutes=5)) == ["小爱"]


async def test_a_receipt_settles_a_template_message(stage: Stage) -> None:
    _by(stage, templates=frozenset({TEXT}))
    one, two, three = (stage.reachable(name, until=NINE - LATER) for name in ("到了", "拉黑", "没到"))
    stage.postman.says = lambda push: Outcome(Result.ACCEPTED, msg_id=str(push.member_id))
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    _receipt(stage, one, str(one), msg_id=str(one))
    _receipt(stage, two, str(two), "blocked", msg_id=str(two))
    _receipt(stage, three, str(three), "failed", msg_id=str(three))
    assert stage.statuses() == {"到了": "delivered", "拉黑": "failed blocked", "没到": "failed failed"}
    stage.broadcast("又开会。", NINE)
    assert await stage.run(SENT + timedelta(minutes=5)) == ["到了", "没到"]


async def test_a_receipt_that_overtakes_the_answer_waits_for_it(stage: Stage) -> None:
    _by(stage, templates=frozenset({TEXT}))
    one = stage.reachable("小爱", until=NINE - LATER)

    def receipt_first(push: Outgoing) -> Outcome:
        _receipt(stage, one, "7")
        return Outcome(Result.ACCEPTED, msg_id="7")

    stage.postman.says = receipt_first
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert stage.statuses() == {"小爱": "delivered"}
    assert stage.read(lambda db: list(db.exec(select(Receipt)))) == []


async def test_receipts_of_notices_settle_the_oldest_first_and_one_each(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE - LATER)
    _accepts(stage, one, 2)
    first, second = (stage.broadcast(text, NINE) for text in ("一", "二"))
    await stage.run(SENT)
    _receipt(stage, one, "TPL", msg_id="1")
    assert (stage.statuses(first), stage.statuses(second)) == ({"小爱": "delivered"}, {"小爱": "accepted"})
    _receipt(stage, one, "TPL", "blocked", msg_id="2")
    assert stage.statuses(second) == {"小爱": "failed blocked"}


async def test_a_receipt_about_something_else_settles_nothing(stage: Stage) -> None:
    one = stage.reachable("小爱", until=NINE - LATER)
    _accepts(stage, one)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    _receipt(stage, one, "ANOTHER", msg_id="1")
    _receipt(stage, one, "12345", msg_id="12345")
    assert stage.statuses() == {"小爱": "accepted"}


# --- template messages have a key: what may have arrived is sent again with it, and no other way ---


async def test_a_template_message_whose_line_broke_is_sent_again_with_its_key(stage: Stage) -> None:
    _by(stage, notices={}, templates=frozenset({TEXT}))
    one = stage.reachable("小爱", until=NINE - LATER)
    stage.postman.says = lambda push: Outcome(Result.UNKNOWN)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    assert stage.statuses() == {"小爱": "due retrying"}
    # A window that opens meanwhile must not make two of it.
    stage.wrote(one, until=SENT + LATER)
    _no_pause(stage)
    stage.postman.says = lambda push: Outcome(Result.ACCEPTED, msg_id="1")
    await stage.run(SENT + timedelta(minutes=1))
    assert [route for route, _ in stage.postman.messages] == ["template", "template"]
    assert stage.statuses() == {"小爱": "accepted"}


async def test_when_its_key_is_forgotten_it_is_unknown(stage: Stage) -> None:
    _by(stage, notices={}, templates=frozenset({TEXT}))
    one = stage.reachable("小爱", until=NINE - LATER)
    stage.postman.says = lambda push: Outcome(Result.UNKNOWN)
    stage.broadcast("开会。", NINE)
    await stage.run(SENT)
    _no_pause(stage)
    stage.write(lambda db: _age(stage, db.get_one(Push, stage.pushes(member_id=one)[0].id)))
    await stage.run(SENT + timedelta(minutes=1))
    assert (len(stage.postman.sent), stage.statuses()) == (1, {"小爱": "unknown unknown"})


async def test_a_process_that_died_over_a_template_message_leaves_it_to_be_repeated(stage: Stage) -> None:
    _by(stage, notices={}, templates=frozenset({TEXT}))
    stage.reachable("小爱", until=NINE - LATER)
    stage.broadcast("开会。", NINE)

    await stage.tick(SENT)
    (push,) = stage.pushes()
    stage.write(lambda db: _in_flight(db.get_one(Push, push.id), running_now(db.connection())))
    assert stage.write(lambda db: claim.lose(db.connection(), running_now(db.connection()))) == 0
    assert await stage.run(SENT) == ["小爱"]


def _in_flight(push: Push, running: datetime) -> None:
    push.status, push.route, push.owner = PushStatus.SENDING, Route.TEMPLATE, "dead"
    push.free_at, push.repeat_until = running - timedelta(seconds=1), running + KEY_LASTS


def _no_pause(stage: Stage) -> None:
    for push in stage.pushes():
        stage.write(lambda db, id_=push.id: setattr(db.get_one(Push, id_), "free_at", None))  # type: ignore[misc]


def _age(stage: Stage, push: Push) -> None:
    assert push.repeat_until is not None
    push.repeat_until -= KEY_LASTS


async def test_a_race_for_the_last_grant_is_won_once(stage: Stage) -> None:
    """Two processes with one grant between them: the database decides at the moment of sending."""
    one = stage.reachable("小爱", until=NINE - LATER)
    _accepts(stage, one)
    for text in ("一", "二", "三"):
        stage.broadcast(text, NINE)
    assert await stage.run(SENT) == ["小爱"]
    assert sorted(stage.statuses(id_)["小爱"] for id_ in (1, 2, 3)) == ["accepted", "held window", "held window"]
