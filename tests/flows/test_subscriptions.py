"""Members who tap 「允许」, and how they hear of things when they haven't written for days."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.config import Config
from models.broadcast import Broadcast
from models.grant import Grant
from models.member import Member
from models.push import Push, PushStatus
from models.receipt import Receipt
from tests.flows.conftest import Story
from tests.flows.test_birthdays import plans

NOTICE = "SUB_TPL"
TEMPLATE = "MSG_TPL"
CONTENT = "主题：{{thing1.DATA}}\n时间：{{time2.DATA}}"
FIELDS = {"thing1": "{title}", "time2": "{time}"}


@pytest.fixture
def config(config: Config) -> Config:
    """An account with a template for broadcasts by notice, and one for template messages of birthdays."""
    told = config.model_dump()
    told["notices"] = {"text": {"template": NOTICE, "fields": FIELDS}}
    told["templates"] = {"birthday": {"template": TEMPLATE, "fields": FIELDS, "because": "组织生活的安排"}}
    return Config.model_validate(told)


async def _opened(story: Story, *names: str, **fields: object) -> None:
    """Members who joined three days ago, and have not written since."""
    for family, template in (("subscription", NOTICE), ("template", TEMPLATE)):
        await story.post("templates", {"id": template, "family": family, "title": "通知", "content": CONTENT})
    for name in names:
        await story.person(name, **fields)
        await story.joins(name)
    await story.joins("书记甲")
    await story.time("2026-07-04 09:00")
    for name in names:
        await story.phone(name)


async def _answers(story: Story, name: str, answer: str, place: str = "popup") -> None:
    body = {"openid": story.openid(name), "template": NOTICE, "answer": answer, "place": place}
    await story.post("subscriptions", body)


async def _broadcasts(story: Story, text: str, time: str) -> None:
    await story.says("书记甲", f"广播 {text}")
    count = await _count(story, Member)
    await story.says("书记甲", f"确认 {count}")
    await story.time(time)


async def _state(story: Story, name: str) -> list[str]:
    def of(db: Session) -> list[str]:
        query = (
            select(Push.status, Push.cause)
            .join(Member, col(Member.id) == col(Push.member_id))
            .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
            .where(Member.name == name)
        )
        return [f"{PushStatus(status)} {cause}".strip() for status, cause in db.exec(query.order_by(col(Push.id)))]

    return await story.product.writer.run(of)


async def _count(story: Story, table: Any) -> int:
    return await story.product.writer.run(lambda db: len(list(db.exec(select(table)))))


async def test_who_allowed_it_is_told_once_for_each_time_they_tapped(story: Story) -> None:
    await _opened(story, "小爱", "小白")
    await _answers(story, "小爱", "accept")
    await _broadcasts(story, "下午三点在三楼开会", "2026-07-04 09:02")
    query: dict[str, str | int] = {"openid": story.openid("小爱"), "after": story.read["小爱"]}
    (shown,) = (await story.control.get("/_/phone", params=query)).json()["items"]
    assert shown["route"] == "subscribe"
    assert [line["value"] for line in shown["fields"]["lines"]] == ["下午三点在三楼开会", "2026-07-04 09:01"]
    await story.phone("小爱")
    assert await story.phone("小白") == []
    await _broadcasts(story, "改到四点", "2026-07-04 09:10")
    assert await story.phone("小爱") == []
    assert await _state(story, "小爱") == ["delivered", "held window"]
    assert await _state(story, "小白") == ["held window", "held window"]
    calls = (await story.control.get("/_/stats")).json()
    assert "43101" not in str(calls["calls"].get("/cgi-bin/message/subscribe/bizsend"))


async def test_the_forecast_counts_them_among_those_who_see_it_now(story: Story) -> None:
    await _opened(story, "小爱", "小白")
    before = await story.says("书记甲", "广播 开会")
    await _answers(story, "小爱", "accept")
    after = await story.says("书记甲", "广播 开会")
    assert ("小爱" in before, "小爱" in after) == (True, False)


@pytest.mark.parametrize("place", ["popup", "settings"])
async def test_who_refuses_afterwards_is_left_alone(story: Story, place: str) -> None:
    await _opened(story, "小爱")
    await _answers(story, "小爱", "accept")
    await _answers(story, "小爱", "reject", place)
    await _broadcasts(story, "开会", "2026-07-04 09:02")
    assert await story.phone("小爱") == []
    assert await _count(story, Grant) == 0


async def test_a_grant_that_only_the_platform_knows_the_end_of_costs_one_refusal(story: Story) -> None:
    await _opened(story, "小爱")
    await _answers(story, "小爱", "accept")
    await story.control.patch(f"/_/followers/{story.openid('小爱')}", json={"grants": {NOTICE: 0}})
    await _broadcasts(story, "开会", "2026-07-04 09:02")
    await _broadcasts(story, "又开会", "2026-07-04 09:10")
    calls = (await story.control.get("/_/stats")).json()["calls"]["/cgi-bin/message/subscribe/bizsend"]
    assert calls["errcodes"] == {"43101": 1}
    assert await _state(story, "小爱") == ["held window", "held window"]


async def test_before_the_consent_nothing_is_kept_of_a_tap(story: Story) -> None:
    await _opened(story)
    await story.follows("路人")
    await _answers(story, "路人", "accept")
    assert await _count(story, Grant) == 0


async def test_leaving_forgets_what_was_allowed(story: Story) -> None:
    await _opened(story, "小爱")
    await _answers(story, "小爱", "accept")
    assert await _count(story, Grant) == 1
    await story.unfollows("小爱")
    assert await _count(story, Grant) == 0


@pytest.mark.parametrize(
    ("phone", "state"), [("following", ["delivered", "held window"]), ("blocked", ["failed blocked", "held window"])]
)
async def test_what_the_operator_lets_go_by_template_message_is_settled_by_its_receipt(
    story: Story, phone: str, state: list[str]
) -> None:
    """The greeting has a template; the oath after it, which has none, waits for a word."""
    await _opened(story, "寿星", joined_on=date(2000, 7, 6))
    await plans(story)
    await story.control.patch(f"/_/followers/{story.openid('寿星')}", json={"state": phone})
    await story.time("2026-07-06 08:01")
    assert [route for route, _ in await story.phone("寿星")] == (["template"] if phone == "following" else [])
    await story.time("2026-07-06 08:05")
    assert (await _state(story, "寿星"))[-2:] == state
    assert await _count(story, Receipt) == 0
