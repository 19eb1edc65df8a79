"""Times as people write them, in one place: numbers, times of day, days, moments, and what comes again. Pure.

What could be meant in two ways, 「明天三点」, is refused with a sentence instead of being guessed: all raise `Misread`.
Full width, traditional characters and spaces make no difference.
"""

from bot.times.clock import clock_time
from bot.times.days import day, last_day, lunar_day
from bot.times.moments import moment
from bot.times.numbers import NUMBER, number
from bot.times.past import past_day
from bot.times.rhythms import Rhythm, cron, rhythm

__all__ = [
    "NUMBER",
    "Rhythm",
    "clock_time",
    "cron",
    "day",
    "last_day",
    "lunar_day",
    "moment",
    "number",
    "past_day",
    "rhythm",
]
