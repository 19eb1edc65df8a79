"""When a reminder is to ring, as people write it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dispatch import understand
from bot.misread import Misread
from bot.reminder_words import Again, Once, changed, read
from bot.wechat.inbound import Inbound

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 7, 1, 6, tzinfo=BEIJING)  # a Wednesday


def understood(said: str) -> str:
    """The name of what answers, and the words that it gets."""
    found = understand(Inbound("m:1", "o1", "gh_1", 0, "text", "", "", said, {}))
    handle = found.command.handle or found.command.decide
    assert handle is not None
    return " ".join([handle.__name__, *found.words.values()])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("每天 21:00 提醒我读书", "make 每天 21:00 读书"),
        ("每周三晚上八点提醒我交笔记", "make 每周三晚上八点 交笔记"),
        ("提醒我明天下午三点开会", "make 明天下午三点 开会"),
        ("提醒我八点一起吃饭", "make 八点 一起吃饭"),
        ("半小时后提醒我关火", "make 半小时后 关火"),
        ("7月20日上午9点，提醒我要体检。", "make 7月20日上午9点 要体检"),
        ("农历八月十五晚上八点提醒我赏月", "make 农历八月十五晚上八点 赏月"),
        ("提醒我 20:30 读书", "make 20:30 读书"),
        ("改提醒 20:30", "change 20:30"),
        ("改提醒 2 每周三晚上八点", "change 2 每周三晚上八点"),
        ("停提醒 1", "pause 1"),
        ("恢复提醒 1", "resume 1"),
        ("取消提醒一", "delete 一"),
        # What the nudges have always understood is still theirs.
        *((said, f"nudge_me {at}".strip()) for said, at in (("提醒我打卡", ""), ("每天提醒我打卡", ""))),
        *((f"提醒我{at}打卡", f"nudge_me {at}") for at in ("晚上八点半", "20:30", "八点")),
        *((f"提醒我{at}", f"nudge_me {at}") for at in ("晚上八点半", "20:30", "八点一刻")),
        ("停提醒", "stop 提醒"),
        ("恢复提醒", "start_again 提醒"),
        # Talk.
        *(
            (said, f"answer_or_help {said}")
            for said in (
                "谢谢你提醒我",
                "组长昨天提醒我开会",
                "老师提醒我要多读书",
                "明天提醒我",
                "提醒我带伞",
                "提醒大家明天九点开会",
            )
        ),
    ],
)
def test_which_words_make_a_reminder_and_which_are_nudges_or_talk(said: str, meant: str) -> None:
    assert understood(said) == meant


@pytest.mark.parametrize(
    ("said", "every", "rule", "workdays"),
    [
        ("每天 21:00", "每天", "FREQ=DAILY;BYHOUR=21;BYMINUTE=0;BYSECOND=0", False),
        ("每周三晚上八点", "每周三", "FREQ=WEEKLY;BYDAY=WE;BYHOUR=20;BYMINUTE=0;BYSECOND=0", False),
        ("每个工作日早上七点半", "工作日", "FREQ=DAILY;BYHOUR=7;BYMINUTE=30;BYSECOND=0", True),
        ("每周一和周五 19:00", "每周一五", "FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=19;BYMINUTE=0;BYSECOND=0", False),
        ("每晚八点", "每天", "FREQ=DAILY;BYHOUR=20;BYMINUTE=0;BYSECOND=0", False),
        ("每个月25号上午九点", "每月25号", "FREQ=MONTHLY;BYMONTHDAY=25;BYHOUR=9;BYMINUTE=0;BYSECOND=0", False),
        ("隔周五 12：00", "隔周五", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=12;BYMINUTE=0;BYSECOND=0", False),
        ("每周三十点", "每周三", "FREQ=WEEKLY;BYDAY=WE;BYHOUR=10;BYMINUTE=0;BYSECOND=0", False),
    ],
)
def test_again_and_again(said: str, every: str, rule: str, workdays: bool) -> None:
    assert read(said, NOW) == Again(rule, workdays, every)


def test_the_lunar_calendar_too() -> None:
    found = read("农历八月十五晚上八点", NOW)
    assert isinstance(found, Again)
    assert (found.every, found.rule[:40]) == ("农历八月十五", "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=8;BYM")


@pytest.mark.parametrize(
    ("said", "day", "hour"),
    [("明天下午三点", 2, 15), ("下周三晚上八点", 8, 20), ("20:30", 1, 20), ("7月20日（周一）9:00", 20, 9)],
)
def test_once(said: str, day: int, hour: int) -> None:
    found = read(said, NOW)
    assert isinstance(found, Once)
    assert (found.at.day, found.at.hour) == (day, hour)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("每天三点", "when.half_unclear"),
        ("明天三点", "when.half_unclear"),
        ("每周", "reminder.when_unclear"),
        ("每天", "reminder.when_unclear"),
        ("下周一", "when.no_hour"),
        ("昨天 9:00", "when.unclear"),
    ],
)
def test_what_could_be_meant_in_two_ways_is_refused(said: str, key: str) -> None:
    with pytest.raises(Misread) as refused:
        read(said, NOW)
    assert refused.value.key == key


def test_a_new_hour_keeps_the_days() -> None:
    at = datetime(2026, 7, 9, 9, tzinfo=BEIJING)
    assert changed("19:30", "每周三", at, NOW) == read("每周三 19:30", NOW)
    assert changed("下午四点", "", at, NOW) == Once(at.replace(hour=16))
    assert changed("每天 8:00", "", at, NOW) == read("每天 8:00", NOW)
