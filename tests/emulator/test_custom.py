"""Customer-service messages: who may send, to whom, when, how often, and what."""

import pytest

from tests.emulator.desk import ALICE, BOB, Desk

HOUR = 3600


async def test_a_message_arrives_on_the_phone(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    assert await desk.send(ALICE, "早上好") == 0
    item = (await desk.phone(ALICE))[0]
    assert (item["from"], item["route"], item["type"], item["content"]) == ("account", "custom", "text", "早上好")


async def test_the_answer_is_ok_and_nothing_else(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    body = {"touser": ALICE, "msgtype": "text", "text": {"content": "好"}}
    assert await desk.post("message/custom/send", body) == {"errcode": 0, "errmsg": "ok"}


async def test_a_message_opens_five_for_48_hours(desk: Desk) -> None:
    await desk.write(ALICE)
    assert [await desk.send(ALICE, str(n)) for n in range(6)] == [0, 0, 0, 0, 0, 45047]
    await desk.write(ALICE)
    await desk.order("clock", advance_seconds=48 * HOUR - 1)
    assert await desk.send(ALICE) == 0
    await desk.order("clock", advance_seconds=1)
    assert await desk.send(ALICE) == 45015


@pytest.mark.parametrize("event", ["subscribe", "CLICK", "SCAN", "scancode_push", "scancode_waitmsg"])
async def test_these_events_open_three_for_a_minute(desk: Desk, event: str) -> None:
    await desk.follow(ALICE)
    await desk.event(ALICE, event, EventKey="K")
    assert [await desk.send(ALICE, str(n)) for n in range(4)] == [0, 0, 0, 45047]
    await desk.event(ALICE, event, EventKey="K")
    await desk.order("clock", advance_seconds=60)
    assert await desk.send(ALICE) == 45015


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "view_miniprogram", "pic_weixin"])
async def test_other_events_open_nothing(desk: Desk, event: str) -> None:
    await desk.follow(ALICE)
    await desk.event(ALICE, event, EventKey="K")
    assert await desk.send(ALICE) == 45015


async def test_a_tap_on_a_menu_option_counts_as_a_click(desk: Desk) -> None:
    await desk.write(ALICE, "已打卡", bizmsgmenuid="101")
    assert [await desk.send(ALICE, str(n)) for n in range(4)] == [0, 0, 0, 45047]


async def test_triggers_combine_to_the_larger_and_the_longer(desk: Desk) -> None:
    await desk.write(ALICE)
    assert [await desk.send(ALICE, str(n)) for n in range(4)] == [0, 0, 0, 0]
    await desk.event(ALICE, "CLICK", EventKey="K")
    await desk.order("clock", advance_seconds=HOUR)
    assert [await desk.send(ALICE, f"later {n}") for n in range(4)] == [0, 0, 0, 45047]


async def test_by_the_other_reading_the_latest_trigger_counts_alone(desk: Desk) -> None:
    await desk.order("settings", window_rule="reset")
    await desk.write(ALICE)
    await desk.event(ALICE, "CLICK", EventKey="K")
    assert [await desk.send(ALICE, str(n)) for n in range(4)] == [0, 0, 0, 45047]
    await desk.write(ALICE)
    await desk.event(ALICE, "CLICK", EventKey="K")
    await desk.order("clock", advance_seconds=60)
    assert await desk.send(ALICE) == 45015


async def test_passive_replies_spend_nothing(desk: Desk) -> None:
    desk.server.says("好")
    await desk.event(ALICE, "CLICK", EventKey="K")
    assert [await desk.send(ALICE, str(n)) for n in range(4)] == [0, 0, 0, 45047]


async def test_a_refused_message_spends_nothing(desk: Desk) -> None:
    await desk.event(ALICE, "CLICK", EventKey="K")
    assert await desk.send(ALICE, "学" * 683) == 45002
    assert await desk.send(ALICE, "") == 44004
    assert [await desk.send(ALICE, str(n)) for n in range(4)] == [0, 0, 0, 45047]


@pytest.mark.parametrize(("state", "errcode"), [("blocked", 48002), ("frozen", 50002), ("unfollowed", 45015)])
async def test_the_state_of_the_follower_decides(desk: Desk, state: str, errcode: int) -> None:
    await desk.follow(ALICE, window_open=True)
    response = await desk.http.patch(f"/_/followers/{ALICE}", json={"state": state})
    assert response.json()["state"] == state
    assert await desk.send(ALICE) == errcode


