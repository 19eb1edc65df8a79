"""Times as parts of other patterns: without groups, and never nothing."""

import re

from bot.times import clock, days, moments, past


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


CLOCK = _unnamed(rf"(?:{clock.CLOCK})")
DAY = _unnamed(days.DAY)
LAST_DAY = _unnamed(rf"(?:从?今天(?:起|开始)\s*)?(?:到\s*)?(?:{days.DAY}|{days.LENGTH})(?:\s*为止)?")
PAST_DAY = _unnamed(past.PAST_DAY)
MOMENT = _unnamed(rf"(?=\S)(?:{moments.LATER}|{moments.MOMENT})")
