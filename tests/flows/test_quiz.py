"""A question a day: answered by a letter or a word, told at once what is right, asked again when it is due."""

from datetime import date

import pytest
from sqlmodel import Session, select

from bot.emulator import Account
from models.library import Topic
from models.member import Member, Status
from models.plan import Plan, PlanKind
from models.quiz import QuizKind, QuizMemory, QuizQuestion, QuizTally
from models.role import RoleKind
from tests.flows.conftest import Story

NOON = "FREQ=DAILY;BYHOUR=12;BYMINUTE=30;BYSECOND=0"
MORNING = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"

HALF = QuizQuestion(
    title="一半是多少？",
    kind=QuizKind.SINGLE,
    options=["四成", "五成", "六成"],
    answer="B",
    explanation="十分之五，就是五成。",
)
FIRE = QuizQuestion(title="油锅着火可以用水浇。", kind=QuizKind.JUDGEMENT, answer="错")
AUTHOR = QuizQuestion(title="《乡土中国》的作者是谁？", kind=QuizKind.BLANK, answer="费孝通｜费先生")
NOTICE = QuizQuestion(title="通知里要写清什么？", kind=QuizKind.SEVERAL, options=["时间", "心情", "地点"], answer="AC")

SHOWN = "每日一题：一半是多少？\nA 四成\nB 五成\nC 六成\n回复一个字母就行。想跳过，回复 跳过。"
RIGHT = "答对了，是 B 五成。\n十分之五，就是五成。\n这道题{}再问。接着答，回复 答题。"


async def begins(story: Story, *bank: QuizQuestion, name: str = "林小满") -> int:
    """A member, a bank, and the branch's plan of questions."""
    member = await story.person(name)
    await story.joins(name)
    branch, first = story.groups["晨光支部"], date(2026, 6, 1)

    def add(db: Session) -> None:
        for question in bank:
            db.add(QuizQuestion(**question.model_dump(exclude={"id"})))
            db.flush()
        db.add(Plan(branch_id=branch, kind=PlanKind.QUIZ, rrule=NOON, starts_on=first, workdays_only=True))

    await story.product.writer.run(add)
    await story.product.catch_up()
    await story.phone(name)
    return member


async def pushed(story: Story, name: str = "林小满") -> list[str]:
    """What came by itself."""
    return [text for route, text in await story.phone(name) if route == "custom"]


async def test_the_days_question_is_answered_by_a_letter_and_comes_again(story: Story) -> None:
    await begins(story, HALF)
    await story.time("2026-07-01 12:30")
    assert await pushed(story) == [SHOWN]
    assert await story.says("林小满", "谢谢") != ""
    assert await story.says("林小满", "ｂ。") == RIGHT.format("7月3日（周五）")
    assert "没能看懂" in await story.says("林小满", "b")
    await story.time("2026-07-02 12:30")
    assert await pushed(story) == []
    assert await story.says("林小满", "你好") != ""
    await story.phone("林小满")
    await story.time("2026-07-03 12:30")
    assert await pushed(story) == [SHOWN]


async def test_what_was_wrong_comes_back_the_next_day_until_it_is_right(story: Story) -> None:
    await begins(story, HALF, FIRE)
    await story.time("2026-07-01 12:30")
    assert await story.says("林小满", "A") == (
        "这一题的答案是 B 五成。\n十分之五，就是五成。\n这道题7月2日（周四）再问。接着答，回复 答题。"
    )
    assert await story.says("林小满", "错题") == "还没答对的有 1 道，到时会再问：\n1 一半是多少？\n答案：B 五成"
    await story.phone("林小满")
    await story.time("2026-07-02 12:30")
    assert await pushed(story) == [SHOWN]
    assert (await story.says("林小满", "我选B")).startswith("答对了，是 B 五成。")
    assert await story.says("林小满", "我的错题") == "没有答错的题。"
    await story.time("2026-07-03 12:30")
    assert (await pushed(story))[0].startswith("每日一题：油锅着火可以用水浇。\n回复 对 或 错。")
    assert (await story.says("林小满", "×")).startswith("答对了，是 错。")


