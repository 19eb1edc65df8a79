"""Political birthdays: the right day, the right years, the oath alone, the list, and what the secretary decides."""

from datetime import date

from sqlmodel import Session, col, select

from bot.texts import Texts
from models.birthday import BirthdayWords
from models.member import Precision, Status
from models.plan import Plan, PlanKind
from tests.flows.conftest import Story

DAILY = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0"
ON_THE_25TH = "FREQ=MONTHLY;BYMONTHDAY=25;BYHOUR=9;BYMINUTE=0;BYSECOND=0"
OATH = Texts.load("party")("oath.text")


async def plans(story: Story) -> None:
    """Greetings every morning at eight, and the list of next month on the 25th."""

    def add(db: Session) -> None:
        branch, first = story.groups["晨光支部"], date(2026, 1, 1)
        db.add(Plan(branch_id=branch, kind=PlanKind.BIRTHDAY, rrule=DAILY, starts_on=first))
        db.add(Plan(branch_id=branch, kind=PlanKind.BIRTHDAY_LIST, rrule=ON_THE_25TH, starts_on=first))

    await story.product.writer.run(add)
    await story.product.catch_up()


async def celebrant(story: Story, name: str, **fields: object) -> None:
    """A bound member whose window is open."""
    await story.person(name, **fields)
    await story.joins(name)
    await story.phone(name)


async def test_the_greeting_counts_years_and_the_oath_stands_alone(story: Story) -> None:
    await celebrant(story, "林小满", joined_on=date(1996, 7, 1), full_on=date(1997, 7, 1))
    await celebrant(story, "周无期", joined_on=date(2006, 7, 1))
    await plans(story)
    await story.time("2026-07-01 08:00")
    (_, greeting), (route, oath) = await story.phone("林小满")
    assert "入党已经 30 年" in greeting
    assert "党龄 29 年" in greeting
    assert len(greeting) <= 120
    assert (route, oath) == ("custom", OATH)
    (_, plain), _ = await story.phone("周无期")
    assert "入党已经 20 年" in plain
    assert "党龄" not in plain


async def test_the_words_replied_are_kept_and_commands_still_work(story: Story) -> None:
    await celebrant(story, "林小满", joined_on=date(1996, 7, 1))
    await plans(story)
    await story.time("2026-07-01 08:00")
    assert await story.says("林小满", "感谢组织，继续努力") == "已为您保存，谢谢。"
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"
    assert await story.says("林小满", "再添一句") == "已加进今天的感言。"
    await story.time("2026-07-02 09:00")
    assert "没能看懂" in await story.says("林小满", "今天的话")
    with story.product.database.reading() as db:
        assert db.exec(select(BirthdayWords.words).order_by(col(BirthdayWords.id))).all() == [
            "感谢组织，继续努力",
            "再添一句",
        ]


async def test_a_leap_day_is_celebrated_on_the_28th_in_common_years(story: Story) -> None:
    await celebrant(story, "闰月生", joined_on=date(1996, 2, 29))
    await plans(story)
    await story.time("2027-02-28 07:00")
    await story.says("闰月生", "打卡")
    await story.phone("闰月生")
    await story.time("2027-02-28 08:00")
    assert "入党已经 31 年" in (await story.phone("闰月生"))[0][1]
    await story.time("2027-03-01 08:00")
    assert await story.phone("闰月生") == []


async def test_who_has_no_day_or_no_years_is_treated_kindly(story: Story) -> None:
    await celebrant(story, "月份知", joined_on=date(1985, 7, 1), joined_precision=Precision.MONTH)
    await celebrant(story, "预备甲", joined_on=date(2025, 7, 1), status=Status.PROBATIONARY)
    await celebrant(story, "积极乙", joined_on=date(2025, 7, 1), status=Status.APPLICANT)
    await celebrant(story, "今年丙", joined_on=date(2026, 7, 1))
    await celebrant(story, "不知丁")
    await plans(story)
    await story.time("2026-07-01 08:00")
    for name in ("月份知", "积极乙", "今年丙", "不知丁"):
        assert await story.phone(name) == []
    (_, text), _ = await story.phone("预备甲")
    assert "预备党员" in text
    assert "年，" not in text


