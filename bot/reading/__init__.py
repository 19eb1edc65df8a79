"""What people write, brought nearer to the words of the tables: script, politeness, other wordings, slips. Pure.

Each step is only tried when nothing fits without it, so that what is written as documented costs nothing more.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.courtesy import plain_ways
from bot.reading.slips import put_right
from bot.reading.wordings import in_documented_words
from bot.script import simplified

# Longer messages are notes, and their first words decide.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a message. `plain` is in simplified characters, as long as `written`.

    What isn't `firm` is a question, a report or a slip, perhaps: 「撤回了？」 must not take anything back.
    """

    written: str
    plain: str
    firm: bool = True


def readings(written: str) -> Iterator[Reading]:
    """The ways to read a message beside the literal one, the nearest first; `written` is half width already."""
    plain = simplified(written)
    if plain != written:
        yield Reading(written, plain)
    if len(plain) > _LONGEST:
        yield from (Reading(right, simplified(right), False) for right in put_right(written, plain))
        return
    ways = [Reading(written, plain)]
    ways += [Reading(written[begin:end], plain[begin:end], firm) for begin, end, firm in plain_ways(plain)]
    for way in ways:
        yield way
        yield from (Reading(said, simplified(said), way.firm) for said in in_documented_words(way.written, way.plain))
    for way in ways:
        yield from (Reading(said, simplified(said), False) for said in put_right(way.written, way.plain))
