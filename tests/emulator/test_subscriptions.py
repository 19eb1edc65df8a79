"""Subscription notices: an accept is one send. And the older one-time subscription, by a page."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.emulator.desk import ALICE, BOB, Desk

GOOD = {"thing1": "十月第二周主题", "time2": "2026-10-12 20:00"}


async def added(desk: Desk) -> str:
    body = {"tid": "51307", "kidList": [1, 2], "sceneDesc": "学习安排"}
    return str((await desk.post("/wxaapi/newtmpl/addtemplate", body))["priTmplId"])


async def answers(desk: Desk, template: str, answer: str, openid: str = ALICE, place: str = "popup") -> Any:
    return await desk.order("subscriptions", openid=openid, template=template, answer=answer, place=place)


async def sent(desk: Desk, template: str, openid: str = ALICE, **more: Any) -> int:
    data = {key: {"value": value} for key, value in GOOD.items()}
    body = {"touser": openid, "template_id": template, "page": "https://study.example.org/t/8", "data": data, **more}
    return int((await desk.post("message/subscribe/bizsend", body))["errcode"])


async def grants(desk: Desk, openid: str = ALICE) -> dict[str, int]:
    left: dict[str, int] = (await desk.http.get(f"/_/followers/{openid}")).json()["grants"]
    return left


async def test_one_accept_is_one_notice(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    assert await sent(desk, template) == 43101
    await answers(desk, template, "accept")
    assert [await sent(desk, template) for _ in range(2)] == [0, 43101]
    item = (await desk.phone(ALICE))[0]
    assert (item["route"], item["type"], item["content"]) == ("subscribe", "template", "学习安排通知")
    assert item["fields"]["lines"][0] == {"label": "学习主题", "value": "十月第二周主题"}


async def test_accepts_add_up_and_a_refusal_takes_them_back(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    for _ in range(3):
        await answers(desk, template, "accept")
    assert await grants(desk) == {template: 3}
    await answers(desk, template, "reject")
    assert (await grants(desk), await sent(desk, template)) == ({}, 43101)


async def test_of_the_settings_only_a_refusal_is_pushed(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    await answers(desk, template, "accept", place="settings")
    assert (await grants(desk), await desk.receipts()) == ({template: 1}, [])
    await answers(desk, template, "reject", place="settings")
    pushed = (await desk.receipts())[0]._data
    assert (await grants(desk), pushed["Event"]) == ({}, "subscribe_msg_change_event")
    assert pushed["SubscribeMsgChangeEvent"]["List"] == {"TemplateId": template, "SubscribeStatusString": "reject"}


async def test_a_pop_up_with_two_templates_is_one_event_with_two_answers(desk: Desk) -> None:
    await desk.follow(ALICE)
    items = [{"TemplateId": id, "SubscribeStatusString": "accept", "PopupScene": "2"} for id in ("TPL_A", "TPL_B")]
    await desk.event(ALICE, "subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": items})
    assert await grants(desk) == {"TPL_A": 1, "TPL_B": 1}


async def test_a_follower_answers_a_pop_up_with_two_templates_at_once(desk: Desk) -> None:
    await desk.follow(ALICE)
    await desk.order("subscriptions", openid=ALICE, answers={"TPL_A": "accept", "TPL_B": "reject"})
    (pushed,) = await desk.receipts()
    items = pushed._data["SubscribeMsgPopupEvent"]["List"]
    assert [(item["TemplateId"], item["SubscribeStatusString"], item["PopupScene"]) for item in items] == [
        ("TPL_A", "accept", "2"),
        ("TPL_B", "reject", "2"),
    ]
    assert await grants(desk) == {"TPL_A": 1}


async def test_in_the_settings_several_may_be_changed_at_once(desk: Desk) -> None:
    await desk.follow(ALICE)
    await desk.order("subscriptions", openid=ALICE, answers={"A": "accept", "B": "reject"}, place="settings")
    (pushed,) = await desk.receipts()
    assert pushed._data["SubscribeMsgChangeEvent"]["List"] == {"TemplateId": "B", "SubscribeStatusString": "reject"}
    assert await grants(desk) == {"A": 1}


@pytest.mark.parametrize(
    "body", [{}, {"template": "T"}, {"template": "T", "answer": "accept", "answers": {"T": "accept"}}, {"answers": {}}]
)
async def test_an_answer_names_its_template(desk: Desk, body: dict[str, Any]) -> None:
    assert "answer" in await desk.refused("subscriptions", {"openid": ALICE, **body})


@pytest.mark.parametrize(("state", "code", "shown"), [("following", "0", 1), ("blocked", "1", 0)])
async def test_the_receipt_names_template_and_result(desk: Desk, state: str, code: str, shown: int) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    await desk.http.patch(f"/_/followers/{ALICE}", json={"state": state, "grants": {template: 1}})
    assert await sent(desk, template) == 0
    item = (await desk.receipts())[0]._data["SubscribeMsgSentEvent"]["List"]
    assert (item["TemplateId"], item["ErrorCode"], item["MsgID"].isdecimal()) == (template, code, True)
    assert len(await desk.phone(ALICE)) == shown


async def test_who_unfollows_loses_the_accepts(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    await answers(desk, template, "accept")
    await desk.event(ALICE, "unsubscribe")
    await desk.event(ALICE, "subscribe")
    assert await sent(desk, template) == 43101


async def test_a_long_term_template_needs_no_accept(desk: Desk) -> None:
    await desk.follow(ALICE)
    content = "主题：{{thing1.DATA}}\n时间：{{time2.DATA}}"
    template = (await desk.order("templates", family="subscription", title="政务通知", content=content, kind=3))["id"]
    assert [await sent(desk, template) for _ in range(2)] == [0, 0]


async def test_wrong_values_pages_and_templates_are_refused_and_cost_nothing(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    await answers(desk, template, "accept")
    assert await sent(desk, template, data={"thing1": {"value": "长" * 21}, "time2": {"value": "20:00"}}) == 47003
    assert await sent(desk, template, page="no address") == 41030
    assert await sent(desk, "nothing") == 40037
    assert await sent(desk, template, BOB) == 40003
    assert await grants(desk) == {template: 1}


async def test_templates_are_chosen_from_the_library(desk: Desk) -> None:
    titles = await desk.get("/wxaapi/newtmpl/getpubtemplatetitles", ids="612", start=1, limit=1)
    assert (titles["count"], [public["tid"] for public in titles["data"]]) == (3, [51307])
    keywords = (await desk.get("/wxaapi/newtmpl/getpubtemplatekeywords", tid=51307))["data"]
    assert (keywords[1]["kid"], keywords[1]["name"], keywords[1]["rule"]) == (2, "开始时间", "time")
    assert (await desk.get("/wxaapi/newtmpl/getcategory"))["data"]
    template = await added(desk)
    listed = (await desk.get("/wxaapi/newtmpl/gettemplate"))["data"]
    assert [(own["priTmplId"], own["type"]) for own in listed] == [(template, 2)]
    assert (await desk.post("/wxaapi/newtmpl/deltemplate", {"priTmplId": template}))["errcode"] == 0
    assert (await desk.get("/wxaapi/newtmpl/gettemplate"))["data"] == []


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"tid": "1"}, 200014),
        ({"kidList": [1]}, 200021),
        ({"kidList": [1, 99]}, 200022),
        ({"sceneDesc": "长" * 16}, 200023),
    ],
)
async def test_a_wrong_choice_is_refused(desk: Desk, change: dict[str, Any], errcode: int) -> None:
    body = {"tid": "51307", "kidList": [1, 2], "sceneDesc": "学习安排", **change}
    assert (await desk.post("/wxaapi/newtmpl/addtemplate", body))["errcode"] == errcode


async def test_a_test_account_has_no_subscription_notices(desk: Desk) -> None:
    await desk.order("account", kind="test")
    await desk.follow(ALICE)
    assert await sent(desk, "any") == 48001


ASKED = {
    "action": "get_confirm", "appid": "wx0123456789abcdef", "scene": "1000", "template_id": "ONE",
    "redirect_url": "https://study.example.org/back?from=wechat", "reserved": "csrf",
}  # fmt: skip


async def once(desk: Desk, **more: Any) -> int:
    body = {
        "touser": BOB, "template_id": "ONE", "url": "https://study.example.org", "scene": "1000", "title": "欢迎旁听",
        "data": {"content": {"value": "今晚八点，一楼会议室", "color": "#000000"}}, **more,
    }  # fmt: skip
    return int((await desk.post("message/template/subscribe", body))["errcode"])


async def test_a_stranger_agrees_on_the_page_and_gets_one_message(desk: Desk) -> None:
    page = await desk.http.get("/mp/subscribemsg", params={**ASKED, "openid": BOB})
    assert "允许" in page.text
    back = await desk.http.get("/mp/subscribemsg", params={**ASKED, "openid": BOB, "action": "confirm"})
    target = urlsplit(back.headers["location"])
    assert (back.status_code, target.netloc, target.path) == (302, "study.example.org", "/back")
    assert dict(parse_qsl(target.query)) == {
        "from": "wechat", "openid": BOB, "template_id": "ONE", "action": "confirm", "scene": "1000", "reserved": "csrf",
    }  # fmt: skip
    assert [await once(desk), await once(desk)] == [0, 43101]
    assert (await desk.phone(BOB))[0]["fields"]["lines"] == [{"label": "", "value": "今晚八点，一楼会议室"}]


async def test_whoever_declines_gets_none(desk: Desk) -> None:
    back = await desk.http.get("/mp/subscribemsg", params={**ASKED, "openid": BOB, "action": "cancel"})
    assert "action=cancel" in back.headers["location"]
    assert await once(desk) == 43101


async def test_the_page_asks_who_opened_it_and_refuses_nonsense(desk: Desk) -> None:
    await desk.follow(ALICE)
    assert ALICE in (await desk.http.get("/mp/subscribemsg", params=ASKED)).text
    for wrong in ({"appid": "wx0"}, {"scene": "10001"}, {"redirect_url": "javascript:alert(1)"}):
        assert (await desk.http.get("/mp/subscribemsg", params={**ASKED, **wrong})).status_code == 400


async def test_title_and_content_have_their_limits(desk: Desk) -> None:
    assert await once(desk, title="长" * 16) == 40062
    assert await once(desk, data={"content": {"value": "长" * 201}}) == 47003
