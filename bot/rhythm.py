"""From what people write to a time of day, a date, or the rule of a plan. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = r"(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_CHARACTERS = re.compile(r"(?:([一二两三四五六七八九])?(十))?([零〇一二两三四五六七八九])?(?<=.)")
_CLOCK = re.compile(
    rf"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)?\s*(?P<hour>{_NUMBER})\s*"
    rf"(?:[:：](?P<minute>\d{{2}})|[点时](?:(?P<half>半)|(?P<spoken>{_NUMBER})分?|钟|整)?)"
)
_LATER = ("下午", "傍晚", "晚上", "晚")


class NotUnderstood(ValueError):
    """The words are no time, no date or no rule that we can read."""


def number(written: str) -> int:
    """「三」「十五」「二十」「15」 as a number below 100."""
    if written.isdigit():
        return int(written)
    found = _CHARACTERS.fullmatch(written)
    if found is None:
        raise NotUnderstood(written)
    tens, ten, ones = found.groups()
    return (_DIGITS[tens] if tens else 1 if ten else 0) * 10 + (_DIGITS[ones] if ones else 0)


def clock_time(text: str) -> time:
    """「20:30」「晚上八点半」「7点40分」. Raises `NotUnderstood`."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood(text)
    hour = number(found["hour"])
    minute = 30 if found["half"] else number(found["minute"] or found["spoken"] or "0")
    if found["part"] in _LATER and hour < 12:
        hour += 12
    if found["part"] == "中午" and hour < 3:
        hour += 12
    if hour > 23 or minute > 59:
        raise NotUnderstood(text)
    return time(hour, minute)


_NEAR = {"今天": 0, "明天": 1, "后天": 2}
_DAY = re.compile(rf"(?:(?P<year>\d{{4}})[年./-])?(?P<month>{_NUMBER})[月./-](?P<day>{_NUMBER})[日号]?")


def day(text: str, today: date) -> date:
    """「5月12日」「2027年5月12日」「5-12」「明天」; without a year the next such day. Raises `NotUnderstood`."""
    text = text.strip()
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    found = _DAY.fullmatch(text)
    if found is None:
        raise NotUnderstood(text)
    month, day_ = number(found["month"]), number(found["day"])
    # 29 February comes within eight years.
    years = [int(found["year"])] if found["year"] else range(today.year, today.year + 9)
    for year in years:
        exists = 1 <= month <= 12 and 1 <= day_ <= monthrange(year, month)[1]
        if exists and (found["year"] or date(year, month, day_) >= today):
            return date(year, month, day_)
    raise NotUnderstood(text)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A rule as a plan has it; `workdays` says whether it keeps to working days, None where the words don't."""

    rule: str
    workdays: bool | None = None


