"""From what somebody wrote to when a reminder rings: once, or again and again. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.misread import Misread
from bot.rhythm import NotUnderstood, clock_time, rhythm
from bot.when import moment

_REPEATS = re.compile(r"每|隔|工作日|农历|天天")
# Nobody says at night whether it is the night.
_PART_OF_DAY = re.compile(r"[:：]|凌晨|早|上午|中午|下午|傍晚|晚|夜")


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
    found = _again(_spelt(said))
    if found is None:
        raise Misread("reminder.when_unclear")
    hour = int(re.findall(r"BYHOUR=(\d+)", found.rule)[0])
    if 1 <= hour <= 6 and not _PART_OF_DAY.search(said):
        raise Misread("when.half_unclear", text=said)
    return found


def _again(plain: str) -> Again | None:
    for place in range(1, len(plain)):
        try:
            found = rhythm(f"{plain[:place]} {plain[place:]}")
        except (NotUnderstood, ValueError):
            continue
        return Again(found.rule, bool(found.workdays), plain[:place])
    return None


def _spelt(said: str) -> str:
    """The same in the words that a plan's rhythm has."""
    plain = "".join(said.split()).replace("：", ":")
    for written, meant in (("每个工作日", "工作日"), ("每日", "每天"), ("每晚", "每天晚上"), ("每早", "每天早上")):
        plain = plain.replace(written, meant)
    plain = re.sub(r"每个(?=周|星期|礼拜|月)", "每", plain).replace("礼拜", "周")
    return re.sub(r"(?<=[一二三四五六日天])[、，和](?:周|星期)?(?=[一二三四五六日天])", "", plain)


def changed(said: str, every: str, at: datetime, now: datetime) -> Once | Again:
    """A new time: an hour keeps the days (`every`, or the date of `at`), all else replaces them. Raises `Misread`."""
    try:
        clock_time(said)
    except NotUnderstood:
        return read(said, now)
    return read(f"{every or f'{at:%Y-%m-%d}'} {said}", now)
