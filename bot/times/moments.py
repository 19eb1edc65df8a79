"""A moment: 「明天 9:00」「下周三晚上八点」「农历八月十五晚上八点」「半小时后」."""

import re
from datetime import UTC, date, datetime, timedelta

from bot.misread import Misread
from bot.script import half_width, simplified
from bot.times.clock import CLOCK, PERIOD, hour_and_minute
from bot.times.days import DAY, named_day
from bot.times.numbers import NUMBER, number

# Nobody plans a broadcast further ahead; a year that is written wrong is found out.
FURTHEST = timedelta(days=366)

MOMENT = rf"(?P<on>{DAY}(?:T|\s*))?(?:(?P<at>{CLOCK})|(?P<only>{PERIOD}))?"
LATER = rf"(?:(?P<half>半)个?(?P<half_unit>小时|钟头)|(?P<count>{NUMBER})\s*个?(?P<unit>分钟|小时|钟头|天))(?:之|以)?后"


def moment(text: str, now: datetime) -> datetime:
    """The moment that is meant, in the zone of `now` (aware, on the organisation's clock). Raises `Misread`."""
    written = text.strip()
    plain = simplified(half_width(written))
    if later := re.fullmatch(LATER, plain):
        # Added in UTC: on the wall, two hours may be one or three where summer time begins or ends.
        at = (now.astimezone(UTC) + _length(later, written)).astimezone(now.tzinfo)
    elif plain and (found := re.fullmatch(MOMENT, plain)):
        at = _at(found, written, now)
    else:
        raise Misread("when.unclear", text=written)
    if at <= now:
        raise Misread("when.past", text=written)
    if at > now + FURTHEST:
        raise Misread("when.too_far", text=written)
    return at


def _length(found: re.Match[str], written: str) -> timedelta:
    if found["half"]:
        return timedelta(minutes=30)
    count = number(found["count"])
    if not count:
        raise Misread("when.unclear", text=written)
    unit = {"分钟": timedelta(minutes=1), "天": timedelta(days=1)}.get(found["unit"], timedelta(hours=1))
    return count * unit


def _at(found: re.Match[str], written: str, now: datetime) -> datetime:
    day = named_day(found, written, now.date()) if found["on"] else None
    if not found["at"]:
        raise Misread("when.no_hour", text=written)
    hour, minute = hour_and_minute(found, written)
    at = _wall(day or now.date(), hour, minute, now)
    if at <= now and _comes_again(found):
        return _wall((day or now.date()) + timedelta(days=7 if day else 1), hour, minute, now)
    return at


def _comes_again(found: re.Match[str]) -> bool:
    """Whether it is a time alone, or a weekday of whichever week: the next one is meant."""
    return not found["on"] or bool(found["weekday"] and not found["week"])


def _wall(day: date, hour: int, minute: int, now: datetime) -> datetime:
    # 「晚上十二点」 is where the day ends.
    day, hour = (day + timedelta(days=1), 0) if hour == 24 else (day, hour)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=now.tzinfo)
