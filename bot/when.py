"""「明天 9:00」, 「下周三晚上八点」, 「半小时后」 → a moment. Pure: the present time is an argument.

What could be meant in two ways, 「明天三点」, is refused with a sentence instead of being guessed.
"""

import re
from datetime import UTC, date, datetime, timedelta

from bot.misread import Misread
from bot.numerals import NUMBER, number

# Nobody plans a broadcast further ahead; a year that is written wrong is found out.
FURTHEST = timedelta(days=366)

_NEAR = {"今": 0, "明": 1, "后": 2, "大后": 3}
_WEEKDAYS = {character: day for day, character in enumerate("一二三四五六日")} | {"天": 6}
_LATE = ("下午", "傍晚", "晚上", "晚", "夜里")
_PERIODS = ("凌晨", "清晨", "早上", "早晨", "上午", "早", "中午", *_LATE)

_NEAR_DAY = r"(?P<near>今|明|大后|后)(?:天|日|(?=[早晚]))"
_WEEKDAY = r"(?P<week>下下|下|这|本)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
_DATE = rf"(?:(?:(?P<year>\d{{4}})年)?(?P<month>{NUMBER})月)?(?P<day>{NUMBER})[日号]"
_ISO = r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?:T|(?=\s))"
_PERIOD = rf"(?P<period>{'|'.join(_PERIODS)})"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})[:：](?P<minute>\d{2})"
    rf"|(?P<spoken>{NUMBER})[点时](?:(?P<part>半|一刻|三刻)|(?P<minutes>{NUMBER})分?|整)?)"
)
_MOMENT = rf"(?:(?:{_NEAR_DAY}|{_WEEKDAY}|{_DATE}|{_ISO})\s*)?(?:{_PERIOD}\s*)?(?:{_CLOCK})?"
_LATER = (
    rf"(?:(?P<half>半)个?(?P<half_unit>小时|钟头)|(?P<count>{NUMBER})\s*个?(?P<unit>分钟|小时|钟头|天))(?:之|以)?后"
)
_PARTS = {"半": 30, "一刻": 15, "三刻": 45}

# A moment as a part of another pattern: no names, and never nothing.
WRITTEN = re.sub(r"\?P<\w+>", "?:", rf"(?=\S)(?:{_LATER}|{_MOMENT})")


def moment(text: str, now: datetime) -> datetime:
    """The moment that is meant, in the zone of `now` (aware, on the organisation's clock). Raises `Misread`."""
    written = text.strip()
    if later := re.fullmatch(_LATER, written):
        # Added in UTC: on the wall, two hours may be one or three where summer time begins or ends.
        at = (now.astimezone(UTC) + _length(later, written)).astimezone(now.tzinfo)
    elif written and (found := re.fullmatch(_MOMENT, written)):
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
    hour, minute = _clock(found, written)
    day = _day(found, written, now.date())
    at = _wall(day or now.date(), hour, minute, now)
    if at <= now and _comes_again(found):
        return _wall((day or now.date()) + timedelta(days=7 if day else 1), hour, minute, now)
    return at


def _comes_again(found: re.Match[str]) -> bool:
    """Whether it is a time alone, or a weekday of whichever week: the next one is meant."""
    dated = found["near"] or found["day"] or found["iso"]
    return not (dated or found["week"])


def _wall(day: date, hour: int, minute: int, now: datetime) -> datetime:
    # 「晚上十二点」 is where the day ends.
    day, hour = (day + timedelta(days=1), 0) if hour == 24 else (day, hour)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=now.tzinfo)


def _clock(found: re.Match[str], written: str) -> tuple[int, int]:
    spoken = found["spoken"] or found["hour"]
    if spoken is None:
        raise Misread("when.no_hour", text=written)
    hour = number(spoken)
    minute = _PARTS.get(found["part"] or "", number(found["minute"] or found["minutes"] or "0"))
    if hour is None or minute is None or minute > 59:
        raise Misread("when.unclear", text=written)
    hour = _of_day(hour, found["period"] or "", exact=bool(found["hour"]), written=written)
    return hour, minute


def _of_day(hour: int, period: str, *, exact: bool, written: str) -> int:
    """The hour of the day, 0 to 24: what 「下午」 makes of three."""
    if period in _LATE and hour <= 12:
        return hour + 12 if hour < 12 else (24 if period != "下午" else 12)
    if period == "中午" and hour <= 2:
        return hour + 12
    if period == "凌晨" and hour == 12:
        return 0
    morning = period in _PERIODS and period not in (*_LATE, "中午")
    if hour > 23 or (morning and hour > 12) or (period == "中午" and hour < 11):
        raise Misread("when.unclear", text=written)
    if not period and not exact and 1 <= hour <= 6:
        raise Misread("when.half_unclear", text=written)
    return hour


def _day(found: re.Match[str], written: str, today: date) -> date | None:
    """The day that is named; None for none, which is today or tomorrow."""
    try:
        if found["near"]:
            return today + timedelta(days=_NEAR[found["near"]])
        if found["iso"]:
            year, month, day = (int(part) for part in found["iso"].split("-"))
            return date(year, month, day)
        if found["weekday"]:
            return _weekday(_WEEKDAYS[found["weekday"]], found["week"], today)
        return _date(found, today) if found["day"] else None
    except (ValueError, TypeError):
        raise Misread("when.no_such_day", text=written) from None


def _weekday(weekday: int, week: str | None, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if week:
        return monday + timedelta(days=weekday + 7 * week.count("下"))
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _date(found: re.Match[str], today: date) -> date:
    """The next day with this number, in the month that is named or any: 「31 日」 passes over June."""
    day = number(found["day"])
    month = number(found["month"]) if found["month"] else None
    if found["year"]:
        return date(int(found["year"]), month or 0, day or 0)
    for ahead in range(13):
        years, place = divmod(today.month - 1 + ahead, 12)
        if month not in (None, place + 1):
            continue
        try:
            candidate = date(today.year + years, place + 1, day or 0)
        except ValueError:
            if month:
                raise
            continue
        if candidate >= today:
            return candidate
    raise ValueError
