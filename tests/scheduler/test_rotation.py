"""What to show next from a library."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.planners.rotation import Item, choose, rounds, substitute

libraries = st.lists(st.sampled_from(["甲", "乙", "丙", ""]), min_size=1, max_size=12).map(
    lambda categories: [Item(number, category) for number, category in enumerate(categories)]
)


def run(library: Sequence[Item], times: int) -> list[int]:
    shown: list[int] = []
    for _ in range(times):
        item = choose(library, shown)
        assert item is not None
        shown.append(item.id)
    return shown


@given(libraries, st.integers(1, 3))
def test_each_round_shows_everything_once(library: list[Item], rounds: int) -> None:
    shown = run(library, rounds * len(library))
    for begin in range(0, len(shown), len(library)):
        assert sorted(shown[begin : begin + len(library)]) == [item.id for item in library]


@given(libraries)
def test_nothing_comes_twice_in_a_row(library: list[Item]) -> None:
    shown = run(library, 3 * len(library))
    if len(library) > 1:
        assert all(one != other for one, other in pairwise(shown))


@given(libraries)
def test_a_category_comes_again_only_after_all_others_that_have_something_left(library: list[Item]) -> None:
    category_of = {item.id: item.category for item in library}
    shown = run(library, len(library))
    for place, item_id in enumerate(shown):
        last = [category_of[other] for other in shown[:place]]
        left = {category_of[other] for other in shown[place:]}
        waited = {category: last[::-1].index(category) if category in last else place for category in left}
        assert waited[category_of[item_id]] == max(waited.values())


def test_what_is_added_later_is_shown_once_and_does_not_stand_still() -> None:
    library = [Item(1), Item(2)]
    shown = [1, 2, 1]
    library.append(Item(3))
    for _ in range(5):
        item = choose(library, shown)
        assert item is not None
        shown.append(item.id)
    assert shown[3:] == [2, 3, 1, 2, 3]


def test_an_empty_library_has_nothing_to_show() -> None:
    assert choose([], [1, 2]) is None


@st.composite
def attendances(draw: st.DrawFn) -> tuple[int, list[bool]]:
    """The size of a library, and the days on which somebody is there: late at first, away in between."""
    size = draw(st.integers(1, 6))
    return size, draw(st.lists(st.booleans(), max_size=4 * size))


@given(attendances())
def test_nobody_gets_anything_again_before_what_they_missed(attendance: tuple[int, list[bool]]) -> None:
    size, there = attendance
    library = [Item(number) for number in range(size)]
    firings: list[tuple[int, datetime]] = []
    mine: list[tuple[int, datetime]] = []
    for day, present in enumerate(there):
        at = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(days=day)
        common = choose(library, [item_id for item_id, _ in firings])
        assert common is not None
        firings.append((common.id, at))
        since, before = rounds(firings)
        had = {item_id: when for item_id, when in mine if when >= before}
        shown = [item_id for item_id, when in firings if before <= when < at]
        if not present:
            continue
        own = substitute(common.id, [item.id for item in library], shown, had, since)
        got = common.id if own is None else own
        if got in had:
            assert had[got] < since or all(item.id in had and had[item.id] >= since for item in library)
            assert set(shown) <= had.keys()
        mine.append((got, at))
