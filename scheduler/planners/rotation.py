"""What to show next from a library: categories take turns, nothing twice until the library is through. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


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


def rounds(firings: Sequence[tuple[int, datetime]]) -> tuple[datetime, datetime]:
    """When the round of the last of these firings, pairs of item and time, began, and when the one before it.

    The oldest firing comes first. A plan's first round goes on from whatever its people had before there was the plan.
    """
    seen: set[int] = set()
    starts = [_EVER]
    for item_id, at in firings:
        if item_id in seen:
            seen = set()
            starts.append(at)
        seen.add(item_id)
    return starts[-1], starts[-2:][0]


def substitute(
    turn: int, library: Sequence[int], shown: Sequence[int], had: Mapping[int, datetime], since: datetime
) -> int | None:
    """What one member gets instead of the item whose turn it is; None if that is right for them.

    `shown` is what others got before, in its order; `had` what this member did, and when last; `since` the beginning
    of the round. What they missed comes first, before anything comes to them again.
    """
    if turn not in had:
        return None
    missed = [item_id for item_id in dict.fromkeys(shown) if item_id not in had]
    if missed:
        return missed[0]
    if had[turn] < since:
        return None
    left = [item_id for item_id in library if item_id not in had or had[item_id] < since]
    return min(left, key=lambda item_id: (item_id in had, had.get(item_id, since)), default=None)
