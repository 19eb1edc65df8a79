"""A member's way into the pages: signed, and soon over."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.entry import LIFETIME, admitted, badge

SECRET = b"a secret of thirty-two characters"
NOON = datetime(2026, 7, 1, 4, 0, 30, tzinfo=UTC)


def test_a_ticket_lets_its_member_in_for_half_an_hour() -> None:
    mine = badge(SECRET, 2**31, NOON)
    assert admitted(SECRET, mine, NOON) == 2**31
    assert admitted(SECRET, mine, NOON + LIFETIME - timedelta(minutes=1)) == 2**31
    assert admitted(SECRET, mine, NOON + LIFETIME) is None


@pytest.mark.parametrize("forged", ["", "x", "A" * 28, "!" * 28, "心得", "A" * 400])
def test_nothing_else_does(forged: str) -> None:
    assert admitted(SECRET, forged, NOON) is None


def test_each_letter_counts_and_so_does_the_secret() -> None:
    mine = badge(SECRET, 3, NOON)
    for place, letter in enumerate(mine):
        other = mine[:place] + ("A" if letter != "A" else "B") + mine[place + 1 :]
        assert admitted(SECRET, other, NOON) is None
    assert admitted(b"another secret", mine, NOON) is None
