"""What a line of the phrase tables is made of: who may say it, what it looks like, who answers."""

import re
from dataclasses import dataclass

from bot.reading.names import PERSON
from bot.turn import Decide, Handle, Who


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a table: a pattern the whole message must fit, and what handles it."""

    pattern: re.Pattern[str]
    who: Who
    handle: Handle | None = None
    # A hot command decides without the database, in a batch with others.
    decide: Decide | None = None
    # Whether it has to be told which push asks for a 「收到」.
    asked: bool = False
    # Whether it has to be told what is asked after reading.
    recalls: bool = False
    # Whether it is about nothing but what is stored of the writer: it works for those who are inactive, too.
    own: bool = False


def command(
    who: Who,
    pattern: str,
    handle: Handle | None = None,
    *,
    hot: Decide | None = None,
    asked: bool = False,
    recalls: bool = False,
    own: bool = False,
) -> Command:
    """A line of a table; the groups of `pattern` become the turn's words."""
    return Command(re.compile(pattern, re.DOTALL), who, handle, hot, asked, recalls, own)


# Groups that hold content, which is kept as it was written; all others are read in simplified characters.
KEPT = frozenset({"book", "name", "note", "reason", "series", "text", "title", "what"})

# Between a command word and what follows it: a space, a line break or a mark. Without one it is another sentence.
GAP = r"[\s,，。:：、;；]+"
# Where a name follows, nothing needs to stand between.
LOOSE = r"[\s,，。:：、;；]*"
# What stands apart from the command word may be anything; what doesn't has to look like what is expected.
APART = r"(?<=[\s,，。:：、;；])"
_NAMING = r"[^\s，。：:,?？!！]{1,20}?"
NAME = rf"(?P<name>(?:{APART}{_NAMING}|{PERSON})(?: {_NAMING})?)"
END = r"[\s。.!！~～]*"
