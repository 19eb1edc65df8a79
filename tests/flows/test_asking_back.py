"""Half a command is asked for its other half, and then does what the whole one does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert
from sqlmodel import Session

from bot import dispatch
from bot.handlers import missing
from bot.phrases import COMMANDS
from models.branch import plant
from models.member import Member
from models.plan import Plan, PlanKind
from models.role import RoleKind
from models.tables import metadata
from models.transfer import Transfer
from tests.flows.conftest import Story
from tests.scope.rows import Dump, dump


@dataclass(frozen=True)
class Whole:
    """A command with all its parts, and the same said bit by bit; then what confirms either."""

    who: str
    said: str
    bits: tuple[str, ...]
    confirms: str = ""


def _of(who: str, *rows: tuple[str, ...]) -> Iterator[Whole]:
    for said, *bits in rows:
        confirms = bits.pop().removeprefix("!") if bits[-1].startswith("!") else ""
        yield Whole(who, said, tuple(bits), confirms)


WHOLES = (
    *_of(
        "书记甲",
        ("停用 林小满", "停用", "林小满。", "!1"),
        ("启用 停掉的", "启用", "停掉的"),
        ("退休 林小满", "退休", "林小满", "!1"),
        ("交接 组长乙", "交接书记", "组长乙", "!1"),
        ("转出 林小满 到 第二支部", "转出", "林小满", "第二支部", "!1"),
        ("转出 林小满 到 第二支部", "转出", "林小满 到 第二支部", "!1"),
        ("转出 林小满 到 第二支部", "转出 林小满", "第二支部", "!1"),
        ("取消转出 要走的", "取消转出", "要走的"),
        ("接收 要来的", "接收", "要来的"),
        ("不发 要走的", "不发", "要走的"),
        ("庄重日 8月4日 纪念", "庄重日 8月4日 纪念"),
        ("取消庄重日 9月3日", "取消庄重日", "9月3日"),
        ("广播 明天开会", "广播", "明天开会", "!确认 0"),
        ("暂停 1", "暂停", "1"),
        ("同意发 1", "同意发", "第1条"),
        ("不同意发 1", "不同意发", "1"),
        ("下架 一篇", "下架", "一篇", "!1"),
        ("上架 旧的", "上架", "旧的"),
        ("加学习 新的 https://example.org/2", "加学习", "新的 https://example.org/2"),
        ("加荐书 《另一本》 某人", "加荐书", "《另一本》 某人"),
        ("暂停计划 荐书", "暂停计划", "2"),
        ("恢复计划 学习", "恢复计划", "1"),
        ("关闭减负 某组发〔2026〕3号", "关闭减负", "某组发〔2026〕3号"),
    ),
    *_of(
        "组长乙",
        ("绑定码 没绑的", "绑定码", "没绑的"),
        ("为什么 林小满 没收到", "为什么没收到", "林小满"),
        ("查 没绑的", "查", "没绑的"),
        ("撤下心得 1 写到了别人", "撤下心得", "1", "写到了别人"),
        ("撤下心得 1 写到了别人", "撤下心得", "1 写到了别人"),
        ("撤下心得 1 写到了别人", "撤下心得 1", "写到了别人"),
        ("评 1 说得实在", "评", "1", "说得实在"),
        ("评 1 说得实在", "评论 1", "说得实在"),
        ("撤回评论 1", "撤回评论", "1"),
    ),
    *_of(
        "林小满",
        ("请假 三天", "请假", "三天"),
        ("提醒时间 20:30", "提醒时间", "晚上八点半"),
        ("改提醒 20:30", "改提醒", "20:30"),
        ("改提醒 每周三晚上八点", "改提醒", "每周三晚上八点"),
        ("补卡 昨天", "补卡", "昨天"),
        ("补卡 昨天 读了20页", "补卡", "昨天，读了20页"),
        ("改打卡 读了30页", "改打卡", "读了30页"),
        ("意见 会能不能早一点", "意见", "会能不能早一点", "!1"),
        ("改心得 1 " + "慢比快好，" * 6, "改心得", "1", "慢比快好，" * 6, "!1"),
        ("学 入门", "学", "入门"),
        ("想读 一本", "想读", "一本"),
        ("在读 《一本》", "在读", "《一本》"),
        ("读完 一本", "读完", "一本"),
        ("不读 《手边》", "不读", "《手边》", "!1"),
        ("书评 《在手》", "书评", "《在手》"),
        ("分享书评 《在手》", "分享书评", "《在手》"),
        ("收回书评 《在手》", "收回书评", "《在手》"),
    ),
)

# What has a group for content and is never asked for it, by the handler, and why.
UNASKED = {
    **dict.fromkeys(("broadcast.compose_card", "broadcast.compose_picture"), "say by themselves how they are written"),
    **dict.fromkeys(
        ("broadcast.try_first", "broadcast_course.take_back"), "alone, they are about the latest broadcast"
    ),
    **dict.fromkeys(("broadcast_course.let_go", "plan_pausing.go_on_or_start"), "「恢复」 alone is another command"),
    "plan_pausing.pause_or_stop": "「暂停」 alone asks for a broadcast",
    "confirming.by_number": "the number is there to be read, not to be asked for",
    "bind.take_code": "「绑定」 alone says where a code comes from, and a code alone is one",
    "plans.add_solemn": "「庄重日」 alone lists them",
    "birthday.month_list": "without its month it is no command",
    "asked_how.how_is": "without the name it is talk",
    "invitation.propose": "the writer's own group; of several it is asked which",
    **dict.fromkeys(("consents.agree_to", "consents.withdraw"), "alone, they are about all"),
    **dict.fromkeys(("lookback.my_month", "lookback.calendar", "lookback.my_year"), "this month's, or this year's"),
    "lookback.choose_goal": "shows it",
    "amend.undo": "today's",
    "checkin.check_in": "words are welcome, not needed",
    **dict.fromkeys(("wall.show_wall", "wall.show_mine"), "the first page"),
    **dict.fromkeys(("wall.thank", "wall.read", "note.how", "note.write"), "「谢谢」 is thanks, 「心得」 says how"),
    **dict.fromkeys(("note.withdraw", "note.share", "note.unshare"), "the latest"),
    **dict.fromkeys(("reminders.make", "settings.nudge_me"), "「提醒我」 is about check-ins, at the usual hour"),
    **dict.fromkeys(("reminders.pause", "reminders.resume"), "without a number they are about all nudges"),
    "reminders.delete": "the only one; of several it shows the list",
    **dict.fromkeys(("settings.stop", "settings.start_again"), "ask which, as one of a list"),
    "shelf.turn_page": "the page is the whole of it",
}


def handler(command: Any) -> str:
    function = command.handle or command.decide
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def test_every_command_with_content_is_asked_for_it_or_says_why_not() -> None:
    asked = {handler(dispatch.meaning(one.said).command) for one in WHOLES}
    holding = {handler(one) for one in COMMANDS if one.pattern.groupindex} - {"missing.ask"}
    assert holding - asked - UNASKED.keys() == set()
    assert UNASKED.keys() & asked == {"plans.add_solemn"}


def test_every_question_is_tried() -> None:
    asked = {dispatch.meaning(one.bits[0]).words.get("lacks") for one in WHOLES}
    assert missing.LACKS.keys() - asked == {"绑定码", "为什么没收到", "意见"}


async def settled(story: Story) -> None:
    """A branch in which each of these commands has something to do."""
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    for name in ("林小满", "停掉的"):
        await story.person(name)
    await story.person("要走的", joined_on=date(2000, 7, 9))
    await story.person("没绑的")
    for name in ("林小满", "组长乙", "书记甲"):
        await story.joins(name)

    def elsewhere(db: Session) -> None:
        other = plant(db, "第二支部")
        coming = Member(branch_id=other.id or 0, name="要来的")
        db.add(coming)
        db.flush()
        home = story.groups["晨光支部"]
        for kind in (PlanKind.BOOK, PlanKind.BIRTHDAY, PlanKind.TOPIC):
            db.add(Plan(branch_id=home, kind=kind, rrule="FREQ=DAILY;BYHOUR=12", starts_on=date(2026, 6, 1)))
        at = story.product.clock.now()
        db.add(Transfer(member_id=coming.id or 0, from_branch_id=other.id or 0, to_branch_id=home, asked_at=at))

    await story.product.writer.run(elsewhere)
    for said in ("停用 停掉的", "1", "转出 要走的 到 第二支部", "1", "庄重日 9月3日 纪念", "暂停计划 学习"):
        await story.says("书记甲", said)
    for said in (
        "加学习 一篇",
        "加学习 旧的",
        "下架 旧的",
        "1",
        "加荐书 一本",
        "加荐书 在手",
        "加荐书 手边",
        "广播 明天开会",
        "确认 0",
    ):
        await story.says("书记甲", said)
    for said in (
        "打卡 读了20页",
        "每天 21:00 提醒我读书",
        "想读 《手边》",
        "读完 《在手》 说得好，值得再读",
        "心得 " + "快不如慢，" * 6,
    ):
        await story.says("林小满", said)
    for who, said in (("林小满", "分享心得 1"), ("组长乙", "评 1 好"), ("林小满", "我的打卡")):
        await story.says(who, said)


def put_back(connection: Connection, rows: Dump) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))
    for table in metadata.sorted_tables:
        if rows[table.name]:
            connection.execute(insert(table), [dict(row) for row in rows[table.name].values()])


# What tells two runs apart without being an effect: keys that count on, and random digits.
_NO_EFFECT = ("inboundkey", "openquestion", "bindcode", "follower")
_COUNTED = ("id", "broadcast_id", "digest", "key", "reply", "code")


async def effect(story: Story, one: Whole, *, whole: bool) -> tuple[str, str, dict[str, list[str]]]:
    """The first answer to the command once it is whole, the last one, and all that is in the database then."""
    first = ""
    for said in (one.said,) if whole else one.bits:
        first = await story.says(one.who, said)
    last = await story.says(one.who, one.confirms) if one.confirms else ""
    rows = await story.product.writer.run(lambda db: dump(db.connection()))
    kept = {
        name: sorted(str({k: v for k, v in row.items() if k not in _COUNTED}) for row in found.values())
        for name, found in rows.items()
        if name not in _NO_EFFECT
    }
    return re.sub(r"\d{6}", "…", first), last, kept


async def test_half_a_command_and_its_answer_do_what_the_whole_one_does(story: Story) -> None:
    await settled(story)
    begin = await story.product.writer.run(lambda db: dump(db.connection()))
    for one in WHOLES:
        done = await effect(story, one, whole=True)
        await story.product.writer.run(lambda db: put_back(db.connection(), begin))
        for bit in one.bits[:-1]:
            assert "取消" in await story.says(one.who, bit) or bit == "为什么没收到", bit
        await story.product.writer.run(lambda db: put_back(db.connection(), begin))
        asked = await effect(story, one, whole=False)
        assert asked[:2] == done[:2], one.bits
        assert [name for name in done[2] if asked[2][name] != done[2][name]] == [], one.bits
        await story.product.writer.run(lambda db: put_back(db.connection(), begin))


@pytest.mark.parametrize("one", ["查", "转出", "下架", "广播"])
async def test_a_question_can_be_cancelled_and_expires(story: Story, one: str) -> None:
    await settled(story)
    await story.says("书记甲", one)
    assert await story.says("书记甲", "取消") == "好的，已取消。"
    assert (await story.says("书记甲", "没绑的")).startswith("这句话没能看懂")
    await story.says("书记甲", one)
    await story.time("2026-07-01 06:30")
    assert (await story.says("书记甲", "没绑的")).startswith("这句话没能看懂")


async def test_who_may_not_is_not_asked(story: Story) -> None:
    await settled(story)
    for said in ("查", "转出", "交接", "下架"):
        assert "取消" not in await story.says("林小满", said)
