"""Notes 心得: written for oneself, shared by choice, read, thanked for and talked about; and gone with their author."""

from typing import Any

import pytest
from sqlmodel import func, select

from bot.config import Config
from models.audit import Audit
from models.library import Topic
from models.note import Comment, Note, Thanks
from models.open_question import OpenQuestion
from models.push import UNSENT, Push
from models.role import RoleKind
from tests.flows.conftest import Story

NOTE = "今天读到有恒二字，想起自己订过的计划，打算从每天五页做起，读完写一句。"
OTHER = "以前读书图快，问起来什么也说不上。这回学着慢一点，不懂的地方画个圈，晚上再看。"
MATERIAL = "读书贵在有恒。每天读上十页，一年便是三千多页；读过之后合上书本，用自己的话把要点说一遍。"


async def members(story: Story, *names: str) -> dict[str, int]:
    """Bound members of the second group."""
    ids = {}
    for name in names:
        ids[name] = await story.person(name)
        await story.joins(name)
    return ids


async def written(story: Story, name: str, text: str = NOTE, *, shared: bool = True) -> int:
    """A note of this member's; its number."""
    said = await story.says(name, f"心得 {text}")
    assert said.startswith("心得存好了，编号 "), said
    number = int(said.split("编号 ")[1].partition("，")[0])
    if shared:
        assert "放到心得墙上了" in await story.says(name, f"分享心得 {number}")
    return number


def count(story: Story, table: type[Any]) -> int:
    with story.product.database.reading() as db:
        return db.exec(select(func.count()).select_from(table)).one()


async def test_a_note_is_its_authors_until_it_is_shared(story: Story) -> None:
    await members(story, "林小满", "周一鸣")
    number = await written(story, "林小满", shared=False)
    assert await story.says("周一鸣", "心得墙") == "心得墙上还没有心得。写好一条，回复 分享心得，就放上去了。"
    assert await story.says("周一鸣", f"心得 {number}") == f"没有编号为 {number} 的心得。"
    assert await story.says("周一鸣", f"谢谢 {number}") == f"没有编号为 {number} 的心得。"
    assert f"{number} 7月1日（周三），自己看：今天读到" in await story.says("林小满", "我的心得")
    assert "放到心得墙上了" in await story.says("林小满", "分享心得")
    wall = await story.says("周一鸣", "心得墙")
    assert f"{number} 林小满 7月1日（周三）：今天读到" in wall
    assert NOTE in await story.says("周一鸣", f"心得{number}")
    assert await story.says("林小满", "分享心得") == f"第 {number} 条心得已经在心得墙上了。"
    assert "只有您自己看得到" in await story.says("林小满", "不再分享")
    assert "还没有心得" in await story.says("周一鸣", "心得墙")


async def test_a_name_stands_on_the_wall_only_of_who_agreed_to_it(story: Story) -> None:
    await members(story, "林小满", "周一鸣")
    await story.says("林小满", "撤回同意 署名")
    number = await written(story, "林小满", shared=False)
    assert "写作「一位同志」" in await story.says("林小满", f"分享心得 {number}")
    await story.says("林小满", f"评 {number} 自己再记一句")
    assert f"{number} 一位同志 7月1日（周三）：" in await story.says("周一鸣", "心得墙")
    read = await story.says("周一鸣", f"心得 {number}")
    assert f"{number} 一位同志 7月1日" in read
    assert "一位同志：自己再记一句" in read
    assert await story.says("周一鸣", f"谢谢 {number}") == f"已谢过一位同志的第 {number} 条心得。"
    assert "林小满" not in read + await story.says("周一鸣", f"评 {number} 好")
    # Whoever answers for the wall has to know whom to talk to.
    await story.joins("书记甲")
    assert "原因会告诉林小满" in await story.says("书记甲", f"撤下心得 {number} 写到了别人的病情")
    await story.says("林小满", "同意署名")
    again = await written(story, "林小满", OTHER)
    assert f"{again} 林小满 7月1日" in await story.says("周一鸣", "心得墙")


