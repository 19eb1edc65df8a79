"""A time of day, or a day, as people type it: 「20:30」「晚上八点半」「7月20日」「三天」「下周五」「昨天」. Pure."""

import re
from datetime import date, time, timedelta

_DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMBER = r"\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九]{1,2}"
_PART = "凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里"
_CLOCK = re.compile(
    rf"(?:每天|每晚|每日)?(?P<part>{_PART}|早|晚)?(?P<hour>{_NUMBER})"
    rf"(?:[:：](?P<minutes>\d\d)|[点时](?:钟|整)?(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_NUMBER})分?)?)"
)
_AFTERNOON = ("下午", "傍晚", "晚上", "夜里", "晚")

_MONTH_DAY = re.compile(r"(?:(?P<year>\d{4})[年./-])?(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})[日号]?")
_DAY = re.compile(r"(?P<day>\d{1,2})[日号]")
_DAYS = re.compile(rf"(?P<count>\d{{1,3}}|{_NUMBER})(?P<unit>天|日|个?星期|周|个?礼拜)")
_WEEKDAY = re.compile(r"(?P<next>下个?|这个?|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_NAMED = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_PASSED = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3}
_ONE = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# For the patterns of commands: a day that is over, or today. `past_day` reads it.
PAST_DAY = (
    rf"(?:大前天|[今昨前][天日]|(?:\d{{4}}[年./-])?{_ONE}[月./-]{_ONE}[日号]?|{_ONE}[日号]"
    r"|(?:上个?|这个?|本)?(?:周|星期|礼拜)[一二三四五六日天])"
)
_PAST_MONTH_DAY = re.compile(rf"(?:(?P<year>\d{{4}})[年./-])?(?P<month>{_ONE})[月./-](?P<day>{_ONE})[日号]?")
_PAST_WEEKDAY = re.compile(r"(?P<last>上个?)?(?:这个?|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_PAST_DATE = re.compile(rf"(?P<day>{_ONE})[日号]")
# A day named without its year is meant this far ahead, and no further.
_HALF_A_YEAR = timedelta(days=183)


def _number(word: str) -> int:
    """A number up to 99, in Arabic or Chinese."""
    if word.isdecimal():
        return int(word)
    tens, mark, ones = word.partition("十")
    if not mark:
        return int("".join(str(_DIGITS[one]) for one in word))
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def clock_time(text: str) -> time | None:
    """The time of day that somebody typed; None for anything else."""
    found = _CLOCK.fullmatch("".join(text.split()))
    if found is None:
        return None
    hour = _number(found["hour"])
    if hour < 12 and (found["part"] in _AFTERNOON or (found["part"] == "中午" and hour < 6)):
        hour += 12
    minute = _number(found["minutes"] or found["minute"] or "0")
    if found["half"]:
        minute = 30
    if found["quarter"]:
        minute = 15 * _number(found["quarter"])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def last_day(text: str, today: date) -> date | None:
    """The last of the days somebody typed, 「到7月20日」「三天」, never before today; None for anything else."""
    plain = "".join(text.split()).removeprefix("到").removesuffix("为止")
    try:
        day = _day(plain, today)
    except (ValueError, OverflowError):
        return None
    return day if day is not None and day >= today else None


def _day(plain: str, today: date) -> date | None:
    if plain in _NAMED:
        return today + timedelta(days=_NAMED[plain])
    if found := _MONTH_DAY.fullmatch(plain):
        return _in_year(found["year"], int(found["month"]), int(found["day"]), today)
    if found := _DAY.fullmatch(plain):
        month = today.replace(day=1) if int(found["day"]) >= today.day else _next_month(today)
        return month.replace(day=int(found["day"]))
    if found := _WEEKDAY.fullmatch(plain):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=(found["next"] or "").startswith("下"))
        return monday + timedelta(days="一二三四五六日".index(found["day"].replace("天", "日")))
    if found := _DAYS.fullmatch(plain):
        length = _number(found["count"]) * (1 if found["unit"] in ("天", "日") else 7)
        return today + timedelta(days=length - 1) if length else None
    return None


def past_day(text: str, today: date) -> date | None:
    """The latest day, today at most, that somebody typed: 「昨天」「周三」「7月3日」; None for anything else."""
    plain = "".join(text.split())
    try:
        return _latest(plain, today)
    except ValueError:
        return None


def _latest(plain: str, today: date) -> date | None:
    if plain in _PASSED:
        return today - timedelta(days=_PASSED[plain])
    if found := _PAST_MONTH_DAY.fullmatch(plain):
        month, day = _number(found["month"]), _number(found["day"])
        named = date(int(found["year"] or today.year), month, day)
        return named if found["year"] or named <= today else named.replace(year=today.year - 1)
    if found := _PAST_DATE.fullmatch(plain):
        day = _number(found["day"])
        month_of = today if day <= today.day else today.replace(day=1) - timedelta(days=1)
        return month_of.replace(day=day)
    if found := _PAST_WEEKDAY.fullmatch(plain):
        monday = today - timedelta(days=today.weekday())
        named = monday + timedelta(days="一二三四五六日".index(found["day"].replace("天", "日")))
        return named - timedelta(weeks=1) if found["last"] or named > today else named
    return None


def _in_year(year: str | None, month: int, day: int, today: date) -> date | None:
    if year:
        return date(int(year), month, day)
    this = date(today.year, month, day)
    if this >= today:
        return this
    coming = date(today.year + 1, month, day)
    return coming if coming - today <= _HALF_A_YEAR else None


def _next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
