"""Two months of a branch's life, as a list of what its people wrote and when. Pure, and the same every time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from random import Random

from scheduler.calendar import ONE_DAY, is_workday

SEED = 19210723


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody studies: the share of working days and of days off, and the days of silence before the demo."""

    workdays: float
    days_off: float
    silence: tuple[int, int]

    def studies_on(self, day: date, chance: float) -> bool:
        """Whether `chance` (0 to 1) makes them write on that day."""
        return chance < (self.workdays if is_workday(day) else self.days_off)


DAILY = Habit(1.0, 0.85, (0, 0))
STEADY = Habit(0.75, 0.15, (0, 1))
SOMETIMES = Habit(0.4, 0.1, (0, 1))
LAPSED = Habit(0.35, 0.05, (3, 21))


@dataclass(frozen=True, slots=True)
class Line:
    """What one person writes at one moment."""

    at: datetime
    openid: str
    text: str


# What people write, the plain word most often; some add what they read.
CHECK_INS = ("打卡",) * 9 + (
    "已学",
    "打卡 今天的内容读完了",
    "打卡 重读了《乡土中国》第一章",
    "打卡 和小组的同志一起讨论了思考题",
    "打卡 抄了一遍，印象更深",
    "打卡，联系自己的岗位想了想，有几处要改进",
    "打卡 《红星照耀中国》读到第三篇",
)
QUESTIONS = ("今日学习", "我的打卡", "荐书")

# Days before the demo begins, and what the secretary told the branch then.
NOTICES = (
    (45, "本月的集体学习改在第一会议室，时间不变。请各位提前看一遍当天的学习内容。"),
    (24, "读书角新到一批书，可以到活动室借阅，一次两本，一个月内归还。"),
    (6, "志愿服务的报名开始了，愿意参加的同志请告诉各自的组长。"),
)
NOTICE_AT = time(9, 33)

# Days before the demo begins, whether its author agreed to be named, and a note that was shared then.
NOTES = (
    (41, True, "以前总等有整块的时间才看书，结果一个月翻不完一章。这周试着饭后看十分钟，七天下来竟然读完了两章。"),
    (33, True, "把要点讲给家里孩子听，他问了三个为什么，我答不上第三个，才知道自己哪里没弄明白。"),
    (27, False, "抄下来的话，过几天再看，多半用不上；在旁边添一句自己的例子，就记住了。"),
    (19, True, "和组里年纪最大的同志结对读书，他读得慢，可每一页都做记号，我该学学。"),
)
NOTED_AT, THANKED_AFTER = time(20, 50), timedelta(hours=1)

# Between these hours people write; on each day they do so in a few moments together, which saves the play a commit
# for every single line.
MOMENTS = ((7, 46), (8, 10), (8, 40), (12, 15), (18, 45), (20, 20))
LATE_FROM = 3


def lines(habits: Mapping[str, Habit], secretary: str, start: datetime, days: int) -> list[Line]:
    """Everything that the people (openid → habit) write in the `days` before `start`, in order of time."""
    chance = Random(SEED)
    written = [_notice(start.date() - back * ONE_DAY, secretary, text, start.tzinfo) for back, text in NOTICES]
    for openid, habit in habits.items():
        silent = chance.randint(*habit.silence)
        last = start.date() - (silent + 1) * ONE_DAY
        for back in range(days - 1, -1, -1):
            day = last - back * ONE_DAY
            if back == 0 or habit.studies_on(day, chance.random()):
                written += _day(openid, day, start.tzinfo, chance, late=back == 0)
    steady = [openid for openid, habit in habits.items() if habit is STEADY]
    written += _notes(steady, start, days) if len(steady) > len(NOTES) else []
    first = start - (days - 1) * ONE_DAY
    return sorted((line for line in written if first < line.at < start), key=lambda line: line.at)


def _notice(day: date, secretary: str, text: str, zone: tzinfo | None) -> Line:
    return Line(datetime.combine(latest_workday(day), NOTICE_AT, tzinfo=zone), secretary, f"广播 {text}")


def _notes(openids: Sequence[str], start: datetime, days: int) -> list[Line]:
    """Each note by somebody else, and thanks for each by the next one; they are numbered as they were written."""
    found = []
    of_these_days = [note for note in NOTES if note[0] < days - 1]
    for number, (back, signed, text) in enumerate(of_these_days, start=1):
        author, reader = openids[number - 1 : number + 1]
        at = datetime.combine(start.date() - back * ONE_DAY, NOTED_AT, tzinfo=start.tzinfo)
        said = [*(["同意署名"] if signed else []), f"心得 {text}", f"分享心得 {number}"]
        found += [Line(at + timedelta(minutes=step), author, words) for step, words in enumerate(said)]
        found.append(Line(at + THANKED_AFTER, reader, f"谢谢 {number}"))
    return found


def _day(openid: str, day: date, zone: tzinfo | None, chance: Random, *, late: bool) -> list[Line]:
    """What one person writes on one day; `late` puts it after the hour at which the demo begins."""
    hour, minute = chance.choice(MOMENTS[LATE_FROM if late else 0 :])
    at = datetime.combine(day, time(hour, minute + day.day % 9), tzinfo=zone)
    said = [Line(at, openid, chance.choice(CHECK_INS))]
    if chance.random() < 0.05:
        said.append(Line(at + timedelta(minutes=1), openid, chance.choice(QUESTIONS)))
    return said


def habits_for(openids: Sequence[str], daily: Sequence[str], lapsed: int) -> dict[str, Habit]:
    """A habit for everybody: `daily` hardly miss a day, `lapsed` of the others have not written for days."""
    chance = Random(SEED)
    others = [openid for openid in openids if openid not in daily]
    habits = dict.fromkeys(daily, DAILY) | {openid: chance.choice((STEADY, STEADY, SOMETIMES)) for openid in others}
    return habits | dict.fromkeys(chance.sample(others, lapsed), LAPSED)


def latest_workday(day: date) -> date:
    """`day`, or the last working day before it."""
    while not is_workday(day):
        day -= ONE_DAY
    return day


def next_workday(day: date) -> date:
    """The first working day after `day`."""
    day += ONE_DAY
    while not is_workday(day):
        day += ONE_DAY
    return day
