"""Own hours, what comes next, solemn days and declined congratulations, as people see them."""

from datetime import date

from sqlmodel import Session

from models.calendar_day import CalendarDay, DayKind
from models.library import Topic
from models.plan import Plan, PlanKind
from tests.flows.conftest import Story

MORNING = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"
EIGHT = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0"


async def plans(story: Story) -> None:
    """A topic on working mornings, greetings every day at eight."""

    def add(db: Session) -> None:
        db.add_all(Topic(title=title) for title in ("甲一", "乙一", "丙一"))
        branch, first = story.groups["晨光支部"], date(2026, 6, 1)
        db.add(Plan(branch_id=branch, kind=PlanKind.TOPIC, rrule=MORNING, starts_on=first, workdays_only=True))
        db.add(Plan(branch_id=branch, kind=PlanKind.BIRTHDAY, rrule=EIGHT, starts_on=first))

    await story.product.writer.run(add)
    await story.product.catch_up()


async def joy(story: Story, name: str) -> list[str]:
    """What came to a phone and is no topic."""
    return [text for _, text in await story.phone(name) if not text.startswith("今日学习")]


async def test_a_member_chooses_the_hour_of_the_topic(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert await story.says("林小满", "几点发") == "还没有安排学习内容。"
    await plans(story)
    assert await story.says("林小满", "几点发") == "学习内容现在 7:40 发给您。要改的话，回复 提醒时间 20:30。"
    assert await story.says("林小满", "提醒时间 很晚") == "没看懂是几点，请写成 提醒时间 20:30。"
    for outside in ("6:00", "晚上十点"):
        answer = await story.says("林小满", f"提醒时间 {outside}")
        assert answer == "学习内容 7:40 才有，21:00 以后不打扰，请在这中间选一个时间。"
    kept = "好的，从下一条起，学习内容 20:30 发给您。要改回来，回复 提醒时间 默认。"
    assert await story.says("林小满", "提醒时间 晚上八点半") == kept
    await story.phone("林小满")
    await story.time("2026-07-01 07:40")
    assert await story.phone("林小满") == []
    await story.time("2026-07-01 20:30")
    ((route, text),) = await story.phone("林小满")
    assert (route, text.splitlines()[0]) == ("custom", "今日学习：甲一")
    assert await story.says("林小满", "提醒时间 默认") == "好的，从下一条起，学习内容与大家一样，7:40 发给您。"
    await story.phone("林小满")
    await story.time("2026-07-02 07:40")
    assert len(await story.phone("林小满")) == 1


async def test_what_waits_for_the_chosen_hour_does_not_ride_along_but_comes_when_it_is_asked_for(story: Story) -> None:
    for name in ("林小满", "周知远"):
        await story.person(name)
        await story.joins(name)
    await story.joins("书记甲")
    await plans(story)
    for name in ("林小满", "周知远"):
        await story.says(name, "提醒时间 20:30")
    await story.time("2026-07-01 07:40")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"
    why = await story.says("书记甲", "为什么 林小满 没收到")
    assert why.endswith("还没到发送的时间，到时会自动发给林小满。")
    assert (await story.says("周知远", "今日学习")).startswith("今日学习：甲一")
    for name in ("林小满", "周知远"):
        await story.phone(name)
    await story.time("2026-07-01 20:30")
    assert len(await story.phone("林小满")) == 1
    assert await story.phone("周知远") == []


async def test_an_admin_sees_what_comes_next_and_why_a_day_is_left_out(story: Story) -> None:
    await story.joins("书记甲")
    assert (await story.says("书记甲", "接下来")).startswith("接下来没有安排好的自动消息。")
    await plans(story)
    closed = CalendarDay(day=date(2026, 7, 2), kind=DayKind.CLOSURE, name="搬家", branch_id=story.groups["晨光支部"])
    midnight = "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0"
    branch = story.groups["晨光支部"]
    nudges = Plan(kind=PlanKind.NUDGE, branch_id=branch, rrule=midnight, starts_on=date(2026, 6, 1))
    await story.product.writer.run(lambda db: db.add_all([closed, nudges]))
    await story.product.catch_up()
    lines = (await story.says("书记甲", "接下来")).splitlines()
    assert lines[:6] == [
        "接下来自动发的：",
        "7月1日（周三） 7:40 学习内容",
        "7月1日（周三） 8:00 政治生日祝贺",
        "7月2日（周四） 7:40 学习内容 不发：搬家",
        "7月2日（周四） 8:00 政治生日祝贺",
        "7月3日（周五） 7:40 学习内容",
    ]
    assert "7月4日（周六） 7:40 学习内容 不发：周末" in lines


async def test_worked_weekends_are_working_days_once_the_secretary_says_so(story: Story) -> None:
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    assert await story.says("书记甲", "补班日发") == "您负责的范围里还没有安排学习内容。"
    await plans(story)
    for saturday, said, came in (("2026-09-20", "补班日不发", 0), ("2026-10-10", "补班日发", 1)):
        await story.time(f"{saturday} 06:00")
        assert (await story.says("书记甲", said)).startswith("好的，以后调休上班的周末")
        await story.says("林小满", "打卡")
        await story.phone("林小满")
        await story.time(f"{saturday} 07:40")
        assert len(await story.phone("林小满")) == came


async def test_a_solemn_day_that_is_added_in_the_morning_holds_the_greeting_of_that_morning(story: Story) -> None:
    await story.person("林小满", joined_on=date(1996, 7, 1))
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await plans(story)
    await story.time("2026-07-01 07:59")
    added = await story.says("书记甲", "庄重日 7月1日 纪念")
    assert added == "好的，7月1日（周三）定为庄重日，当天不发祝贺和荐书。取消请回复 取消庄重日 7月1日。"
    assert await story.says("书记甲", "庄重日 今天") == "7月1日（周三）已经是庄重日。"
    await story.phone("林小满")
    await story.time("2026-07-01 08:00")
    assert await joy(story, "林小满") == []
    why = await story.says("书记甲", "为什么 林小满 没收到")
    assert why.endswith("今天是不发祝贺和活动内容的日子，过后会自动发给林小满。")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"
    await story.phone("林小满")
    await story.time("2026-07-02 08:00")
    texts = await joy(story, "林小满")
    assert "7月1日（周三）是您的政治生日，祝贺来迟了" in texts[0]
    assert len(texts) == 2


async def test_a_solemn_day_can_be_taken_back_and_those_of_every_year_cannot(story: Story) -> None:
    await story.person("林小满", joined_on=date(1996, 7, 1))
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await plans(story)
    await story.says("书记甲", "庄重日 7月1日")
    await story.phone("林小满")
    await story.time("2026-07-01 09:00")
    assert await joy(story, "林小满") == []
    listed = (await story.says("书记甲", "庄重日")).splitlines()
    assert listed[1:] == [
        "7月1日（周三）",
        "12月13日（周日）",
        "2027年4月5日（周一） 清明",
        "要加一天，回复 庄重日 5月12日 名称。",
    ]
    assert await story.says("书记甲", "取消庄重日 7月1日") == "好的，7月1日（周三）不再是庄重日。"
    await story.product.catch_up()
    assert len(await joy(story, "林小满")) == 2
    assert await story.says("书记甲", "取消庄重日 7月1日") == "7月1日（周三）没有定为庄重日。"
    assert "每年固定的庄重日" in await story.says("书记甲", "取消庄重日 12月13日")
    assert await story.says("书记甲", "庄重日 2月31日") == "没看懂是哪一天，请写成 5月12日。"


async def test_a_member_declines_congratulations_and_nobody_is_told(story: Story) -> None:
    await story.person("林小满", joined_on=date(1996, 7, 1))
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await plans(story)
    assert await story.says("林小满", "不要祝贺") == "好的，以后不发祝贺，名单上也不列。改主意了，回复 要祝贺。"
    await story.phone("林小满")
    await story.time("2026-07-01 08:00")
    assert await joy(story, "林小满") == []
    assert await story.says("书记甲", "本月生日") == "7月没有同志过政治生日。"
    assert await story.says("林小满", "要祝贺") == "好的，以后照常送上祝贺。"
    assert "林小满" in await story.says("书记甲", "本月生日")


async def test_whoever_declines_after_the_greeting_was_planned_does_not_get_it(story: Story) -> None:
    await story.person("林小满", joined_on=date(1996, 7, 5))
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await plans(story)
    await story.time("2026-07-05 08:00")
    assert await story.says("林小满", "不要祝贺") == "好的，以后不发祝贺，名单上也不列。改主意了，回复 要祝贺。"
    assert (await story.says("林小满", "看")).startswith("今日学习")
    assert await story.says("林小满", "看") == "没有更多内容了。"
    assert "按本人设置或名册状态未发送。" in await story.says("书记甲", "为什么 林小满 没收到")


async def test_a_greeting_on_a_day_off_can_come_on_the_next_working_day(story: Story) -> None:
    await story.person("林小满", joined_on=date(1996, 7, 4))
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    await plans(story)
    assert "顺延到下一个工作日" in await story.says("书记甲", "祝贺顺延")
    await story.time("2026-07-05 08:00")
    await story.says("林小满", "打卡")
    await story.phone("林小满")
    await story.time("2026-07-06 08:00")
    texts = [text for _, text in await story.phone("林小满")]
    greeting = next(text for text in texts if "政治生日" in text)
    assert "7月4日（周六）是您的政治生日。您入党已经 30 年" in greeting
    assert "来迟" not in greeting
    assert "逢十的年份" in greeting
    assert "已送到" in await story.says("书记甲", "本月生日")
    assert "当天发，休息日也发" in await story.says("书记甲", "祝贺当天发")


async def test_a_week_ahead_the_secretary_knows_and_what_to_prepare(story: Story) -> None:
    await story.person("林小满", joined_on=date(1996, 7, 8))
    await story.person("周知远", joined_on=date(1999, 7, 8), without_wechat=True)
    await story.joins("书记甲")
    await plans(story)
    await story.phone("书记甲")
    await story.time("2026-07-01 08:00")
    notice = next(text for _, text in await story.phone("书记甲") if "一周后" in text)
    assert notice.splitlines()[:3] == [
        "一周后有 2 位同志过政治生日：",
        "7月8日（周三） 周知远 27 年，不用微信，请当面或打电话祝贺",
        "7月8日（周三） 林小满 30 年（逢十），还没绑定，请当面或打电话祝贺",
    ]
    assert "重温入党誓词" in notice
