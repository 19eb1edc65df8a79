"""Pushes: signed in three modes and two formats, with a deadline and repeats."""

import asyncio
import json
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from wechatpy import parse_message
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from tests.emulator.desk import ALICE, BOB, Desk, Request

NOTICE = "该公众号提供的服务出现故障，请稍后再试"


async def test_a_message_reaches_wechatpy_and_its_answer_reaches_the_phone(desk: Desk) -> None:
    desk.server.says("已记下今天的学习")
    answer = await desk.write(ALICE, "打卡 读了第三章")
    assert (answer["attempts"], answer["status"]) == (1, 200)
    assert answer["reply"]["content"] == "已记下今天的学习"
    message = desk.server.read(desk.server.requests[0])
    assert (message.source, message.target, message.content) == (ALICE, "gh_0123456789ab", "打卡 读了第三章")
    assert message.id > 2**53
    shown = await desk.phone(ALICE)
    assert [(item["n"], item["from"], item["route"], item["type"], item["content"]) for item in shown] == [
        (1, "member", "member", "text", "打卡 读了第三章"),
        (2, "account", "passive", "text", "已记下今天的学习"),
    ]
    assert shown[1]["at"] == "2026-07-01T08:00:00.000+08:00"
    assert await desk.phone(ALICE, after=1) == shown[1:]


async def test_safe_mode_shows_the_body_to_nobody_else(desk: Desk) -> None:
    await desk.write(ALICE, "打卡")
    request = desk.server.requests[0]
    assert request.content_type == "text/xml"
    assert set(request.query) == {
        "signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature",
    }  # fmt: skip
    assert (request.query["openid"], request.query["encrypt_type"]) == (ALICE, "aes")
    assert [child.tag for child in ElementTree.fromstring(request.body)] == ["ToUserName", "Encrypt"]


async def test_plain_mode_signs_a_clear_body_and_takes_a_clear_reply(desk: Desk) -> None:
    await desk.order("account", mode="plain")
    desk.server.answer = lambda request: bytes(
        TextReply(content="好", message=parse_message(request.body)).render(), "utf-8"
    )
    await desk.write(ALICE)
    query = desk.server.requests[0].query
    check_signature(desk.emulator.account.token, query["signature"], query["timestamp"], query["nonce"])
    assert set(query) == {"signature", "timestamp", "nonce", "openid"}
    assert await desk.seen(ALICE) == ["好"]


async def test_plain_mode_takes_no_sealed_reply(desk: Desk) -> None:
    await desk.order("account", mode="plain")
    desk.server.answer = lambda request: desk.server.seal(
        TextReply(content="好", message=parse_message(request.body)), request
    )
    assert "plain mode" in (await desk.write(ALICE))["trouble"]


@pytest.mark.parametrize("sealed", [True, False])
async def test_compatible_mode_sends_both_and_takes_either(desk: Desk, sealed: bool) -> None:
    await desk.order("account", mode="compatible")

    def answer(request: Request) -> bytes:
        clear, hidden = parse_message(request.body), desk.server.read(request)
        assert clear.content == hidden.content == "打卡"
        reply = TextReply(content="好", message=clear)
        return desk.server.seal(reply, request) if sealed else reply.render().encode()

    desk.server.answer = answer
    await desk.write(ALICE)
    assert await desk.seen(ALICE) == ["好"]


async def test_safe_mode_takes_no_clear_reply(desk: Desk) -> None:
    desk.server.answer = lambda request: TextReply(content="好", message=desk.server.read(request)).render().encode()
    assert "safe mode" in (await desk.write(ALICE))["trouble"]
    assert await desk.seen(ALICE) == [NOTICE]


def _json_reply(desk: Desk, request: Request) -> bytes:
    """A sealed JSON answer, by wechatpy's cryptography in a JSON envelope."""
    query, crypto = request.query, desk.server.crypto()
    outer = json.loads(request.body)
    push = json.loads(crypto.decrypt_message(outer, query["msg_signature"], query["timestamp"], query["nonce"]))
    reply = {
        "ToUserName": push["FromUserName"],
        "FromUserName": push["ToUserName"],
        "CreateTime": 1,
        "MsgType": "text",
        "Content": push["Content"] + str(push["MsgId"] > 2**53),
    }
    sealed = ElementTree.fromstring(crypto.encrypt_message(json.dumps(reply), query["nonce"], query["timestamp"]))
    fields: dict[str, Any] = {child.tag: child.text for child in sealed}
    return json.dumps(fields | {"TimeStamp": int(fields["TimeStamp"])}).encode()


async def test_the_json_format_has_the_same_fields_and_takes_json_replies(desk: Desk) -> None:
    await desk.order("account", format="json")
    desk.server.answer = lambda request: _json_reply(desk, request)
    await desk.write(ALICE, "打卡")
    assert desk.server.requests[0].content_type == "application/json"
    assert set(json.loads(desk.server.requests[0].body)) == {"ToUserName", "Encrypt"}
    assert await desk.seen(ALICE) == ["打卡True"]