async def test_more_at_will_by_letters_words_and_figures(story: Story) -> None:
    await begins(story, HALF, NOTICE, AUTHOR, FIRE)
    assert await story.says("林小满", "答题") == SHOWN
    assert await story.says("林小满", "答题") == SHOWN
    assert await story.says("林小满", "AB") == "回复一个字母就行。想跳过，回复 跳过。"
    assert (await story.says("林小满", "2")).startswith("答对了，是 B 五成。")
    assert "可能不止一个" in await story.says("林小满", "来一题")
    assert (await story.says("林小满", "c、a")).startswith("答对了，是 A 时间、C 地点。")
    assert "直接回复要填的字" in await story.says("林小满", "答题")
    assert "没能看懂" in await story.says("林小满", "今天下午的会改到几点了，有人知道吗")
    assert (await story.says("林小满", "答案是：费孝通")).startswith("答对了，是 费孝通 或 费先生。")
    await story.says("林小满", "答题")
    assert (await story.says("林小满", "不知道")).startswith("这一题的答案是 错。")
    assert await story.says("林小满", "答题") == "现在没有要答的题，下一道在7月2日（周四）。"
    # Who has answered today isn't asked again.
    await story.time("2026-07-01 12:30")
    assert await pushed(story) == []


async def test_an_answer_is_to_the_question_that_came_last(story: Story) -> None:
    await begins(story, HALF, NOTICE)
    await story.time("2026-07-01 12:00")
    assert await story.says("林小满", "答题") == SHOWN

    def learnt(db: Session) -> None:
        # So that the day's is another one.
        db.add(QuizMemory(member_id=2, question_id=1, due_on=date(2026, 7, 1)))
        db.add(QuizMemory(member_id=2, question_id=2, due_on=date(2026, 6, 1)))

    await story.product.writer.run(learnt)
    await story.time("2026-07-01 12:30")
    assert "通知里要写清什么" in (await pushed(story))[-1]
    assert (await story.says("林小满", "AC")).startswith("答对了，是 A 时间、C 地点。")
    assert (await story.says("林小满", "b")).startswith("答对了，是 B 五成。")


async def test_a_skipped_question_is_not_asked_again_that_day(story: Story) -> None:
    await begins(story, HALF)
    assert await story.says("林小满", "跳过") == "现在没有等着答的题。要一道题，回复 答题。"
    await story.time("2026-07-01 12:30")
    assert await story.says("林小满", "跳过") == "好的，这道题以后再问。接着答，回复 答题。"
    assert await story.says("林小满", "答题") == "现在没有要答的题，下一道在7月2日（周四）。"
    await story.phone("林小满")
    await story.time("2026-07-02 12:30")
    assert await pushed(story) == [SHOWN]
    await story.time("2026-07-02 18:00")
    await story.says("林小满", "答题")
    assert "以后再问" in await story.says("林小满", "跳过这题")


async def test_one_means_what_came_last_a_question_or_the_invitation_to_check_in(story: Story) -> None:
    await begins(story, HALF)
    branch = story.groups["晨光支部"]

    def topics(db: Session) -> None:
        db.add(Topic(title="怎样读一份说明书"))
        db.add(Plan(branch_id=branch, kind=PlanKind.TOPIC, rrule=MORNING, starts_on=date(2026, 6, 1)))

    await story.product.writer.run(topics)
    await story.product.catch_up()
    await story.time("2026-07-01 12:30")
    assert (await story.says("林小满", "1")).startswith("这一题的答案是 B 五成。")
    assert await story.says("林小满", "1") == "已记下今天的学习。"
    await story.time("2026-07-02 07:40")
    assert (await story.says("林小满", "1")).startswith("已记下今天的学习。")


async def test_a_letter_is_no_words_after_a_greeting(story: Story) -> None:
    branch = story.groups["晨光支部"]
    eight = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0"
    greetings = Plan(branch_id=branch, kind=PlanKind.BIRTHDAY, rrule=eight, starts_on=date(2026, 6, 1))
    await story.product.writer.run(lambda db: db.add(greetings))
    member = await begins(story, HALF)

    def joined(db: Session) -> None:
        db.get_one(Member, member).joined_on = date(1996, 7, 1)

    await story.product.writer.run(joined)
    await story.time("2026-07-01 12:30")
    assert any("政治生日" in text for text in await pushed(story))
    assert (await story.says("林小满", "B")).startswith("答对了")
    assert await story.says("林小满", "谢谢大家，继续努力") == "已为您保存，谢谢。"


