"""Which title somebody means: written exactly, in part, or nearly so. Pure."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

# More than a person reads through on a phone.
MOST = 6
# One character is in too many titles to mean any.
_SHORTEST_PART = 2
# As alike as a title with one character in five mistyped.
_ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """What a title found: the one that is certainly meant, or those that may be, at most `MOST`."""

    sure: T | None = None
    maybe: tuple[T, ...] = ()


def match(written: str, titled: Mapping[T, str]) -> Match[T]:
    """Finds a title among those of `titled`: the whole of it, else a part that only one has.

    Width, case, spaces and marks don't count. What is merely similar, or in several titles, is never sure.
    """
    asked = _plain(written)
    plain = {key: _plain(title) for key, title in titled.items()}
    found = [key for key, title in plain.items() if title == asked] if asked else []
    if not found and len(asked) >= _SHORTEST_PART:
        found = [key for key, title in plain.items() if asked in title]
    if len(found) == 1:
        return Match(sure=found[0])
    if not found and asked:
        alike = difflib.get_close_matches(asked, set(plain.values()), n=MOST, cutoff=_ALIKE)
        found = [key for key, title in plain.items() if title in alike]
    return Match(maybe=tuple(found[:MOST]))


def is_exact(written: str, title: str) -> bool:
    """Whether that is this title, but for width, case, spaces and marks."""
    return _plain(written) == _plain(title)


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title)).casefold()