async def test_a_list_of_one_is_an_object_in_json(desk: Desk) -> None:
    await desk.order("account", format="json", mode="plain")
    popup = {"List": [{"TemplateId": "A", "SubscribeStatusString": "accept", "PopupScene": "2"}]}
    await desk.event(ALICE, "subscribe_msg_popup_event", SubscribeMsgPopupEvent=popup)
    pushed = json.loads(desk.server.requests[0].body)
    assert pushed["SubscribeMsgPopupEvent"]["List"]["TemplateId"] == "A"


async def test_repeats_carry_the_same_fields_under_a_new_signature(desk: Desk) -> None:
    desk.server.answer = lambda request: 500
    answer = await desk.write(ALICE)
    assert (answer["attempts"], answer["status"]) == (3, 500)
    first, *repeats = desk.server.requests
    plain = [desk.server.read(request)._data for request in desk.server.requests]
    assert len(repeats) == 2
    assert plain[0] == plain[1] == plain[2]
    assert first.query["nonce"] != repeats[0].query["nonce"]
    assert await desk.seen(ALICE) == [NOTICE]


async def test_an_answer_to_any_attempt_is_shown(desk: Desk) -> None:
    def answer(request: Request) -> bytes | int:
        if len(desk.server.requests) < 3:
            return 503
        return desk.server.seal(TextReply(content="来了", message=desk.server.read(request)), request)

    desk.server.answer = answer
    assert (await desk.write(ALICE))["attempts"] == 3
    assert await desk.seen(ALICE) == ["来了"]


async def test_the_number_of_attempts_is_a_setting(desk: Desk) -> None:
    desk.server.answer = lambda request: 500
    await desk.order("settings", attempts=4)
    assert (await desk.write(ALICE))["attempts"] == 4


async def test_a_server_that_is_too_slow_counts_as_silent(desk: Desk) -> None:
    await desk.order("settings", deadline_ms=30)
    desk.server.delay = 5
    answer = await desk.write(ALICE)
    assert (answer["attempts"], answer["status"], answer["reply"]) == (3, 0, {})
    assert answer["trouble"] == "no answer within 30 ms"
    assert 90 <= answer["elapsed_ms"] < 2000
    assert await desk.seen(ALICE) == [NOTICE]


async def test_a_server_that_is_not_there_is_told_as_trouble(port: Desk) -> None:
    await port.order("account", webhook="http://127.0.0.1:9/wechat")
    answer = await port.write(ALICE)
    assert (answer["attempts"], answer["status"]) == (3, 0)
    assert "no answer" in answer["trouble"]


@pytest.mark.parametrize("body", [b"success", b""])
async def test_success_and_silence_are_no_reply_and_no_repeat(desk: Desk, body: bytes) -> None:
    desk.server.answer = lambda request: body
    answer = await desk.write(ALICE)
    assert (answer["attempts"], answer["reply"]) == (1, {})
    assert await desk.seen(ALICE) == []


@pytest.mark.parametrize(("event", "notices"), [("CLICK", [NOTICE]), ("VIEW", []), ("unsubscribe", [])])
async def test_only_who_looks_at_the_chat_is_told_of_a_failure(desk: Desk, event: str, notices: list[str]) -> None:
    await desk.follow(ALICE)
    desk.server.answer = lambda request: 500
    await desk.event(ALICE, event, EventKey="K")
    assert await desk.seen(ALICE) == notices


@pytest.mark.parametrize("concurrent", [True, False])
async def test_the_same_push_can_come_several_times(desk: Desk, concurrent: bool) -> None:
    desk.server.says("已记下")
    answer = await desk.write(ALICE, times=3, concurrent=concurrent)
    assert answer["attempts"] == len(answer["pushes"]) == 3
    assert len({desk.server.read(request).id for request in desk.server.requests}) == 1
    assert await desk.seen(ALICE) == ["已记下"]
    assert (await desk.http.get("/_/stats")).json()["duplicates"] == 0


async def test_a_push_that_is_repeated_by_hand_is_the_same_push(desk: Desk) -> None:
    desk.server.says("已记下")
    for _ in range(2):
        await desk.write(ALICE, MsgId=77, CreateTime=1_782_864_000)
    assert [desk.server.read(request).id for request in desk.server.requests] == [77, 77]
    assert await desk.seen(ALICE) == ["已记下"]


async def test_pushes_of_many_followers_go_side_by_side(desk: Desk) -> None:
    desk.server.delay = 0.05
    openids = (await desk.order("followers", count=40))["openids"]
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(desk.write(openid) for openid in openids))
    assert loop.time() - began < 40 * 0.05
    assert len(desk.server.requests) == 40


async def test_user_text_can_not_break_out_of_the_xml(desk: Desk) -> None:
    text = "a]]></Content><MsgType>event</MsgType><![CDATA[\x00\x0b&<b>"
    await desk.write(BOB, text)
    message = desk.server.read(desk.server.requests[0])
    assert (message.type, message.content) == ("text", "a]]></Content><MsgType>event</MsgType><![CDATA[&<b>")
