"""Which ways to a follower are open."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from models.window import Window
from scheduler.calendar import Hours
from scheduler.cause import Cause
from scheduler.routes import Account, Choice, Route, Standing, choices

BEIJING = ZoneInfo("Asia/Shanghai")
HOURS = Hours(BEIJING)
MORNING = datetime(2026, 7, 1, 8, 0, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
OPEN = Standing(
    account=Account.VERIFIED_SERVICE,
    ring_until=MORNING + 4 * HOUR,
    show_until=MORNING + 24 * HOUR,
    window=Window(5, MORNING + 30 * HOUR),
)

hours_away = st.integers(-72, 72).map(lambda count: count * HOUR)
standings = st.builds(
    Standing,
    account=st.sampled_from(Account),
    ring_until=hours_away.map(MORNING.__add__),
    show_until=hours_away.map(MORNING.__add__),
    bound=st.booleans(),
    agreed=st.booleans(),
    refused=st.booleans(),
    writing=st.booleans(),
    promised=st.booleans(),
    reserved=st.integers(0, 1),
    granted=st.booleans(),
    template=st.booleans(),
    pinned=st.booleans(),
    window=st.builds(Window, st.integers(0, 5), st.none() | hours_away.map(MORNING.__add__)),
)
moments = st.integers(-48 * 60, 48 * 60).map(lambda minutes: MORNING + timedelta(minutes=minutes))


def best(standing: Standing, now: datetime = MORNING) -> Choice:
    return choices(standing, now, HOURS)[0]


def test_who_wrote_within_two_days_is_written_to() -> None:
    assert best(OPEN) == Choice(Route.CUSTOM)


def test_who_is_writing_just_now_gets_it_with_the_answer() -> None:
    assert [choice.route for choice in choices(replace(OPEN, writing=True), MORNING, HOURS)] == [
        Route.PASSIVE,
        Route.CUSTOM,
        Route.HELD,
    ]


def test_an_unverified_account_can_only_answer() -> None:
    for account in (Account.SUBSCRIPTION, Account.SERVICE):
        assert best(replace(OPEN, account=account)) == Choice(Route.HELD, Cause.NO_PUSH)
        assert best(replace(OPEN, account=account, writing=True)).route is Route.PASSIVE


def test_what_keeps_it_is_named() -> None:
    assert best(replace(OPEN, bound=False)).cause is Cause.NOT_BOUND
    assert best(replace(OPEN, agreed=False)).cause is Cause.NOT_AGREED
    assert best(replace(OPEN, refused=True)).cause is Cause.BLOCKED
    assert best(replace(OPEN, window=Window(3, MORNING))).cause is Cause.WINDOW
    assert best(replace(OPEN, window=Window())).cause is Cause.WINDOW
    assert best(replace(OPEN, window=Window(0, MORNING + HOUR))).cause is Cause.COUNT_USED
    assert best(replace(OPEN, window=Window(1, MORNING + HOUR), reserved=1)).cause is Cause.COUNT_USED
    assert best(OPEN, MORNING + 5 * HOUR) == Choice(Route.HELD, Cause.LATE)


def test_at_night_it_waits_for_the_morning_if_it_may_still_ring_then() -> None:
    night = MORNING.replace(hour=6)
    assert best(OPEN, night) == Choice(Route.CUSTOM, Cause.QUIET, not_before=HOURS.wakes_at(night))
    assert best(replace(OPEN, ring_until=night + HOUR), night) == Choice(Route.HELD, Cause.LATE)


def test_a_late_answer_comes_at_night_too() -> None:
    night = MORNING.replace(hour=6)
    assert best(replace(OPEN, promised=True), night) == Choice(Route.CUSTOM)


def test_too_late_to_show_is_expired_even_for_who_is_writing() -> None:
    assert choices(replace(OPEN, writing=True), OPEN.show_until, HOURS) == (Choice(Route.EXPIRED, Cause.EXPIRED),)


def routes(standing: Standing, now: datetime = MORNING) -> list[Route]:
    return [choice.route for choice in choices(standing, now, HOURS)]


def test_what_costs_nothing_comes_first_and_a_template_last() -> None:
    all_open = replace(OPEN, granted=True, template=True)
    assert routes(all_open) == [Route.CUSTOM, Route.SUBSCRIPTION, Route.TEMPLATE, Route.HELD]
    shut = replace(all_open, window=Window())
    assert routes(shut) == [Route.SUBSCRIPTION, Route.TEMPLATE, Route.HELD]
    assert routes(replace(shut, account=Account.TEST)) == [Route.TEMPLATE, Route.HELD]
    assert routes(replace(shut, account=Account.VERIFIED_SUBSCRIPTION)) == [Route.HELD]
    assert best(replace(OPEN, window=Window())).cause is Cause.WINDOW


def test_what_may_have_gone_by_template_goes_by_nothing_else() -> None:
    pinned = replace(OPEN, writing=True, granted=True, template=True, pinned=True)
    assert routes(pinned) == [Route.TEMPLATE, Route.HELD]
    assert best(replace(pinned, template=False)) == Choice(Route.HELD, Cause.UNKNOWN)
    assert best(replace(pinned, account=Account.VERIFIED_SUBSCRIPTION)) == Choice(Route.HELD, Cause.UNKNOWN)


RINGING = (Route.CUSTOM, Route.SUBSCRIPTION, Route.TEMPLATE)


@given(standings, moments)
def test_no_choice_ever_breaks_a_rule_of_the_platform_or_ours(standing: Standing, now: datetime) -> None:
    found = choices(standing, now, HOURS)
    assert found[-1].route in (Route.HELD, Route.EXPIRED)
    assert len({choice.route for choice in found}) == len(found)
    for choice in found:
        assert (choice.route is Route.EXPIRED) is (now >= standing.show_until)
        if choice.route in (Route.PASSIVE, *RINGING):
            assert standing.bound
            assert standing.agreed
        if choice.route is Route.PASSIVE:
            assert standing.writing
        if choice.route in RINGING:
            sent_at = choice.not_before or now
            assert standing.account.may_write_first
            assert not standing.refused
            assert standing.promised or not HOURS.quiet(sent_at)
            assert sent_at < standing.ring_until
        if choice.route is Route.CUSTOM:
            assert standing.window.is_open(now)
            assert standing.window.left > standing.reserved
        if choice.route is Route.SUBSCRIPTION:
            assert standing.granted
            assert standing.account is Account.VERIFIED_SERVICE
        if choice.route is Route.TEMPLATE:
            assert standing.template
            assert standing.account in (Account.VERIFIED_SERVICE, Account.TEST)
        if standing.pinned:
            assert choice.route in (Route.TEMPLATE, Route.HELD, Route.EXPIRED)


@given(standings, moments)
def test_whoever_a_rule_allows_to_reach_is_reached(standing: Standing, now: datetime) -> None:
    """The other way round: nothing is held that could ring now."""
    welcome = standing.bound and standing.agreed and not standing.refused and standing.account.may_write_first
    awake = standing.promised or not HOURS.quiet(now)
    window = standing.window.is_open(now) and standing.window.left > standing.reserved and not standing.pinned
    notice = standing.granted and standing.account is Account.VERIFIED_SERVICE and not standing.pinned
    template = standing.template and standing.account.may_use_templates
    in_time = now < min(standing.ring_until, standing.show_until)
    if welcome and awake and in_time and (window or notice or template):
        first = next(choice for choice in choices(standing, now, HOURS) if choice.route is not Route.PASSIVE)
        assert (first.route in RINGING, first.not_before) == (True, None)


@given(standings, moments)
def test_what_isnt_sent_now_has_a_cause(standing: Standing, now: datetime) -> None:
    first = choices(standing, now, HOURS)[0]
    if first.route not in (Route.PASSIVE, *RINGING) or first.not_before:
        assert first.cause is not None
