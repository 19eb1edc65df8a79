"""The simulated month: its model of the platform's rules is the emulated platform's, and its bound is one."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bench.reach.habits import BEIJING, GRANT, MESSAGE, TAP, UNSUBSCRIBE, Event, Life, Month, lives, read
from bench.reach.month import lived
from bench.reach.report import PERMITTED
from bench.reach.strategies import Ordered, Owed, Window, bound, by_custom_only, by_template_only
from bot.emulator import Account, PlatformClock
from bot.emulator.endpoints import custom
from bot.emulator.endpoints.call import Call
from bot.emulator.errors import Refused
from bot.emulator.messages import compose, happen
from bot.emulator.platform import Platform

BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
EVENTS = {MESSAGE: ("text", {"content": "好"}), TAP: ("CLICK", {"EventKey": "topic"})}

# What happens, and how many minutes later the next thing does.
steps = some.lists(some.tuples(some.sampled_from([MESSAGE, TAP, "send"]), some.integers(0, 40 * 60)), max_size=40)


@given(rule=some.sampled_from(["max", "reset"]), steps=steps)
def test_the_model_of_the_window_is_the_emulated_platforms(rule: str, steps: list[tuple[str, int]]) -> None:
    platform = Platform(Account(), "http://product/wechat", PlatformClock(frozen_at=BEGIN))
    platform.settings = platform.settings.model_copy(update={"window_rule": rule})
    platform.add_followers(["o1"], BEGIN.timestamp())
    window, at = Window(rule), BEGIN
    for what, minutes in steps:
        at += timedelta(minutes=minutes)
        if what == "send":
            assert sends(platform, at) == window.is_open(at)
            window.left -= window.is_open(at)
        else:
            kind, fields = EVENTS[what]
            happen(platform, compose(platform, "o1", kind, dict(fields), at.timestamp()), at.timestamp())
            window.open(what, at)


def sends(platform: Platform, at: datetime) -> bool:
    call = Call("/cgi-bin/message/custom/send", {}, "127.0.0.1", at.timestamp())
    call.body = {"touser": "o1", "msgtype": "text", "text": {"content": "好"}}
    try:
        custom.send(platform, call)
    except Refused as refused:
        return refused.errcode not in (45015, 45047)
    return True


def on(day: int, wall: str) -> datetime:
    return datetime.combine(date(2026, 6, day), time.fromisoformat(wall), BEIJING)


def life(*events: Event) -> Life:
    return Life(Month(1, date(2026, 6, 1), 7, 10, time(15), {}), events, {})


def topic(day: int) -> Owed:
    return Owed(0, "topic", on(day, "07:40"), on(day, "21:00"))


@pytest.mark.parametrize(
    ("events", "routes", "reached"),
    [
        ([], ["passive", "custom"], 0),
        ([Event(on(1, "20:00"), 0, MESSAGE)], ["passive"], 1),
        # The window of the first evening lasts until the third.
        ([Event(on(1, "20:00"), 0, MESSAGE)], ["passive", "custom"], 3),
        ([Event(on(1, "22:00"), 0, MESSAGE)], ["passive", "custom"], 2),
        ([Event(on(1, "22:00"), 0, TAP)], ["passive", "custom"], 0),
        ([Event(on(1, "20:00"), 0, TAP)], ["passive", "custom"], 1),
        # A grant is good for one notice, the day it is given or any day after it.
        ([Event(on(1, "22:00"), 0, GRANT)], ["passive", "custom", "subscription"], 1),
        ([Event(on(1, "20:00"), 0, MESSAGE), Event(on(1, "20:10"), 0, UNSUBSCRIBE)], ["passive", "custom"], 1),
        ([], ["mass"], 4),
    ],
)
def test_the_bound_is_what_the_rules_allow(events: Sequence[Event], routes: list[str], reached: int) -> None:
    owed = [topic(day) for day in range(1, 6)]
    assert bound(owed, life(*events), "verified-service", routes) == reached


def mass_sent(*days: int, at: str = "11:31") -> list[Ordered]:
    return [Ordered("topic", on(day, "07:40"), on(day, at)) for day in days]


@pytest.mark.parametrize(
    ("events", "ordered", "account", "reached"),
    [
        ([], [], "verified-service", 0),
        ([], mass_sent(2, 3), "verified-service", 2),
        # Four a month for each follower of a service account; a subscription account has one every day.
        ([], mass_sent(1, 2, 3, 4, 5), "verified-service", 4),
        ([], mass_sent(1, 2, 3, 4, 5), "verified-subscription", 5),
        # What reaches them anyway isn't counted twice, and a grant is left for the day without an order.
        ([Event(on(1, "20:00"), 0, MESSAGE)], mass_sent(1, 4), "verified-service", 4),
        ([Event(on(1, "07:00"), 0, GRANT)], mass_sent(1, 2), "verified-service", 3),
        # Too late in the day, or somebody who has left by then.
        ([], mass_sent(1, at="21:30"), "verified-service", 0),
        ([Event(on(2, "10:00"), 0, UNSUBSCRIBE)], mass_sent(1, 2), "verified-service", 1),
    ],
)
def test_the_bound_takes_the_admins_orders_as_they_are(
    events: Sequence[Event], ordered: Sequence[Ordered], account: str, reached: int
) -> None:
    owed, routes = [topic(day) for day in range(1, 6)], ["passive", "custom", "subscription", "mass"]
    assert bound(owed, life(*events), account, routes, ordered) == reached


def test_a_birthday_is_never_sent_by_mass() -> None:
    birthday = Owed(0, "birthday", on(1, "08:00"), on(1, "21:00"))
    assert bound([birthday], life(), "verified-service", ["mass"]) == 0


def test_templates_reach_whoever_follows() -> None:
    owed = [topic(1), topic(2)]
    assert by_template_only(owed, life(Event(on(1, "20:00"), 0, UNSUBSCRIBE))) == 1


@pytest.mark.parametrize(
    ("kind", "rule"), [("verified-service", "max"), ("verified-subscription", "max"), ("subscription", "max")]
)
def test_nobody_reaches_more_than_the_bound(kind: str, rule: str, tmp_path: Path) -> None:
    found_life = lives(*read(members=40, days=3), 1)
    found = asyncio.run(lived(found_life, kind, rule, 1, tmp_path))

    most = bound(found.owed, found_life, kind, PERMITTED, found.ordered)
    assert len(found.owed) >= 40 * 3
    assert 0 < len(found.reached) <= most
    assert (
        by_custom_only(found.owed, found_life, rule) <= bound(found.owed, found_life, kind, ["custom"])
        or kind == "subscription"
    )
    # Whom the broadcast of the third day hadn't reached by the evening, the admin's mass send did.
    assert bool(found.routes["mass"]) == bool(found.ordered) == kind.startswith("verified")
    assert max(found.forecast.values()) <= 0.01
    assert not +found.refused
