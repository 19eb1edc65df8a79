"""What the platform doesn't let us use for now: what begins it, whom it holds back, and how it ends."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.halt import Halt, HaltKind
from scheduler import halts
from scheduler.halts import EVERYTHING, after, ends_at, holding, over, standing
from scheduler.messenger import Outcome, Result
from tests.scheduler.stage import at

settings.register_profile("chenzhong", deadline=None, database=None)
settings.load_profile("chenzhong")

NINE = at(1, 9)
US = "1:verified-service"
HALTING = (Result.TOO_FAST, Result.QUOTA_SPENT, Result.NOT_PERMITTED, Result.ACCOUNT_REFUSED)

moments = st.integers(0, 200 * 3600).map(lambda seconds: NINE + timedelta(seconds=seconds))
outcomes = st.sampled_from(Result).map(Outcome)


class Ledger:
    """What the deliverer does with the rules, without a database."""

    def __init__(self) -> None:
        self.known: list[Halt] = []

    def heard(self, outcome: Outcome, route: str, now: datetime, account: str = US) -> Halt | None:
        begun = after(self.known, outcome, route, account, now)
        if begun is not None:
            self.known = [*(one for one in self.known if one.name != begun.name), begun]
        elif outcome.result is Result.ACCEPTED:
            gone = over(self.known, route, account, now)
            self.known = [one for one in self.known if one.name not in gone]
        return begun

    def free(self, route: str, now: datetime, account: str = US) -> bool:
        return holding(self.known, route, account, now) is None


@pytest.mark.parametrize(
    ("result", "name", "until"),
    [
        (Result.TOO_FAST, "custom", NINE + timedelta(minutes=1)),
        (Result.QUOTA_SPENT, "custom", at(2, 0)),
        (Result.NOT_PERMITTED, "custom", at(2, 9)),
        (Result.ACCOUNT_REFUSED, EVERYTHING, NINE + timedelta(minutes=1)),
    ],
)
def test_each_refusal_halts_what_it_is_about_for_its_time(result: Result, name: str, until: datetime) -> None:
    begun = Ledger().heard(Outcome(result, 1, "rid"), "custom", NINE)
    assert begun is not None
    assert (begun.name, begun.since, begun.until, begun.times) == (name, NINE, until, 1)
    assert (begun.errcode, begun.rid) == (1, "rid")


@pytest.mark.parametrize("result", [result for result in Result if result not in HALTING])
def test_other_outcomes_halt_nothing(result: Result) -> None:
    assert Ledger().heard(Outcome(result), "custom", NINE) is None


def test_what_is_spent_just_before_midnight_in_beijing_is_back_at_midnight() -> None:
    evening = datetime.fromisoformat("2026-07-01T15:59:59+00:00")
    assert ends_at(HaltKind.QUOTA, evening) == at(2, 0)
    assert ends_at(HaltKind.QUOTA, at(2, 0)) == at(3, 0)


def test_an_account_in_trouble_is_tried_again_ever_more_seldom() -> None:
    ledger, now, waits = Ledger(), NINE, []
    for _ in range(9):
        begun = ledger.heard(Outcome(Result.ACCOUNT_REFUSED, 40125), "custom", now)
        assert begun is not None
        waits.append((begun.until - now) // timedelta(minutes=1))
        now = begun.until
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert ledger.known[0].since == NINE


def test_another_account_is_not_held_back_and_sweeps_the_old_halt_away() -> None:
    ledger = Ledger()
    ledger.heard(Outcome(Result.ACCOUNT_REFUSED, 40125), "custom", NINE)
    ledger.heard(Outcome(Result.NOT_PERMITTED, 48001), "custom", NINE)
    assert ledger.free("custom", NINE, "2:verified-service")
    assert standing(ledger.known, "2:verified-service", NINE) == []
    ledger.heard(Outcome(Result.ACCEPTED), "custom", NINE, "2:verified-service")
    assert ledger.known == []


def test_an_operator_sees_what_is_forbidden_until_it_is_known_to_work() -> None:
    ledger = Ledger()
    ledger.heard(Outcome(Result.TOO_FAST, 45011), "mass", NINE)
    ledger.heard(Outcome(Result.NOT_PERMITTED, 48001), "custom", NINE)
    later = at(3, 9)
    assert [one.name for one in standing(ledger.known, US, later)] == ["custom"]
    assert ledger.free("custom", later)
    ledger.heard(Outcome(Result.ACCEPTED), "custom", later)
    assert standing(ledger.known, US, later) == []


def test_the_log_says_what_to_do() -> None:
    ledger = Ledger()
    begun = ledger.heard(Outcome(Result.ACCOUNT_REFUSED, 40164, "r-1", address="203.0.113.9"), "custom", NINE)
    assert begun is not None
    assert "add it to the account's IP whitelist (IP白名单) (errcode=40164 rid=r-1)" in halts.told(begun)
    assert "203.0.113.9" in halts.told(begun)


@given(st.lists(st.tuples(outcomes, st.sampled_from(["custom", "template"]), moments), max_size=40), moments)
def test_whatever_happened_a_halt_keeps_its_promises(
    events: list[tuple[Outcome, str, datetime]], end: datetime
) -> None:
    ledger = Ledger()
    for outcome, route, now in sorted(events, key=lambda event: event[2]):
        before = {one.name: one for one in ledger.known}
        begun = ledger.heard(outcome, route, now)
        if begun is not None:
            # It is about the route that was refused, or about everything, begins now and ends within a day.
            assert begun.name in (route, EVERYTHING)
            assert now < begun.until <= now + timedelta(days=1)
            assert not ledger.free(route, now)
        for name, one in before.items():
            still = next((known for known in ledger.known if known.name == name), None)
            # No success and no repeated refusal ends or moves a halt that is in force; only a worse one replaces it.
            if now < one.until:
                assert still is not None
                assert still == one or (still == begun and still.kind != one.kind and still.until > one.until)
    hold = holding(ledger.known, "custom", US, end)
    if hold is not None:
        assert hold.name in ("custom", EVERYTHING)
        assert end < hold.until
    # Everything passes: nothing is held back for ever.
    assert ledger.free("custom", end + timedelta(days=20))


@given(outcomes.filter(lambda outcome: outcome.result is not Result.ACCOUNT_REFUSED), moments)
def test_one_route_never_holds_back_another(outcome: Outcome, now: datetime) -> None:
    ledger = Ledger()
    ledger.heard(outcome, "custom", now)
    assert ledger.free("template", now)
