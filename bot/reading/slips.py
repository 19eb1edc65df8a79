"""A slip in a command word: one character that sounds alike, is missing, is doubled or out of place."""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

_TABLE = tomllib.loads(Path(__file__).with_name("slips.toml").read_text(encoding="utf-8"))
_ALIKE: dict[str, str] = _TABLE["alike"]

# Messages that stand for the commands that are done without being said exactly.
FORGIVEN: tuple[str, ...] = (*_TABLE["words"], *_TABLE["forgiven"])

# From so many characters on a word is still itself when one is missing or too much.
_LONG = 4
_SHORT = 2
# What may follow a word that was put right; the tables decide whether it fits.
_REST = re.compile(r"(?:[\s,，。:：、;；\d零一二两三四五六七八九十半到早上中下晚].*)?", re.DOTALL)


def put_right(written: str, plain: str) -> Iterator[str]:
    """The message with its first word as it should be; `plain` is `written` in simplified characters, as long."""
    # One of the first two characters is always right.
    begins = {*plain[:2]}
    for word in _TABLE["words"]:
        if begins.isdisjoint(word):
            continue
        for length in range(len(word) - 1, len(word) + 2):
            if _is_slip(word, plain[:length]) and _REST.fullmatch(plain, length):
                yield word + written[length:]


def _is_slip(word: str, head: str) -> bool:
    """Whether the head of a message is the word with one slip in it."""
    if len(head) == len(word):
        wrong = [place for place, one in enumerate(head) if one != word[place]]
        if len(wrong) == 1:
            return head[wrong[0]] in _ALIKE.get(word[wrong[0]], "")
        return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and {*head} == {*word}
    if len(head) < len(word):
        return len(word) >= _LONG and _one_apart(word, head)
    doubled = any(one == other for one, other in pairwise(head))
    inside = len(word) >= _LONG and head[0] == word[0] and head[-1] == word[-1] and head.isalpha()
    return (doubled or inside) and _one_apart(word, head)


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