async def test_a_late_greeting_says_so_and_the_oath_waits_for_its_own_turn(story: Story) -> None:
    await celebrant(story, "林小满", joined_on=date(1996, 7, 5))
    await plans(story)
    await story.time("2026-07-05 08:00")
    assert await story.phone("林小满") == []
    await story.time("2026-07-07 10:00")
    answer = await story.says("林小满", "打卡")
    assert "7月5日（周日）是您的政治生日，祝贺来迟了" in answer
    assert OATH not in answer
    assert answer.endswith("还有 1 条，回复 看")
    assert await story.says("林小满", "看") == OATH


async def test_a_greeting_is_not_shown_after_a_week(story: Story) -> None:
    await celebrant(story, "林小满", joined_on=date(1996, 7, 5))
    await plans(story)
    await story.time("2026-07-05 08:00")
    await story.time("2026-07-13 10:00")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"


async def test_the_secretarys_list_tells_how_each_will_arrive(story: Story) -> None:
    await celebrant(story, "林小满", joined_on=date(1996, 7, 2))
    await story.person("未绑定", joined_on=date(2016, 7, 20))
    await story.person("打电话", joined_on=date(1976, 7, 8), without_wechat=True)
    await story.person("月份知", joined_on=date(1985, 7, 1), joined_precision=Precision.MONTH)
    await story.joins("书记甲")
    await plans(story)
    lines = (await story.says("书记甲", "本月生日")).splitlines()
    assert lines[0] == "7月有 4 位同志过政治生日："
    assert lines[1] == "7月2日（周四） 林小满 30 年（逢十），预计当天送到"
    assert lines[2] == "7月8日（周三） 打电话 50 年（逢十），不用微信，请当面或打电话祝贺"
    assert lines[3] == "7月20日（周一） 未绑定 10 年（逢十），还没绑定，请当面或打电话祝贺"
    assert lines[4] == "7月 月份知 41 年，只知道月份，请当面祝贺"
    assert await story.says("书记甲", "下月生日") == "8月没有同志过政治生日。"


async def test_whoever_is_struck_gets_nothing_and_is_not_told(story: Story) -> None:
    await celebrant(story, "林小满", joined_on=date(1996, 7, 1))
    await story.joins("书记甲")
    await plans(story)
    assert await story.says("书记甲", "不发 林小满") == "好的，7月1日（周三）不给林小满发祝贺，也不通知本人。"
    assert "已经不在" in await story.says("书记甲", "不发林小满")
    await story.time("2026-07-01 08:00")
    assert await story.phone("林小满") == []
    assert "7月1日（周三） 林小满，不发" in await story.says("书记甲", "本月生日")


async def test_on_the_25th_the_secretary_gets_next_months_list(story: Story) -> None:
    await story.person("未绑定", joined_on=date(2016, 8, 20))
    await story.joins("书记甲")
    await plans(story)
    await story.time("2026-07-24 20:00")
    await story.says("书记甲", "打卡")
    await story.phone("书记甲")
    await story.time("2026-07-25 09:00")
    ((_, text),) = await story.phone("书记甲")
    assert text.splitlines()[0] == "8月有 1 位同志过政治生日："
    assert "未绑定 10 年" in text


async def test_greetings_can_wait_for_the_secretarys_word(story: Story) -> None:
    await celebrant(story, "林小满", joined_on=date(1996, 7, 1))
    await story.joins("书记甲")
    assert "还没有安排" in await story.says("书记甲", "祝贺先问")
    await plans(story)
    assert "先问您" in await story.says("书记甲", "祝贺先问")
    await story.phone("书记甲")
    await story.time("2026-07-01 08:00")
    assert await story.phone("林小满") == []
    ((_, asked),) = await story.phone("书记甲")
    assert asked == "今天有 1 位同志过政治生日：林小满。回复 可以，祝贺就发出。"
    assert await story.says("书记甲", "可以") == "好的，1 份祝贺现在发出。"
    await story.product.catch_up()
    assert [text for _, text in await story.phone("林小满")][1] == OATH
    assert await story.says("书记甲", "可以") == "现在没有等您点头的事。"
    assert "直接发出" in await story.says("书记甲", "祝贺直接发")
