"""What comes again: 「每个工作日早上七点半」「每周一三五 7:40」「农历每月初一 9:00」, cron, and rules as they are."""

import re
from dataclasses import dataclass, replace
from datetime import time

from bot.misread import Misread
from bot.script import half_width, simplified
from bot.times.clock import clock_time
from bot.times.days import LUNAR_DAY, LUNAR_MONTH, LUNAR_MONTHS, lunar_day
from bot.times.numbers import NUMBER, number


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A rule as a plan has it; `workdays` says whether it keeps to working days, None where the words don't.

    `days` are the words without the time of day, "" for what was no words.
    """

    rule: str
    workdays: bool | None = None
    days: str = ""


_WEEKDAYS = dict(zip("一二三四五六日天", ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"), strict=True))
_DAYS = "[一二三四五六日天、和]+"
_RULE = re.compile(r"(FREQ|RSCALE)=", re.IGNORECASE)
_CRON = re.compile(r"[\d*,/-]+(\s+[\d*,/-]+){4}")
# A time of day is no longer than 「早上十二点四十五分」.
_LONGEST_CLOCK = 11


def rhythm(text: str) -> Rhythm:
    """A plan's rhythm: words, five fields of cron, or a rule of RFC 5545 as it is. Raises `Misread`.

    「工作日 7:40」「每天 7:40」「每周一三五 7:40」「隔周五 12:00」「每月25日 8:00」「每月第二个周二 9:00」
    「每月最后一天 9:00」「农历腊月三十 9:00」「农历每月初一 9:00」, or "40 7 * * 1-5".
    """
    text = text.strip()
    if _RULE.match(text):
        return Rhythm(text.upper())
    if _CRON.fullmatch(text):
        return Rhythm(cron(text))
    words, space, wall = text.rpartition(" ")
    plain = "".join(text.split())
    begins = range(max(1, len(plain) - _LONGEST_CLOCK), len(plain))
    misread = Misread("when.no_rhythm", text=text)
    for days, clock in [(words, wall)] * bool(space) + [(plain[:place], plain[place:]) for place in begins]:
        days = "".join(simplified(half_width(days)).split())
        try:
            return replace(_worded(days, clock_time(clock)), days=days)
        except Misread as found:
            misread = found if found.key == "when.half_unclear" else misread
    raise misread


def _worded(words: str, at: time) -> Rhythm:
    by_clock = f"BYHOUR={at.hour};BYMINUTE={at.minute};BYSECOND=0"
    if words in ("每天", "每日", "天天", "每"):
        return Rhythm(f"FREQ=DAILY;{by_clock}", workdays=False)
    if re.fullmatch("每?个?工作日的?", words):
        return Rhythm(f"FREQ=DAILY;{by_clock}", workdays=True)
    if words.startswith("农历"):
        return Rhythm(f"{_lunar(words.removeprefix('农历'))};SKIP=BACKWARD;{by_clock}")
    return Rhythm(f"{_by_week(words) or _by_date(words)};{by_clock}")


def _by_week(words: str) -> str | None:
    if found := re.fullmatch(rf"(每两?个?|隔)(?:周|星期|礼拜)的?(?:周|星期)?({_DAYS})", words):
        days = ",".join(_WEEKDAYS[word] for word in found[2] if word in _WEEKDAYS)
        every = ";INTERVAL=2" if "两" in found[1] or found[1] == "隔" else ""
        return f"FREQ=WEEKLY{every};BYDAY={days}"
    if found := re.fullmatch(r"每个?月的?(?:第([一二三四])个|(最后)一个)(?:周|星期|礼拜)([一二三四五六日天])", words):
        return f"FREQ=MONTHLY;BYDAY={-1 if found[2] else number(found[1])}{_WEEKDAYS[found[3]]}"
    return None


def _by_date(words: str) -> str:
    if re.fullmatch("每个?月的?最后一天", words):
        return "FREQ=MONTHLY;BYMONTHDAY=-1"
    if found := re.fullmatch(rf"每个?月的?({NUMBER})[日号]", words):
        return f"FREQ=MONTHLY;BYMONTHDAY={_within(found[1], 31)}"
    if found := re.fullmatch(rf"每年的?({NUMBER})月({NUMBER})[日号]", words):
        return f"FREQ=YEARLY;BYMONTH={_within(found[1], 12)};BYMONTHDAY={_within(found[2], 31)}"
    raise Misread("when.no_rhythm", text=words)


def _lunar(words: str) -> str:
    if found := re.fullmatch(rf"(?:每年的?)?{LUNAR_MONTH}{LUNAR_DAY}", words):
        month = LUNAR_MONTHS.get(found["lunar_month"]) or _within(found["lunar_month"], 12)
        leap = "L" * bool(found["leap"])
        return f"RSCALE=CHINESE;FREQ=YEARLY;BYMONTH={month}{leap};BYMONTHDAY={lunar_day(found['lunar_day'])}"
    if found := re.fullmatch(rf"每个?月的?{LUNAR_DAY}", words):
        return f"RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY={lunar_day(found['lunar_day'])}"
    raise Misread("when.no_rhythm", text=words)


def _within(written: str, most: int) -> int:
    found = number(written)
    if found is None or not 1 <= found <= most:
        raise Misread("when.no_rhythm", text=written)
    return found


_CRON_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA", "SU")


def cron(text: str) -> str:
    """Five fields of cron as a rule. Days of the month and of the week together mean either to cron: refused."""
    minute, hour, of_month, month, of_week = text.split()
    at = [f"BYHOUR={_field(hour, 0, 23)}", f"BYMINUTE={_field(minute, 0, 59)}", "BYSECOND=0"]
    if "*" in (minute, hour) or (of_month != "*" and of_week != "*"):
        raise Misread("when.no_rhythm", text=text)
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
            raise Misread("when.no_rhythm", text=written)
        first = low if found[1] is None else int(found[1])
        last = high if found[1] is None else int(found[2] or found[1])
        numbers |= set(range(first, last + 1, int(found[3] or 1) or 1))
    if not numbers or min(numbers) < low or max(numbers) > high:
        raise Misread("when.no_rhythm", text=written)
    return ",".join(str(one) for one in sorted(numbers))