async def test_what_is_too_short_waits_for_more(story: Story) -> None:
    await members(story, "林小满")
    assert "回复 心得，空一格接着写，至少 20 个字" in await story.says("林小满", "写心得")
    assert await story.says("林小满", "心得 学得很好！") == (
        "心得至少写 20 个字，现在有 4 个。接着写，就连在后面；不写了，回复 取消。"
    )
    assert "现在有 8 个" in await story.says("林小满", "很有收获")
    assert "存好了" in await story.says("林小满", "尤其是有恒这一段，说的就是我自己")
    assert "学得很好！\n很有收获\n尤其是" in await story.says("林小满", "心得 1")
    await story.says("林小满", "心得 学得很好")
    assert await story.says("林小满", "取消") == "好的，已取消。"
    assert count(story, Note) == 1


async def test_a_near_copy_is_asked_about_and_may_be_kept_all_the_same(story: Story) -> None:
    await members(story, "林小满")
    await story.product.writer.run(lambda db: db.add(Topic(title="读书", summary=MATERIAL)))
    asked = await story.says("林小满", f"心得 {MATERIAL.replace('，', ' ')}")
    assert asked == ("与学习材料相近，要不要加一句自己的话？写来就接在后面。照原样存，回复 还是保存；不存，回复 取消。")
    assert count(story, Note) == 0
    assert await story.says("林小满", "嗯嗯") == asked
    assert "编号 1" in await story.says("林小满", "还是保存")
    assert await story.says("林小满", "还是保存") == "现在没有等着保存的心得。"
    # Nobody but the author hears of it, and nothing about it is kept.
    assert count(story, OpenQuestion) == 0
    await story.joins("书记甲")
    await story.says("林小满", "分享心得")
    for words in ("心得墙", "心得 1"):
        assert "相近" not in await story.says("书记甲", words)


async def test_with_a_sentence_of_ones_own_it_is_kept_unasked(story: Story) -> None:
    await members(story, "林小满")
    await story.product.writer.run(lambda db: db.add(Topic(title="读书", question=MATERIAL)))
    await story.says("林小满", f"心得 {MATERIAL}")
    assert "存好了" in await story.says("林小满", "我自己从来没有坚持过。")
    assert f"{MATERIAL}\n我自己从来没有坚持过。" in await story.says("林小满", "心得 1")


async def test_a_copy_of_somebodys_note_is_never_told_whose(story: Story) -> None:
    await members(story, "林小满", "周一鸣")
    await written(story, "林小满")
    asked = await story.says("周一鸣", f"心得 {NOTE}")
    assert asked.startswith("与学习材料相近")
    assert "林小满" not in asked
    # One's own words may be written again; what nobody shared is compared with nothing.
    assert "存好了" in await story.says("林小满", f"心得 {NOTE}")
    await written(story, "林小满", OTHER, shared=False)
    assert "存好了" in await story.says("周一鸣", f"心得 {OTHER}")


async def test_a_text_that_waited_too_long_for_more_words_may_still_be_kept(story: Story) -> None:
    await members(story, "林小满")
    await story.product.writer.run(lambda db: db.add(Topic(title="读书", summary=MATERIAL)))
    await story.says("林小满", f"心得 {MATERIAL}")
    await story.time("2026-07-01 08:00")
    assert "没能看懂" in await story.says("林小满", "这句话晚了，不该接上去。")
    assert "存好了" in await story.says("林小满", "还是保存")


