"""From what somebody wrote to when a reminder rings: once, or again and again. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.misread import Misread
from bot.times import clock_time, moment, rhythm

_REPEATS = re.compile(r"每|隔|工作日|农历|天天")


@dataclass(frozen=True, slots=True)
class Once:
    """A single moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Again:
    """A rule, whether it keeps to working days, and the words for its days."""

    rule: str
    workdays: bool
    every: str


def read(said: str, now: datetime) -> Once | Again:
    """「每周三晚上八点」「明天下午三点」「半小时后」, as of `now` on the organisation's clock. Raises `Misread`."""
    said = re.sub(r"（[^）]*）", "", said)
    if not _REPEATS.search(said):
        return Once(moment(said, now))
    try:
        found = rhythm(_spelt(said))
    except Misread as misread:
        raise misread if misread.key == "when.half_unclear" else Misread("reminder.when_unclear") from None
    return Again(found.rule, bool(found.workdays), found.days)


def _spelt(said: str) -> str:
    """The same in the words that a plan's rhythm has."""
    plain = "".join(said.split()).replace("：", ":")
    for written, meant in (("每个工作日", "工作日"), ("每日", "每天"), ("每晚", "每天晚上"), ("每早", "每天早上")):
        plain = plain.replace(written, meant)
    plain = re.sub(r"每个(?=周|星期|礼拜|月)", "每", plain).replace("礼拜", "周")
    return re.sub(r"(?<=[一二三四五六日天])[、，和](?:周|星期)?(?=[一二三四五六日天])", "", plain)


def changed(said: str, every: str, at: datetime, now: datetime) -> Once | Again:
    """A new time: an hour keeps the days (`every`, or the date of `at`), all else replaces them. Raises `Misread`."""
    if _REPEATS.search(said):
        return read(said, now)
    try:
        clock_time(said)
    except Misread:
        return read(said, now)
    return read(f"{every or f'{at:%Y-%m-%d}'} {said}", now)
