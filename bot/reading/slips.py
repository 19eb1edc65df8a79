"""A slip in a command word: one character that sounds alike, is missing, is doubled or out of place."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

_TABLE = tomllib.loads(Path(__file__).with_name("slips.toml").read_text(encoding="utf-8"))
_ALIKE: dict[str, str] = _TABLE["alike"]

# Messages that stand for the commands that are done without being said exactly.
FORGIVEN: tuple[str, ...] = (*_TABLE["words"], *_TABLE["forgiven"])

# From so many characters on a word is still itself when one is missing or too much.
_LONG = 4
_SHORT = 2
# What may follow a word that was put right; the tables decide whether it fits.
_REST = r"(?P<rest>(?:[\s,，。:：、;；\d]|[零一二两三四五六七八九十半到早上中下晚]).*)?"


def _misspelt(word: str) -> str:
    """A pattern of the ways in which the word is written wrongly."""
    ways = [
        f"{re.escape(word[:place])}[{_ALIKE[one]}]{re.escape(word[place + 1 :])}"
        for place, one in enumerate(word)
        if one in _ALIKE
    ]
    ways += [word[:place] + one + word[place:] for place, one in enumerate(word)]
    ways += [word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1)]
    if len(word) >= _LONG:
        ways += [word[:place] + word[place + 1 :] for place in range(len(word))]
        ways += [f"{word[:place]}[\\u4e00-\\u9fff]{word[place:]}" for place in range(1, len(word))]
    return "|".join(ways)


_SLIPS = tuple((re.compile(rf"(?:{_misspelt(word)}){_REST}", re.DOTALL), word) for word in _TABLE["words"])


def put_right(written: str, plain: str) -> Iterator[str]:
    """The message with its first word as it should be; `plain` is `written` in simplified characters, as long."""
    for pattern, word in _SLIPS:
        if found := pattern.fullmatch(plain):
            rest = found.start("rest")
            yield word + (written[rest:] if rest >= 0 else "")


def is_near(word: str, text: str) -> bool:
    """Whether the text begins with the word, one of its characters wrong, missing or too much: worth an offer.

    Of a word of two characters hardly anything is left then, so that it has to stand apart.
    """
    lengths = range(max(2, len(word) - 1), len(word) + 2) if len(word) > 1 else ()
    apart = len(word) == _SHORT
    return any(
        _one_apart(word, text[:length]) and not (apart and text[length : length + 1].isalnum()) for length in lengths
    )


def _one_apart(one: str, other: str) -> bool:
    """Whether the two differ by a single character."""
    if len(one) > len(other):
        one, other = other, one
    same = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[same + (len(one) == len(other)) :] == other[same + 1 :]