async def test_editing_and_withdrawing(story: Story) -> None:
    await members(story, "林小满", "周一鸣")
    number = await written(story, "林小满")
    await story.says("周一鸣", f"谢谢 {number}")
    await story.says("周一鸣", f"评 {number} 说得实在")
    assert await story.says("林小满", f"改心得 {number} {OTHER}") == (
        f"第 {number} 条心得原来写的是：「{NOTE}」。换成新写的，回复 1；不换，回复 取消。"
    )
    assert NOTE in await story.says("周一鸣", f"心得 {number}")
    assert "心得墙上的也改了" in await story.says("林小满", "1")
    assert OTHER in await story.says("周一鸣", f"心得 {number}")
    assert await story.says("周一鸣", f"改心得 {number} {NOTE}") == f"没有编号为 {number} 的心得。"
    assert "哪一条心得？" in await story.says("林小满", "改心得")
    assert await story.says("周一鸣", f"撤回心得 {number}") == f"没有编号为 {number} 的心得。"
    asked = await story.says("林小满", f"撤回心得 {number}")
    assert "不能恢复" in asked
    assert count(story, Note) == 1
    assert await story.says("林小满", "1") == f"第 {number} 条心得删掉了。"
    assert [count(story, table) for table in (Note, Thanks, Comment)] == [0, 0, 0]
    assert await story.says("周一鸣", f"心得 {number}") == f"没有编号为 {number} 的心得。"
    # A number is never given again, so that nobody thanks for another note than the one they read.
    assert await written(story, "周一鸣") > number


async def test_thanks_count_once_and_only_the_author_sees_them(story: Story) -> None:
    await members(story, "林小满", "周一鸣", "郑晚晴")
    number = await written(story, "林小满")
    await story.phone("林小满")
    assert await story.says("周一鸣", f"谢谢 {number}") == f"已谢过林小满的第 {number} 条心得。"
    assert "已经谢过" in await story.says("周一鸣", f"谢谢{number}")
    await story.says("郑晚晴", f"谢谢 第{number}条")
    assert (await story.says("林小满", f"谢谢 {number}")).startswith(f"第 {number} 条是您自己的心得。")
    assert f"{number} 7月1日（周三），分享着，谢谢 2\n{NOTE}" == await story.says("林小满", f"心得 {number}")
    for words in ("心得墙", f"心得 {number}", "我的心得"):
        assert "谢谢 2" not in await story.says("周一鸣", words)


async def test_news_rides_along_once_and_never_rings(story: Story) -> None:
    await members(story, "林小满", "周一鸣", "郑晚晴")
    number = await written(story, "林小满")
    await story.phone("林小满")
    await story.says("周一鸣", f"谢谢 {number}")
    await story.says("郑晚晴", f"谢谢 {number}")
    await story.says("郑晚晴", f"评 {number} 说得实在")
    await story.time("2026-07-01 12:00")
    assert await story.phone("林小满") == []
    said = await story.says("林小满", "打卡")
    assert said.endswith(f"您的心得有人道谢或写了评论：第 {number} 条。想看的话，回复 心得 和编号。")
    assert "道谢" not in await story.says("林小满", "打卡")
    await story.says("周一鸣", f"评 {number} 我也这么想")
    # Whoever looks has seen it.
    mine = await story.says("林小满", "我的心得")
    assert "分享着，谢谢 2，评论 2：" in mine
    assert "道谢或写了评论" not in mine
    assert "道谢" not in await story.says("林小满", "打卡")
    with story.product.database.reading() as db:
        assert db.exec(select(Push).where(Push.status.in_(UNSENT))).all() == []  # type: ignore[attr-defined]


async def test_comments_are_read_by_all_and_taken_back_by_their_writer(story: Story) -> None:
    await members(story, "林小满", "周一鸣")
    number = await written(story, "林小满")
    assert await story.says("周一鸣", f"评 {number}") == "想说什么？写在下一条里就行。不写了，回复 取消。"
    assert "最多 200 个字，现在有 201 个" in await story.says("周一鸣", f"评 {number} {'好' * 201}")
    assert "评论写好了" in await story.says("周一鸣", f"评论 {number}：说得实在")
    for name in ("林小满", "周一鸣"):
        assert (await story.says(name, f"心得 {number}")).partition("\n————")[0].endswith("评论：\n周一鸣：说得实在")
    assert "没有您的评论" in await story.says("林小满", f"撤回评论 {number}")
    assert "删掉了：「说得实在」" in await story.says("周一鸣", f"撤回评论 {number}")
    assert "评论：" not in await story.says("林小满", f"心得 {number}")


