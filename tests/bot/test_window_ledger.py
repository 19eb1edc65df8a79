"""Our ledger of a window beside the platform's own count, through any order of messages, taps, sends and pauses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.emulator.followers import Follower
from models.window import MESSAGE, TAP, Rule, Window

START = datetime(2026, 7, 1, tzinfo=UTC)
TRIGGERS = {"message": MESSAGE, "tap": TAP}
steps = st.lists(
    st.tuples(st.sampled_from([*TRIGGERS, "send", "send"]), st.integers(0, 60 * 60)), min_size=1, max_size=60
)


def _platform(follower: Follower, trigger: tuple[int, timedelta], now: datetime, rule: Rule) -> None:
    count, length = trigger
    follower.open_window((count, int(length.total_seconds())), now.timestamp(), rule)


@pytest.mark.parametrize("rule", ["max", "reset"])
@given(steps=steps)
def test_what_we_count_is_what_the_platform_counts(rule: Rule, steps: list[tuple[str, int]]) -> None:
    ours, platform, now = Window(), Follower("oA", START.timestamp()), START
    for step, pause in steps:
        now += timedelta(seconds=pause)
        allowed = platform.left > 0 and now.timestamp() < platform.until
        assert ours.is_open(now) == allowed
        if step in TRIGGERS:
            ours = ours.opened(TRIGGERS[step], now, rule)
            _platform(platform, TRIGGERS[step], now, rule)
        elif allowed:
            ours = Window(ours.left - 1, ours.until)
            platform.left -= 1