async def test_what_could_not_be_sent_rides_along_or_is_what_one_asks_for(story: Story) -> None:
    await begins(story, HALF, FIRE)
    await story.time("2026-07-06 12:30")
    assert await pushed(story) == []
    assert (await story.says("林小满", "我的打卡")).endswith(f"\n————\n{SHOWN}")
    assert (await story.says("林小满", "b")).startswith("答对了")
    await story.time("2026-07-09 12:30")
    await story.phone("林小满")
    assert await story.says("林小满", "答题") == SHOWN
    # Yesterday's isn't shown any more: today has one of its own.
    await story.time("2026-07-13 09:00")
    assert "每日一题" not in await story.says("林小满", "我的打卡")


async def test_who_retired_is_on_leave_or_does_not_want_it_is_left_alone(story: Story) -> None:
    member = await begins(story, HALF)
    await story.says("林小满", "请假 到7月2日")
    await story.time("2026-07-01 12:30")
    assert await pushed(story) == []
    await story.says("林小满", "销假")
    assert "停每日一题" not in await story.says("林小满", "我的设置")
    assert "每日一题：照常发" in await story.says("林小满", "我的设置")
    assert await story.says("林小满", "停答题") == "好的，不再自动发每日一题。想要时回复 恢复答题。"
    await story.time("2026-07-02 12:30")
    assert await pushed(story) == []
    assert await story.says("林小满", "答题") == SHOWN
    assert await story.says("林小满", "恢复答题") == "好的，每日一题照常发给您。"

    def retire(db: Session) -> None:
        db.get_one(Member, member).status = Status.RETIRED

    await story.product.writer.run(retire)
    await story.time("2026-07-03 12:30")
    assert await pushed(story) == []


async def test_a_solemn_day_has_no_question(story: Story) -> None:
    await story.joins("书记甲")
    await begins(story, HALF)
    await story.says("书记甲", "庄重日 7月1日")
    assert "7月1日（周三）12:30 每日一题 不发：庄重日" in (await story.says("书记甲", "接下来")).replace("） ", "）")
    await story.time("2026-07-01 12:30")
    assert await pushed(story) == []
    await story.time("2026-07-02 11:00")
    await story.says("林小满", "你好")
    await story.time("2026-07-02 12:30")
    assert SHOWN in await pushed(story)
    await story.says("书记甲", "庄重日 7月2日")
    assert await pushed(story) == []


async def test_leaders_read_sums_of_a_whole_week_and_none_of_a_few(story: Story) -> None:
    leader = await begins(story, HALF, FIRE)
    await story.role(leader, RoleKind.LEADER, "第二小组")
    assert "每日一题" not in await story.says("林小满", "答题情况")
    few = "上周答题的不到 5 人。人太少，列出数来就看得出是谁，所以不列。"
    for number, said in enumerate(("A", "B", "B", "B", "B")):
        name = f"成员{number}"
        await story.person(name)
        await story.joins(name)
        await story.says(name, "答题")
        await story.says(name, said)
    assert await story.says("林小满", "答题情况") == few
    await story.time("2026-07-06 09:00")
    assert await story.says("林小满", "答题情况") == (
        "上周，6月29日（周一）至7月5日（周日）：5 人答题，共 5 次，答对 80%。"
    )
    await story.says("成员1", "答题")
    await story.says("成员1", "B")
    assert "共 5 次" in await story.says("林小满", "答题情况")
    await story.role(leader, RoleKind.LEADER, "第一小组")
    with story.product.database.reading() as db:
        assert {(row.people, row.answers, row.right_ones) for row in db.exec(select(QuizTally))} == {
            (5, 5, 4),
            (1, 1, 1),
        }


async def test_whoever_leaves_takes_what_they_answered_along(story: Story) -> None:
    await begins(story, HALF)
    await story.says("林小满", "答题")
    await story.says("林小满", "b")
    await story.unfollows("林小满")
    with story.product.database.reading() as db:
        assert db.exec(select(QuizMemory)).all() == []


async def test_without_a_bank_nothing_speaks_of_questions(story: Story) -> None:
    await begins(story)
    await story.time("2026-07-01 12:30")
    assert await pushed(story) == []
    assert await story.says("林小满", "答题") == "还没有题库。"
    assert "每日一题" not in await story.says("林小满", "我的设置")


class TestAnAccountThatCanOnlyAnswer:
    @pytest.fixture
    def account(self) -> Account:
        return Account(kind="subscription")

    async def test_has_the_question_below_its_answers(self, story: Story) -> None:
        await begins(story, HALF)
        await story.time("2026-07-01 12:30")
        assert await pushed(story) == []
        assert (await story.says("林小满", "我的打卡")).endswith(SHOWN)
        assert (await story.says("林小满", "B")).startswith("答对了")
