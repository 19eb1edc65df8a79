"""Our client's template messages and subscription notices, at the emulated platform."""

import pytest

from bot.wechat import probes, templates
from bot.wechat.errors import RecipientUnreachable, RequestWrong
from bot.wechat.probes import Quota
from bot.wechat.templates import Notice
from tests.flows.conftest import Story

VALUES = {"thing1": "每周主题学习", "time2": "2026-10-12 20:00", "phrase3": "已打卡"}
SEND = "/cgi-bin/message/template/send"


async def added(story: Story) -> str:
    """A category template of the account; its id."""
    names = ["学习内容", "打卡时间", "打卡状态"]
    body = {"template_id_short": "43216", "keyword_name_list": names}
    return str((await story.product.client.call("/cgi-bin/template/api_add_template", json=body))["template_id"])


async def cards(story: Story, name: str) -> list[tuple[str, str]]:
    """Route and title of each card on a phone."""
    answer = await story.control.get("/_/phone", params={"openid": story.openid(name)})
    return [(item["route"], item["content"]) for item in answer.json()["items"] if item["type"] == "template"]


async def test_a_template_message_that_is_repeated_with_its_key_arrives_once(story: Story) -> None:
    await story.follows("林小满")
    client, template = story.product.client, await added(story)
    assert [one["template_id"] for one in await templates.templates(client)] == [template]
    notice = Notice(story.openid("林小满"), template, VALUES, key="p-12", url="https://study.example.org/c/1")
    assert await templates.send(client, notice) > 2**31
    await templates.send(client, notice)
    assert await cards(story, "林小满") == [("template", "打卡结果通知")]
    assert (await probes.quota(client, SEND)).used >= 1


async def test_a_value_that_breaks_its_type_is_our_fault(story: Story) -> None:
    await story.follows("林小满")
    notice = Notice(story.openid("林小满"), await added(story), {**VALUES, "time2": "明天晚上"})
    with pytest.raises(RequestWrong, match="47003"):
        await templates.send(story.product.client, notice)


async def test_a_notice_needs_an_accept_and_uses_it_up(story: Story) -> None:
    await story.follows("林小满")
    client, openid = story.product.client, story.openid("林小满")
    body = {"tid": "51307", "kidList": [1, 2], "sceneDesc": "学习安排"}
    template = str((await client.call("/wxaapi/newtmpl/addtemplate", json=body))["priTmplId"])
    assert [one["priTmplId"] for one in await templates.subscription_templates(client)] == [template]
    notice = Notice(
        openid, template, {"thing1": "第二周主题", "time2": "2026-10-12 20:00"}, url="https://a.example.org"
    )
    with pytest.raises(RecipientUnreachable):
        await templates.notify(client, notice)
    await story.post("subscriptions", {"openid": openid, "template": template, "answer": "accept", "place": "popup"})
    await templates.notify(client, notice)
    assert await cards(story, "林小满") == [("subscribe", "学习安排通知")]
    with pytest.raises(RecipientUnreachable):
        await templates.notify(client, notice)


async def test_what_is_left_of_a_quota_is_told(story: Story) -> None:
    assert await probes.quota(story.product.client, SEND) == Quota(100_000, 0, 100_000)