_WEEKDAYS = dict(zip("一二三四五六日天", ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"), strict=True))
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_RULE = re.compile(r"(FREQ|RSCALE)=", re.IGNORECASE)


def rhythm(text: str) -> Rhythm:
    """A plan's rhythm: words, five fields of cron, or a rule of RFC 5545 as it is. Raises `NotUnderstood`.

    「工作日 7:40」「每天 7:40」「每周一三五 7:40」「隔周五 12:00」「每月25日 8:00」「每月第二个周二 9:00」
    「每月最后一天 9:00」「农历腊月三十 9:00」「农历每月初一 9:00」, or "40 7 * * 1-5".
    """
    text = text.strip()
    if _RULE.match(text):
        return Rhythm(text.upper())
    if re.fullmatch(r"[\d*,/-]+(\s+[\d*,/-]+){4}", text):
        return Rhythm(cron(text))
    words, _, wall = text.rpartition(" ")
    at = clock_time(wall)
    by_clock = f"BYHOUR={at.hour};BYMINUTE={at.minute};BYSECOND=0"
    return _worded("".join(words.split()), by_clock)


def _worded(words: str, at: str) -> Rhythm:
    if words in ("每天", "天天"):
        return Rhythm(f"FREQ=DAILY;{at}", workdays=False)
    if words in ("工作日", "每个工作日", "每工作日"):
        return Rhythm(f"FREQ=DAILY;{at}", workdays=True)
    if found := re.fullmatch(r"(每|隔)(?:周|星期)([一二三四五六日天、]+)", words):
        days = ",".join(_WEEKDAYS[word] for word in found[2] if word != "、")
        every = ";INTERVAL=2" if found[1] == "隔" else ""
        return Rhythm(f"FREQ=WEEKLY{every};BYDAY={days};{at}")
    if found := re.fullmatch(r"每月(?:第([一二三四])个|(最后)一个)(?:周|星期)([一二三四五六日天])", words):
        place = -1 if found[2] else number(found[1])
        return Rhythm(f"FREQ=MONTHLY;BYDAY={place}{_WEEKDAYS[found[3]]};{at}")
    if words == "每月最后一天":
        return Rhythm(f"FREQ=MONTHLY;BYMONTHDAY=-1;{at}")
    if found := re.fullmatch(rf"每月({_NUMBER})[日号]", words):
        return Rhythm(f"FREQ=MONTHLY;BYMONTHDAY={_within(found[1], 31)};{at}")
    if found := re.fullmatch(rf"每年({_NUMBER})月({_NUMBER})[日号]", words):
        month, of_month = _within(found[1], 12), _within(found[2], 31)
        return Rhythm(f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={of_month};{at}")
    if found := re.fullmatch(rf"农历(?:每年)?(闰?)([正冬腊]|{_NUMBER})月([初廿]?{_NUMBER})日?", words):
        month = _LUNAR_MONTHS.get(found[2]) or _within(found[2], 12)
        leap, kept = "L" * bool(found[1]), f"BYMONTHDAY={lunar_day(found[3])};SKIP=BACKWARD"
        return Rhythm(f"RSCALE=CHINESE;FREQ=YEARLY;BYMONTH={month}{leap};{kept};{at}")
    if found := re.fullmatch(rf"农历每月([初廿]?{_NUMBER})日?", words):
        return Rhythm(f"RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY={lunar_day(found[1])};SKIP=BACKWARD;{at}")
    raise NotUnderstood(words)


def lunar_day(written: str) -> int:
    """「初一」「十五」「廿三」「三十」 as a number from 1 to 30."""
    if written[0] == "廿":
        return _within("二十" + written[1:], 30)
    return _within(written.removeprefix("初"), 30)


def _within(written: str, most: int) -> int:
    found = number(written)
    if not 1 <= found <= most:
        raise NotUnderstood(written)
    return found


_CRON_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA", "SU")


def cron(text: str) -> str:
    """Five fields of cron as a rule. Days of the month and of the week together mean either to cron: refused."""
    minute, hour, of_month, month, of_week = text.split()
    at = [f"BYHOUR={_field(hour, 0, 23)}", f"BYMINUTE={_field(minute, 0, 59)}", "BYSECOND=0"]
    if "*" in (minute, hour) or (of_month != "*" and of_week != "*"):
        raise NotUnderstood(text)
    months = [f"BYMONTH={_field(month, 1, 12)}"] * (month != "*")
    if of_month != "*":
        return ";".join(["FREQ=MONTHLY", *months, f"BYMONTHDAY={_field(of_month, 1, 31)}", *at])
    if of_week != "*":
        days = dict.fromkeys(_CRON_DAYS[int(day)] for day in _field(of_week, 0, 7).split(","))
        return ";".join(["FREQ=WEEKLY", *months, f"BYDAY={','.join(days)}", *at])
    return ";".join(["FREQ=DAILY", *months, *at])


def _field(written: str, low: int, high: int) -> str:
    """「1-5」「*/15」「0,30」 as the numbers that they are."""
    numbers: set[int] = set()
    for part in written.split(","):
        found = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
        if found is None:
            raise NotUnderstood(written)
        first = low if found[1] is None else int(found[1])
        last = high if found[1] is None else int(found[2] or found[1])
        numbers |= set(range(first, last + 1, int(found[3] or 1) or 1))
    if not numbers or min(numbers) < low or max(numbers) > high:
        raise NotUnderstood(written)
    return ",".join(str(one) for one in sorted(numbers))