async def test_the_code_for_somebody_who_left_is_a_setting(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    await desk.event(ALICE, "unsubscribe")
    await desk.order("settings", unfollowed_errcode=43004)
    assert await desk.send(ALICE) == 43004


async def test_coming_back_opens_a_new_window_only(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    await desk.event(ALICE, "unsubscribe")
    assert await desk.send(ALICE) == 45015
    await desk.event(ALICE, "subscribe")
    assert [await desk.send(ALICE, str(n)) for n in range(4)] == [0, 0, 0, 45047]


async def test_a_stranger_is_no_openid(desk: Desk) -> None:
    assert await desk.send(BOB) == 40003


@pytest.mark.parametrize("kind", ["subscription", "service"])
async def test_an_unverified_account_may_not(desk: Desk, kind: str) -> None:
    await desk.follow(ALICE, window_open=True)
    await desk.order("account", kind=kind)
    assert await desk.send(ALICE) == 48001
    assert (await desk.post("message/custom/typing", {"touser": ALICE, "command": "Typing"}))["errcode"] == 48001


@pytest.mark.parametrize("kind", ["verified-subscription", "verified-service", "test"])
async def test_a_verified_account_may(desk: Desk, kind: str) -> None:
    await desk.follow(ALICE, window_open=True)
    await desk.order("account", kind=kind)
    assert await desk.send(ALICE) == 0


MENU = {"head_content": "今天完成了吗？", "list": [{"id": "1", "content": "已打卡"}], "tail_content": "点选即可"}


@pytest.mark.parametrize(
    ("msgtype", "payload", "content"),
    [
        ("image", {"media_id": "EMULATED_IMAGE"}, "[图片]"),
        ("voice", {"media_id": "EMULATED_VOICE"}, "[语音]"),
        ("video", {"media_id": "EMULATED_VIDEO", "title": "视频课"}, "视频课"),
        ("music", {"thumb_media_id": "EMULATED_THUMB", "title": "歌"}, "歌"),
        ("news", {"articles": [{"title": "今日主题"}]}, "今日主题"),
        ("mpnewsarticle", {"article_id": "A"}, "[图文]"),
        ("msgmenu", MENU, "今天完成了吗？\n已打卡\n点选即可"),
        ("wxcard", {"card_id": "C"}, "[卡券]"),
        ("miniprogrampage", {"thumb_media_id": "EMULATED_THUMB", "title": "页"}, "页"),
    ],
)
async def test_every_type_arrives(desk: Desk, msgtype: str, payload: dict[str, object], content: str) -> None:
    await desk.follow(ALICE, window_open=True)
    answer = await desk.post("message/custom/send", {"touser": ALICE, "msgtype": msgtype, msgtype: payload})
    assert answer["errcode"] == 0
    item = (await desk.phone(ALICE))[0]
    assert (item["type"], item["content"], item["fields"]) == (msgtype, content, payload)


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": "好"}}, 40003),
        ({"touser": ALICE, "text": {"content": "好"}}, 40008),
        ({"touser": ALICE, "msgtype": "sticker"}, 40008),
        ({"touser": ALICE, "msgtype": ["text"]}, 40008),
        ({"touser": ALICE, "msgtype": "link", "link": {}}, 48008),
        ({"touser": ALICE, "msgtype": "text"}, 44004),
        ({"touser": ALICE, "msgtype": "text", "text": {"content": 7}}, 44004),
        ({"touser": ALICE, "msgtype": "image", "image": {}}, 40007),
        ({"touser": ALICE, "msgtype": "news", "news": {"articles": []}}, 44003),
        ({"touser": ALICE, "msgtype": "news", "news": {"articles": [{"title": "1"}, {"title": "2"}]}}, 45008),
        ({"touser": ALICE, "msgtype": "msgmenu", "msgmenu": {"list": []}}, 44005),
        ({"touser": ALICE, "msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1"}]}}, 40097),
        ({"touser": ALICE, "msgtype": "mpnewsarticle", "mpnewsarticle": {}}, 53600),
    ],
)
async def test_a_wrong_body_is_refused_by_name(desk: Desk, body: dict[str, object], errcode: int) -> None:
    await desk.follow(ALICE, window_open=True)
    answer = await desk.post("message/custom/send", body)
    assert answer["errcode"] == errcode
    assert await desk.phone(ALICE) == []


async def test_a_test_account_has_no_menus_in_the_chat(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    await desk.order("account", kind="test")
    answer = await desk.post("message/custom/send", {"touser": ALICE, "msgtype": "msgmenu", "msgmenu": MENU})
    assert answer["errcode"] == 40200


async def test_escaped_characters_are_shown_as_they_stand(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    body = rb'{"touser":"%s","msgtype":"text","text":{"content":"\u65e9 \\u65e9 \u0007\n"}}' % ALICE.encode()
    assert (await desk.post("message/custom/send", content=body))["errcode"] == 0
    assert await desk.seen(ALICE) == ["\\u65e9 \\u65e9 \x07\n"]


async def test_typing_needs_a_talk_and_lasts_a_while(desk: Desk) -> None:
    async def typing(openid: str, command: str = "Typing") -> int:
        return int((await desk.post("message/custom/typing", {"touser": openid, "command": command}))["errcode"])

    await desk.follow(BOB)
    await desk.write(ALICE)
    assert [await typing(BOB), await typing("oNOBODY"), await typing(ALICE, "Dance")] == [45080, 40003, 45072]
    assert [await typing(ALICE), await typing(ALICE)] == [0, 45081]
    assert [await typing(ALICE, "CancelTyping"), await typing(ALICE)] == [0, 0]
    await desk.order("clock", advance_seconds=16)
    assert await typing(ALICE) == 0
    await desk.order("clock", advance_seconds=16)
    assert await typing(ALICE) == 45080
    await desk.event(ALICE, "unsubscribe")
    assert await typing(ALICE) == 43004
