"""A time of day: 「20:30」「晚上八点半」「7点40分」「下午三点一刻」."""

import re
from datetime import time

from bot.misread import Misread
from bot.script import half_width, simplified
from bot.times.numbers import NUMBER, number

_NIGHT = ("晚上", "夜里", "晚")
_LATE = ("下午", "傍晚", *_NIGHT)
_MORNING = ("凌晨", "清晨", "早上", "早晨", "上午", "早")
PERIOD = "|".join((*_MORNING, "中午", *_LATE))

# For other patterns; its groups are `period`, `hour` with `minute`, `spoken` with `part` or `minutes`.
CLOCK = (
    rf"(?:(?P<period>{PERIOD})\s*)?"
    r"(?:(?P<hour>\d{1,2})\s*[:：]\s*(?P<minute>\d{2})"
    rf"|(?P<spoken>{NUMBER})\s*[点时](?:钟|整)?\s*(?:(?P<part>半|一刻|三刻)|(?P<minutes>{NUMBER})\s*分?)?)"
)
_PARTS = {"半": 30, "一刻": 15, "三刻": 45}
_CLOCK = re.compile(rf"(?:每[天日]|每(?=[早晚]))?{CLOCK}")


def clock_time(text: str) -> time:
    """The time of day that is meant. Raises `Misread`."""
    found = _CLOCK.fullmatch("".join(simplified(half_width(text)).split()))
    if found is None:
        raise Misread("when.no_clock", text=text.strip())
    hour, minute = hour_and_minute(found, text.strip())
    return time(hour % 24, minute)


def hour_and_minute(found: re.Match[str], written: str) -> tuple[int, int]:
    """What the groups of `CLOCK` say; the hour is 24 where 「晚上十二点」 ends the day. Raises `Misread`."""
    hour = number(found["hour"] or found["spoken"])
    minute = _PARTS.get(found["part"] or "", number(found["minute"] or found["minutes"] or "0"))
    if hour is None or minute is None or minute > 59:
        raise Misread("when.unclear", text=written)
    return _of_day(hour, found["period"] or "", exact=bool(found["hour"]), written=written), minute


def _of_day(hour: int, period: str, *, exact: bool, written: str) -> int:
    """The hour of the day, 0 to 24: what 「下午」 makes of three."""
    if (period in _NIGHT and 1 <= hour <= 4) or (not period and not exact and 1 <= hour <= 6):
        raise Misread("when.half_unclear", text=written)
    if period in _LATE and hour <= 12:
        return hour + 12 if hour < 12 else (24 if period in _NIGHT else 12)
    if period == "中午" and hour <= 2:
        return hour + 12
    if period == "凌晨" and hour == 12:
        return 0
    if hour > 23 or (period in _MORNING and hour > 12) or (period == "中午" and hour < 11):
        raise Misread("when.unclear", text=written)
    return hour
