"""What people write, brought nearer to the words of the tables: script, politeness, other wordings, slips. Pure.

Each step is only tried when nothing fits without it, so that what is written as documented costs nothing more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.courtesy import plain_ways
from bot.reading.slips import put_right
from bot.reading.wordings import in_documented_words, verb_first
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


# Spaces that a number keeps from the rest of its date or amount: 「8 月 2 日」.
_SPREAD = re.compile(r"(?<=\d)\s+(?=[年月日号天周页章点课])|(?<=[年月到])\s+(?=\d)")
# 「我的打卡记录给我看看」: of one's own or today's; 「菜单发我看看」 may be about dinner.
_SHOWN = re.compile(
    r"(?P<what>(?:我|今[天日]|本|上个?)[^，,。]{1,12}?)(?:(?:给|让)?我?看(?:看|一?下)|发给?我)+[。！!]*"
)
# 「昨天忘了，补卡昨天」: what comes first says why, in the writer's own name.
_REASON = re.compile(r"(?P<why>[^，,。；;！!]{1,20}[了啦早好])[\s，,。；;！!]+(?P<what>[^，,。；;！!]{1,16})[。！!]*")
# Who quotes, asks, or tells of others, wants nothing done.
_OTHERS = re.compile(r"[说讲问写读念他她们谁吗“”「」『』《》\"']|通知|大家|老师|领导|书记")


def _closer(written: str, plain: str) -> Iterator[Reading]:
    if _SPREAD.search(plain):
        yield Reading(_SPREAD.sub("", written), _SPREAD.sub("", plain))
    yield from (Reading(said, simplified(said)) for said in verb_first(written, plain))
    if found := _SHOWN.fullmatch(plain):
        yield Reading(written[: found.end("what")], found["what"])


def _last_clause(written: str, plain: str) -> Iterator[Reading]:
    """What is wanted, behind what it is wanted for; it isn't firm, since it may be part of a story."""
    found = _REASON.fullmatch(plain)
    if found and not _OTHERS.search(found["why"]):
        begin, end = found.span("what")
        yield Reading(written[begin:end], plain[begin:end], False)
        rest = plain[begin:end]
        yield from (Reading(written[begin + a : begin + b], rest[a:b], False) for a, b, _ in plain_ways(rest))


def readings(written: str) -> Iterator[Reading]:
    """The ways to read a message beside the literal one, the nearest first; `written` is half width already."""
    plain = simplified(written)
    if plain != written:
        yield Reading(written, plain)
    if len(plain) > _LONGEST:
        yield from (Reading(right, simplified(right), False) for right in put_right(written, plain))
        return
    ways = [Reading(written, plain), *_closer(written, plain)]
    ways += [Reading(written[begin:end], plain[begin:end], firm) for begin, end, firm in plain_ways(plain)]
    ways += _last_clause(written, plain)
    for way in ways:
        yield way
        yield from (Reading(said, simplified(said), way.firm) for said in in_documented_words(way.written, way.plain))
    for way in ways:
        yield from (Reading(said, simplified(said), False) for said in put_right(way.written, way.plain))
