"""Cutting a long answer into parts that fit one reply, between sentences, losing nothing."""

import re

# A sentence may end inside quotation marks or brackets, and what is blank after it belongs to it,
# so that the next part starts with a word.
_SENTENCE_END = re.compile(r"[。！？!?…；;\n]+[」』”’）)】》]*\s*")
_PAUSE = re.compile(r"[，、：,\s]\s*")
_LONGEST_CHARACTER = 4


def split(text: str, limit: int = 2000) -> list[str]:
    """Cut `text` into parts of at most `limit` UTF-8 bytes each; joined, they are `text` again.

    The cut is after the last sentence that fits, else after the last pause, else between two characters.
    There is always at least one part. The default is the platform's limit for one text reply.
    Raises ValueError for a limit that could not hold one character.
    """
    if limit < _LONGEST_CHARACTER:
        raise ValueError(f"limit must be at least {_LONGEST_CHARACTER} bytes, not {limit}")
    parts: list[str] = []
    rest = text
    while len(rest.encode()) > limit:
        end = _cut(rest, _fitting(rest, limit))
        parts.append(rest[:end])
        rest = rest[end:]
    return [*parts, rest]


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` bytes."""
    return len(text.encode()[:limit].decode(errors="ignore"))


def _cut(text: str, most: int) -> int:
    for boundary in (_SENTENCE_END, _PAUSE):
        # Looking a little further keeps a closing quotation mark with its sentence.
        ends = [found.end() for found in boundary.finditer(text, 0, most + 4) if found.end() <= most]
        if ends:
            return ends[-1]
    return most
