"""What somebody's days amount to, by example and for days in any order."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.habit import ONE_DAY, Run, Span, carried_on, run_from, strength, weeks_in_a_row

FIRST = date(2026, 7, 1)  # a Wednesday


def days(*numbers: int) -> list[date]:
    return [FIRST + (number - 1) * ONE_DAY for number in numbers]


def span(first: int, last: int) -> Span:
    return FIRST + (first - 1) * ONE_DAY, FIRST + (last - 1) * ONE_DAY


def on(studied: list[date], leaves: list[Span], today: int) -> int:
    run = run_from(studied, leaves)
    return run.on(FIRST + (today - 1) * ONE_DAY) if run else 0


@pytest.mark.parametrize(
    ("studied", "leaves", "today", "length"),
    [
        ((1, 2, 3), [], 3, 3),
        ((1, 2, 3), [], 4, 3),
        ((1, 2, 3), [], 5, 0),
        ((3, 1, 2), [], 3, 3),
        ((1, 2, 4), [], 4, 1),
        # A leave bridges, and lengthens nothing; a check-in during it counts.
        ((1, 2), [(3, 6)], 7, 2),
        ((1, 2), [(3, 6)], 8, 0),
        ((1, 2, 7), [(3, 6)], 7, 3),
        ((1, 2, 4, 7), [(3, 6)], 7, 4),
        ((1, 2, 7), [(3, 4), (5, 6)], 7, 3),
        # What was broken before the leave stays broken.
        ((1, 2), [(4, 6)], 7, 0),
        ((), [(1, 3)], 4, 0),
        ((), [], 4, 0),
    ],
)
def test_a_run(studied: tuple[int, ...], leaves: list[tuple[int, int]], today: int, length: int) -> None:
    assert on(days(*studied), [span(*leave) for leave in leaves], today) == length


def test_weeks_that_reached_the_goal() -> None:
    studied = days(1, 2, 3, 6, 7, 8, 13)  # three in the first week, three in the second, one so far in the third
    today = FIRST + 13 * ONE_DAY
    assert weeks_in_a_row(studied, [], 3, today) == 2
    assert weeks_in_a_row([*studied, *days(14, 15)], [], 3, today) == 3
    assert weeks_in_a_row(studied, [], 4, today) == 0
    # The third week over: unmet, unless it was all leave, or had no more than a day besides.
    later = FIRST + 20 * ONE_DAY
    assert weeks_in_a_row(studied, [], 3, later) == 0
    assert weeks_in_a_row(studied, [span(14, 19)], 3, later) == 3
    assert weeks_in_a_row(studied[:-1], [span(13, 19)], 3, later) == 2


def test_a_score_forgives() -> None:
    month = days(*range(1, 31))
    full = strength(month, [], 7, month[-1])
    assert full > 70
    missed = strength([day for day in month if day != month[20]], [], 7, month[-1])
    assert full - 5 <= missed < full
    assert strength(month, [], 5, month[-1]) == strength(month, [], 5, month[-1] + ONE_DAY), "today may still come"
    weekend_off = [day for day in month if day.weekday() < 5]
    assert strength(weekend_off, [], 5, month[-1]) >= strength(month, [], 5, month[-1]) - 2
    assert strength(days(1), [], 5, FIRST) > 0
    assert strength([], [], 5, FIRST) == 0


numbers = st.integers(1, 24)
studies = st.frozensets(numbers, max_size=16)
spans = st.lists(st.tuples(numbers, st.integers(0, 5)), max_size=3)


def leaves_of(given: list[tuple[int, int]]) -> list[Span]:
    return [span(first, first + length) for first, length in given]


@settings(max_examples=60, deadline=None)
@given(studies, spans, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    studied: frozenset[int], given: list[tuple[int, int]], chance: Random
) -> None:
    rows, leaves = days(*studied), leaves_of(given)
    said = run_from(rows, leaves)
    chance.shuffle(rows)
    assert run_from(rows, leaves) == said == run_from(rows, leaves[::-1])


@settings(max_examples=60, deadline=None)
@given(studies, spans, numbers, numbers, st.integers(0, 5), st.integers(1, 7))
def test_a_leave_or_one_more_check_in_never_lowers_a_run(
    studied: frozenset[int], given: list[tuple[int, int]], today: int, first: int, length: int, goal: int
) -> None:
    rows = [day for day in days(*studied) if day <= days(today)[0]]
    # Leaves begin on the day on which they are taken.
    leaves = [leave for leave in leaves_of(given) if leave[0] <= days(today)[0]]
    more = span(min(first, today), min(first, today) + length)
    assert on(rows, [*leaves, more], today) >= on(rows, leaves, today)
    another = days(min(first, today))
    assert on([*rows, *another], leaves, today) >= on(rows, leaves, today)
    assert 0 <= strength(rows, leaves, goal, days(today)[0]) <= 100


@settings(max_examples=40, deadline=None)
@given(studies, st.integers(0, 9), st.integers(1, 7))
def test_a_score_stands_still_through_a_leave(studied: frozenset[int], length: int, goal: int) -> None:
    rows, away = days(*studied), span(25, 25 + length)
    before = strength(rows, [away], goal, days(25)[0])
    assert strength(rows, [away], goal, away[1]) == before


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["study", "nothing", "leave"]), max_size=16), st.integers(0, 4))
def test_day_by_day_the_copy_says_what_the_rows_say(story: list[str], lasting: int) -> None:
    """As the hot path does it: a check-in changes the copy, anything else recounts."""
    rows: list[date] = []
    leaves: list[Span] = []
    run: Run | None = None
    for number, happening in enumerate(story, 1):
        (today,) = days(number)
        if happening == "leave":
            leaves = [leave for leave in leaves if leave[1] < today] + [(today, today + timedelta(days=lasting))]
            run = run_from(rows, leaves)
        if happening == "study":
            length = carried_on(run.length, run.last_day, run.away_until, today) if run else 1
            run = Run(length, today, run.away_until if run else None)
            rows.append(today)
            assert run.length == on(rows, leaves, number)
