"""What to show next from a library: categories take turns, nothing twice until the library is through. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A topic or a book, as far as its turn is concerned."""

    id: int
    category: str = ""


def choose(library: Sequence[Item], shown: Sequence[int]) -> Item | None:
    """The item whose turn it is, or None if the library is empty.

    `library` is what may be shown now, in its own order; `shown` the ids of all earlier firings, the oldest first.
    """
    round_ = _current_round(shown)
    left = [item for item in library if item.id not in round_]
    if not left:
        # A new round; what closed the old one doesn't open it.
        left = [item for item in library if len(library) == 1 or not shown or item.id != shown[-1]]
    turns = _last_turns(library, shown)
    return min(left, key=lambda item: turns.get(item.category, -1), default=None)


def _current_round(shown: Sequence[int]) -> set[int]:
    """The ids shown since the last repeat: whatever comes again has begun a new round."""
    seen: set[int] = set()
    for item_id in shown:
        if item_id in seen:
            seen = set()
        seen.add(item_id)
    return seen


def _last_turns(library: Sequence[Item], shown: Sequence[int]) -> dict[str, int]:
    """When each category had its last turn, as a place in `shown`."""
    category_of = {item.id: item.category for item in library}
    return {category_of[item_id]: place for place, item_id in enumerate(shown) if item_id in category_of}
