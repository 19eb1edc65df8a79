"""The second channel: the robot in a branch's WeCom group gets what is the same for everybody, once; nothing else."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.commands.channel import add_channel, remove_channel, try_channel
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Line
from bot.config import Config
from models.channel import Channel, Posting
from models.library import Book, Topic
from models.plan import Plan, PlanKind
from tests.flows.conftest import Story
from tests.flows.test_mass import broadcasts, later

KEY = "0f1e2d3c-aaaa-bbbb-cccc-1234567890ab"
OTHER = "9f1e2d3c-aaaa-bbbb-cccc-1234567890cd"
ROBOT = "/cgi-bin/webhook/send"
NEWS = "明天下午三点在三楼会议室集中学习。"


@pytest.fixture
def config(config: Config) -> Config:
    return config.model_copy(update={"wecom": config.wecom.model_copy(update={"api_base": "http://platform"})})


async def lines(events: Any) -> list[str]:
    return [event.text for event in [one async for one in events] if isinstance(event, Line)]


async def robot(story: Story, place: str = "晨光支部", key: str = KEY) -> list[str]:
    """A group with a robot, whose address the operator hands over."""
    known = (await story.control.get("/_/wecom")).json()["robots"]
    await story.post("wecom", {"robots": [*known, key]})
    return await lines(add_channel(story.product, place=place, address=f"http://platform{ROBOT}?key={key}"))


async def group(story: Story, key: str = KEY) -> list[str]:
    """What stands in the group."""
    messages = (await story.control.get("/_/wecom")).json()["robots"][key]
    return [message["content"]["content"] for message in messages]


async def in_the_morning(story: Story) -> None:
    await story.time("2026-07-04 08:00")
    await story.joins("书记甲")


def postings(story: Story) -> list[Posting]:
    with story.product.database.reading() as db:
        return list(db.exec(select(Posting)))


async def free(story: Story) -> None:
    """As if real time had passed: a pause after a failure is over."""

    def work(db: Session) -> None:
        for row in db.exec(select(Posting)).all():
            row.free_at = None

    await story.product.writer.run(work)


async def test_an_admins_broadcast_to_the_whole_branch_stands_in_its_group_once(story: Story) -> None:
    await in_the_morning(story)
    said = await robot(story)
    assert said[0].startswith("已添加编号 1：晨光支部，企业微信群机器人（尾号 90ab）。")
    assert KEY not in "".join(said)
    assert "同时发到群里：企业微信群机器人（尾号 90ab）" in await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "取消")
    await broadcasts(story, NEWS)
    assert await group(story) == [f"{NEWS}\n（晨光支部 书记甲）"]
    await later(story, 3600)
    assert len(await group(story)) == 1
    await broadcasts(story, "要回执 带好笔记")
    assert (await group(story))[1:] == ["带好笔记\n（晨光支部 书记甲）"]
    assert [row.state for row in postings(story)] == ["accepted"] * 2


async def test_what_is_for_one_group_stays_out_of_the_others(story: Story) -> None:
    await in_the_morning(story)
    await story.person("林小满")
    await robot(story)
    await robot(story, "第二小组", OTHER)
    await broadcasts(story, f"第二小组：{NEWS}")
    assert await group(story) == []
    assert await group(story, OTHER) == [f"{NEWS}\n（第二小组 书记甲）"]
    await broadcasts(story, "大家好。")
    assert await group(story) == ["大家好。\n（晨光支部 书记甲）"]
    assert len(await group(story, OTHER)) == 2


async def test_topics_and_books_come_in_the_words_for_a_group_and_birthdays_never(story: Story) -> None:
    await robot(story)
    await story.person("林小满", joined_on=date(1996, 7, 1), full_on=date(1997, 7, 1))
    await story.joins("林小满")

    def stock(db: Session) -> None:
        db.add(Topic(title="怎样读一份说明书", summary="一件小事里的道理。"))
        db.add(Book(title="常识", author="某某"))
        for kind, rule in (
            (PlanKind.TOPIC, "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"),
            (PlanKind.BOOK, "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0"),
            (PlanKind.BIRTHDAY, "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0"),
        ):
            root = story.groups["晨光支部"]
            db.add(Plan(branch_id=root, kind=kind, rrule=rule, starts_on=date(2026, 6, 1)))

    await story.product.writer.run(stock)
    await story.product.catch_up()
    for at in ("2026-07-01 07:40", "2026-07-01 08:00", "2026-07-01 12:00"):
        await story.time(at)
    assert await group(story) == [
        "【今日学习】怎样读一份说明书\n一件小事里的道理。\n晨光支部 7月1日（周三）",
        "【荐书】《常识》，某某\n晨光支部 7月1日（周三）",
    ]
    assert "政治生日" in str(await story.phone("林小满"))


async def test_a_group_with_a_plan_of_its_own_gets_that_one_only(story: Story) -> None:
    await robot(story)
    await robot(story, "第二小组", OTHER)

    def stock(db: Session) -> None:
        db.add_all([Topic(title="甲"), Topic(title="乙")])
        for node in ("晨光支部", "第二小组"):
            rule = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"
            db.add(Plan(branch_id=story.groups[node], kind=PlanKind.TOPIC, rrule=rule, starts_on=date(2026, 6, 1)))

    await story.product.writer.run(stock)
    await story.product.catch_up()
    await story.time("2026-07-01 07:40")
    assert len(await group(story)) == 1
    assert len(await group(story, OTHER)) == 1


async def test_recall_pause_and_night_hold_for_the_group_too(story: Story) -> None:
    await in_the_morning(story)
    await robot(story)
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 1")
    await story.says("书记甲", "撤回")
    await later(story, 60)
    assert await group(story) == []
    await story.says("书记甲", "广播 第二条")
    await story.says("书记甲", "确认 1")
    await story.says("书记甲", "全部暂停")
    await later(story, 60)
    assert await group(story) == []
    await story.says("书记甲", "恢复")
    await story.product.catch_up()
    assert await group(story) == ["第二条\n（晨光支部 书记甲）"]
    await story.time("2026-07-04 22:00")
    await broadcasts(story, "夜里的")
    assert len(await group(story)) == 1
    await story.time("2026-07-05 07:30")
    assert len(await group(story)) == 2


async def test_what_was_late_is_not_posted_any_more(story: Story) -> None:
    await in_the_morning(story)
    await robot(story)
    await story.post("faults", [{"path": ROBOT, "times": 9, "errcode": -1}])
    await broadcasts(story, NEWS)
    await free(story)
    await later(story, 4 * 86_400)
    assert [row.state for row in postings(story)] == ["expired"]


async def test_twenty_a_minute_and_the_rest_a_minute_later(story: Story) -> None:
    await in_the_morning(story)
    await robot(story)
    for number in range(23):
        await story.says("书记甲", f"广播 第 {number} 条")
        await story.says("书记甲", "确认 1")
    await later(story, 60)
    assert len(await group(story)) == 20
    await later(story, 60)
    assert len(await group(story)) == 23
    stats = (await story.control.get("/_/stats")).json()
    assert "45009" not in str(stats)


@pytest.mark.parametrize(
    ("fault", "state", "after"),
    [
        ({"errcode": -1}, "due", "accepted"),
        ({"errcode": 45009}, "due", "accepted"),
        ({"http_status": 404}, "due", "accepted"),
        ({"drop": "after"}, "unknown", "unknown"),
        ({"http_status": 502}, "unknown", "unknown"),
        ({"errcode": 40058}, "failed", "failed"),
    ],
)
async def test_what_did_not_work_is_tried_again_only_where_nothing_can_stand_there(
    story: Story, fault: dict[str, Any], state: str, after: str
) -> None:
    await in_the_morning(story)
    await robot(story)
    await story.post("faults", [{"path": ROBOT, "times": 1, **fault}])
    await broadcasts(story, NEWS)
    assert [row.state for row in postings(story)] == [state]
    await free(story)
    await later(story, 61)
    assert [row.state for row in postings(story)] == [after]
    assert len(await group(story)) <= 1


async def test_a_removed_robot_stops_its_channel_until_a_test_works(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    await in_the_morning(story)
    await robot(story)
    await story.post("wecom", {"robots": ["another"]})
    await broadcasts(story, NEWS)
    await broadcasts(story, "第二条")
    assert [row.state for row in postings(story)] == ["failed"]
    assert "channel 1: its address is refused (93000)" in caplog.text
    [said] = await lines(try_channel(story.product, channel_id=1))
    assert said.startswith("地址不被接受（93000）")
    await story.post("wecom", {"robots": [KEY]})
    await later(story, 60)
    assert await lines(try_channel(story.product, channel_id=1)) == ["发出去了，请到群里看一看。"]
    await broadcasts(story, "第三条")
    assert [text.partition("\n")[0] for text in await group(story)][1:] == ["第三条"]
    assert KEY not in caplog.text


async def test_addresses_are_sealed_known_again_and_gone_when_removed(story: Story) -> None:
    await robot(story)
    with story.product.database.reading() as db:
        [row] = db.exec(select(Channel)).all()
    assert KEY not in str(row.model_dump())
    with pytest.raises(CommandError) as refused:
        await robot(story, "第二小组")
    assert refused.value.said(story.product.texts) == "这个群已经有了，编号 1（晨光支部）。"
    events = [event async for event in remove_channel(story.product, channel_id=1)]
    assert events[-1] == Ended()
    with story.product.database.reading() as db:
        assert db.exec(select(Channel)).all() == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            f"https://elsewhere.example{ROBOT}?key={KEY}",
            "企业微信群机器人的地址应以 http://platform/cgi-bin/webhook/send",
        ),
        (f"http://platform{ROBOT}", "企业微信群机器人的地址应以 http://platform"),
        ("nonsense", "认不出这个地址"),
        ("nosuchservice://key", "认不出这个地址"),
    ],
)
async def test_an_address_that_is_none_is_refused(story: Story, address: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        await lines(add_channel(story.product, place="晨光支部", address=address))
    assert refused.value.said(story.product.texts).startswith(said)