async def test_the_wall_has_pages(story: Story) -> None:
    ids = await members(story, "林小满", "周一鸣")
    assert "还没有写过心得" in await story.says("林小满", "我的心得")
    now, branch = story.product.clock.now(), story.groups["晨光支部"]
    rows = [
        Note(member_id=ids["林小满"], at=now, text=f"第{place}条。{NOTE}", shared_in=branch, shared_at=now)
        for place in range(1, 8)
    ]
    await story.product.writer.run(lambda db: db.add_all(rows))
    first = await story.says("周一鸣", "心得墙")
    assert first.startswith("心得墙上有 7 条：\n7 林小满")
    assert "更早的，回复 心得墙 2。" in first
    second = await story.says("周一鸣", "心得墙 2")
    assert [line[0] for line in second.splitlines()[1:3]] == ["2", "1"]
    assert "更早的" not in second
    assert await story.says("周一鸣", "心得墙 3") == "没有更早的心得了。"
    assert "1 7月1日（周三），分享着：第1条" in await story.says("林小满", "我的心得 2")
    assert "您分享着几条心得：1、2、3" in await story.says("林小满", "不再分享")
    assert "第 3 条心得收回来了" in await story.says("林小满", "不再分享 3")


async def test_a_leader_takes_a_note_off_the_wall_and_says_why(story: Story) -> None:
    ids = await members(story, "林小满", "周一鸣", "组长乙", "组长丙")
    await story.role(ids["组长乙"], RoleKind.LEADER, "第二小组")
    await story.role(ids["组长丙"], RoleKind.LEADER, "第一小组")
    number = await written(story, "林小满")
    assert "由小组长" in await story.says("周一鸣", f"撤下心得 {number} 不好")
    # It stands on the wall that this leader reads, and its author isn't theirs to lead.
    assert "没有编号为" in await story.says("组长丙", f"撤下心得 {number} 不好")
    assert "为什么撤下？" in await story.says("组长乙", f"撤下心得 {number}")
    assert "原因最多 100 个字" in await story.says("组长乙", f"撤下心得 {number} {'长' * 101}")
    await story.phone("林小满")
    await story.time("2026-07-01 09:00")
    assert "从心得墙上撤下了" in await story.says("组长乙", f"撤下心得 {number} 写到了别人的病情。")
    await story.time("2026-07-01 09:01")
    ((_, told),) = await story.phone("林小满")
    assert told.startswith(f"您的第 {number} 条心得从心得墙上撤下了，原因：「写到了别人的病情」。")
    assert "还没有心得" in await story.says("周一鸣", "心得墙")
    assert "被撤下" in await story.says("林小满", "我的心得")
    assert "改一改就可以再分享" in await story.says("林小满", "分享心得")
    await story.says("林小满", f"改心得 {number} {OTHER}")
    assert await story.says("林小满", "1") == f"第 {number} 条心得改好了。"
    assert "放到心得墙上了" in await story.says("林小满", "分享心得")
    with story.product.database.reading() as db:
        (line,) = db.exec(select(Audit).where(Audit.action == "take_off_note")).all()
    assert (line.member_id, line.facts) == (ids["组长乙"], {"note": number, "reason": "写到了别人的病情"})


class TestOtherWords:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        organisation = config.organisation.model_copy(update={"terms": "reading-club"})
        limits = config.limits.model_copy(update={"note_characters": 5})
        return config.model_copy(update={"organisation": organisation, "limits": limits})

    async def test_a_reading_club_writes_shorter_ones(self, story: Story) -> None:
        await members(story, "林小满")
        assert await story.says("林小满", "心得 好") == (
            "心得至少写 5 个字，现在有 1 个。接着写，就连在后面；不写了，回复 取消。"
        )
        assert "只有你自己看得到" in await story.says("林小满", "心得 读完很感动")
