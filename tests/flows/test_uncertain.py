"""What the platform's pages leave open: whichever way it is, everyone gets each thing once, and the cause is told.

Each of these is a setting of the emulator; `docs/emulator.md` says what is known of it.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.config import Config
from bot.emulator import Account
from models.checkin import CheckIn
from models.grant import Grant
from models.keepsake import Keepsake
from models.push import Push
from models.receipt import Receipt
from tests.flows.conftest import Story
from tests.flows.test_birthdays import plans
from tests.flows.test_subscriptions import CONTENT, FIELDS, NOTICE, TEMPLATE

SEND = "/cgi-bin/message/custom/send"
RULES = ("max", "reset")


@pytest.fixture
def believed() -> str:
    """The window rule that the product goes by."""
    return "max"


@pytest.fixture
def config(config: Config, believed: str, tmp_path: Path) -> Config:
    told = config.model_dump()
    told["wechat"]["window_rule"] = believed
    told["checkin"]["keepsake_folder"] = str(tmp_path / "keepsakes")
    told["notices"] = {"text": {"template": NOTICE, "fields": FIELDS}}
    told["templates"] = {"birthday": {"template": TEMPLATE, "fields": FIELDS, "because": "组织生活的安排"}}
    return Config.model_validate(told)


async def opened(story: Story, settings: dict[str, Any], *names: str, **fields: object) -> None:
    """The platform is as the settings say; the members and the secretary have just joined."""
    await story.post("settings", settings)
    for family, template in (("subscription", NOTICE), ("template", TEMPLATE)):
        await story.post("templates", {"id": template, "family": family, "title": "通知", "content": CONTENT})
    for name in names:
        await story.person(name, **fields)
        await story.joins(name)
    await story.joins("书记甲")
    await story.phone(names[0])


async def broadcasts(story: Story, text: str, time: str) -> None:
    """The secretary writes at `time`, and the minute of grace passes."""
    await story.time(time)
    forecast = await story.says("书记甲", f"广播 {text}")
    await story.says("书记甲", f"确认 {forecast.rpartition('确认 ')[2].partition('」')[0]}")
    await later(story, 61)


async def later(story: Story, seconds: int) -> None:
    story.emulator.clock.advance(seconds)
    await story.product.catch_up()


async def refusals(story: Story, path: str = SEND) -> dict[str, int]:
    calls = (await story.control.get("/_/stats")).json()["calls"].get(path, {})
    return {code: count for code, count in calls.get("errcodes", {}).items() if code != "0"}


def pushes(story: Story) -> list[str]:
    """Status and cause of every push."""
    with story.product.database.reading() as db:
        return [f"{push.status} {push.cause}".strip() for push in db.exec(select(Push).order_by(col(Push.id)))]


@pytest.mark.parametrize("believed", RULES)
@pytest.mark.parametrize("platform", RULES)
async def test_whatever_a_tap_does_to_the_window_each_message_arrives_once(
    story: Story, believed: str, platform: str
) -> None:
    """A tap after a message: its window ends in a minute, or the message's stays open. Only a wrong belief is
    refused anything, once, and loses nothing."""
    await opened(story, {"window_rule": platform}, "小爱")
    await story.says("小爱", "打卡")
    await story.sends("小爱", type="event", event="CLICK", event_key="帮助")
    await story.phone("小爱")
    for number, time in enumerate(("08:10", "08:20", "08:30"), 1):
        await broadcasts(story, f"第{number}件事要说。", f"2026-07-01 {time}")
    seen = [text for _, text in await story.phone("小爱")]
    assert len(seen) == (3 if (believed, platform) == ("max", "max") else 0)
    assert await refusals(story) == ({"45015": 1} if (believed, platform) == ("max", "reset") else {})
    for _ in range(3):
        await story.says("小爱", "下一条")
        await later(story, 60)
    seen += [text for _, text in await story.phone("小爱")]
    for number in (1, 2, 3):
        assert sum(f"第{number}件事要说。" in text for text in seen) == 1, seen


@pytest.mark.parametrize(
    ("errcode", "because"), [(45015, "已超过两天没给公众号发消息"), (43004, "没有关注公众号，或者已经取消关注")]
)
async def test_one_who_left_unheard_is_refused_once_and_then_left_alone(
    story: Story, errcode: int, because: str
) -> None:
    await opened(story, {"unfollowed_errcode": errcode}, "小爱")
    await story.control.patch(f"/_/followers/{story.openid('小爱')}", json={"state": "unfollowed"})
    for number, time in enumerate(("08:10", "08:20"), 1):
        await broadcasts(story, f"第{number}件事要说。", f"2026-07-01 {time}")
    assert await refusals(story) == {str(errcode): 1}
    assert because in await story.says("书记甲", "为什么 小爱 没收到")
    await story.follows("小爱")
    assert (await story.phone("小爱"))[0][0] == "passive"


@pytest.mark.parametrize("says", ["", "failed: system failed", "failed:freq limit"])
async def test_what_a_template_s_receipt_says_settles_the_push(story: Story, says: str) -> None:
    await opened(story, {"template_receipt": says}, "寿星", joined_on=date(2000, 7, 6))
    await story.time("2026-07-05 09:00")
    await plans(story)
    await story.time("2026-07-06 08:01")
    await story.post("settle", {})
    await story.product.catch_up()
    state = pushes(story)
    assert any(one.startswith("delivered") for one in state) == (says == ""), state
    assert stored(story, Receipt) == []
    # Whatever it said, it is not sent a second time.
    shown = [route for route, _ in await story.phone("寿星")]
    await story.time("2026-07-06 12:00")
    assert shown + [route for route, _ in await story.phone("寿星")] == shown
    why = await story.says("书记甲", "为什么 寿星 没收到")
    assert "failed" not in why


@pytest.mark.parametrize(
    "settings",
    [{"receipt_copies": 3}, {"receipt_delay_ms": 20, "receipt_jitter_ms": 50}, {"receipt_copies": 0}],
    ids=["copies", "late and out of order", "lost"],
)
async def test_receipts_that_come_thrice_or_late_or_never_send_nothing_twice(
    story: Story, settings: dict[str, int]
) -> None:
    await opened(story, settings, "小爱", "小白")
    await story.time("2026-07-04 09:00")
    for name in ("小爱", "小白"):
        body = {"openid": story.openid(name), "template": NOTICE, "answer": "accept", "place": "popup"}
        await story.post("subscriptions", body)
        await story.phone(name)
    await broadcasts(story, "下午三点开会", "2026-07-04 09:01")
    await story.post("settle", {})
    await later(story, 60)
    for name in ("小爱", "小白"):
        assert [route for route, _ in await story.phone(name)] == ["subscribe"]
    assert [grant.left for grant in stored(story, Grant)] == [0, 0]
    await story.time("2026-07-06 10:00")
    assert [await story.phone(name) for name in ("小爱", "小白")] == [[], []]


@pytest.mark.parametrize("display", ["strict", "lenient"])
async def test_a_long_text_fits_the_card_before_the_platform_measures_it(story: Story, display: str) -> None:
    await opened(story, {"display": display}, "小爱")
    await story.time("2026-07-04 09:00")
    body = {"openid": story.openid("小爱"), "template": NOTICE, "answer": "accept", "place": "popup"}
    await story.post("subscriptions", body)
    await story.phone("小爱")
    await broadcasts(story, "下周三下午三点在三楼会议室集中学习，请带上笔记本和上次的讨论提纲。", "2026-07-04 09:01")
    query: dict[str, str | int] = {"openid": story.openid("小爱")}
    items = (await story.control.get("/_/phone", params=query)).json()["items"]
    (card,) = [item for item in items if item.get("route") == "subscribe"]
    value = card["fields"]["lines"][0]["value"]
    assert value.startswith("下周三下午三点在三楼")
    assert len(value) <= 20
    assert await refusals(story, "/cgi-bin/message/subscribe/bizsend") == {}


@pytest.mark.parametrize("attempts", [3, 4])
async def test_a_repeat_more_or_less_is_the_same_answer(story: Story, attempts: int) -> None:
    await opened(story, {"attempts": attempts}, "小爱")
    sent = {"openid": story.openid("小爱"), "type": "text", "content": "打卡", "times": attempts}
    told = await story.post("messages", sent)
    assert {one["reply"]["content"] for one in told["pushes"]} == {"已记下今天的学习。"}
    assert len(stored(story, CheckIn)) == 1


@pytest.mark.parametrize("account", [Account(kind="subscription")])
@pytest.mark.parametrize("may", [False, True])
async def test_a_picture_to_an_account_that_may_fetch_none_is_no_trouble(story: Story, may: bool) -> None:
    """A picture has an address of its own; a voice hasn't, and whoever sent one is told what to expect."""
    await opened(story, {"unverified_media": may}, "小爱")
    await story.says("小爱", "打卡")
    for content in (b"\xff\xd8\xff one", b"\xff\xd8\xff two"):
        sent = await story.control.post("/_/media?type=image", content=content)
        await story.sends("小爱", type="image", MediaId=sent.json()["media_id"])
    assert "不一定存得下来" in await story.sends("小爱", type="voice", MediaId="EMULATED_VOICE")
    await later(story, 60)
    await later(story, 3600)
    kept = [one.kind for one in stored(story, Keepsake) if one.size]
    assert sorted(kept) == (["image", "image", "voice"] if may else ["image", "image"])
    assert await refusals(story, "/cgi-bin/media/get") == ({} if may else {"48001": 1})
    await story.time("2026-07-05 06:00")
    assert len(stored(story, Keepsake)) == len(kept)


@pytest.mark.parametrize("account", [Account(kind="subscription")])
async def test_what_lies_elsewhere_is_not_fetched(story: Story) -> None:
    await opened(story, {}, "小爱")
    await story.says("小爱", "打卡")
    sent = await story.control.post("/_/media?type=image", content=b"\xff\xd8\xff one")
    await story.sends("小爱", type="image", PicUrl=f"http://elsewhere/_/media/{sent.json()['media_id']}")
    await story.sends("小爱", type="image", PicUrl="http://[")
    await story.product.catch_up()
    assert [one.size for one in stored(story, Keepsake)] == [0, 0]


def stored(story: Story, table: type[Any]) -> list[Any]:
    with story.product.database.reading() as db:
        return list(db.exec(select(table)))
