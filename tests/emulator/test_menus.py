"""The menu that a follower sees, and what a tap on it tells the account's server."""

from typing import Any

import pytest

from tests.emulator.desk import ALICE, BOB, Desk
from tests.emulator.test_articles import draft
from tests.emulator.test_users import tag

URL = "https://study.example.org/books"


def click(name: str = "打卡", key: str = "打卡") -> dict[str, Any]:
    return {"type": "click", "name": name, "key": key}


async def create(desk: Desk, *buttons: dict[str, Any]) -> int:
    return int((await desk.post("menu/create", {"button": list(buttons)}))["errcode"])


async def seen(desk: Desk, openid: str = ALICE, **query: str) -> list[str]:
    menu = (await desk.http.get("/_/menu", params={"openid": openid, **query})).json()
    return [button["name"] for button in menu.get("button", [])]


async def tapped(desk: Desk, button: list[int], **more: Any) -> dict[str, Any]:
    await desk.order("tap", openid=ALICE, button=button, **more)
    event: dict[str, Any] = desk.server.read(desk.server.requests[-1])._data
    return event


async def test_a_conditional_menu_is_for_a_tag_or_a_kind_of_phone(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    first = await tag(desk)
    rule = {"button": [click("组长")], "matchrule": {"tag_id": str(first)}}
    assert (await desk.post("menu/addconditional", rule))["errcode"] == 65303
    await create(desk, click())
    id = (await desk.post("menu/addconditional", rule))["menuid"]
    await desk.post("tags/members/batchtagging", {"openid_list": [ALICE], "tagid": first})
    assert (await seen(desk), await seen(desk, BOB)) == (["组长"], ["打卡"])
    assert (await desk.post("menu/trymatch", {"user_id": ALICE}))["button"][0]["name"] == "组长"
    assert (await desk.get("menu/get"))["conditionalmenu"][0]["menuid"] == id
    phones = {"button": [click("苹果")], "matchrule": {"client_platform_type": "1"}}
    await desk.post("menu/addconditional", phones)
    assert (await seen(desk, BOB, phone="1"), await seen(desk, BOB, phone="2")) == (["苹果"], ["打卡"])
    assert (await desk.post("menu/delconditional", {"menuid": id}))["errcode"] == 0
    assert (await desk.post("menu/delconditional", {"menuid": id}))["errcode"] == 65301
    await desk.get("menu/delete")
    assert await seen(desk, BOB, phone="1") == []


@pytest.mark.parametrize(
    ("rule", "errcode"),
    [({}, 65304), ({"sex": "1"}, 65304), ({"client_platform_type": "9"}, 65304), ({"tag_id": 7}, 40152)],
)
async def test_a_rule_that_says_nothing_is_refused(desk: Desk, rule: dict[str, Any], errcode: int) -> None:
    await create(desk, click())
    answer = await desk.post("menu/addconditional", {"button": [click()], "matchrule": rule})
    assert answer["errcode"] == errcode


async def test_every_account_sees_what_is_published_even_from_the_console(desk: Desk) -> None:
    await desk.order("account", kind="subscription")
    assert await desk.get("get_current_selfmenu_info") == {"is_menu_open": 0, "selfmenu_info": {"button": []}}
    await desk.order("menu", button=[{"type": "text", "name": "说明", "value": "写「帮助」"}])
    info = await desk.get("get_current_selfmenu_info")
    assert (info["is_menu_open"], info["selfmenu_info"]["button"][0]["name"]) == (1, "说明")
    assert (await desk.get("menu/get"))["errcode"] == 48001
    assert await seen(desk) == ["说明"]


async def test_sub_buttons_are_listed_as_the_console_does(desk: Desk) -> None:
    await create(desk, {"name": "我的", "sub_button": [click()]})
    button = (await desk.get("get_current_selfmenu_info"))["selfmenu_info"]["button"][0]
    assert button == {"name": "我的", "sub_button": {"list": [click()]}}


@pytest.mark.parametrize(("button", "errcode"), [("top", 40055), ("sub", 40054)])
async def test_an_address_without_http_is_refused(desk: Desk, button: str, errcode: int) -> None:
    view = {"type": "view", "name": "书单", "url": "study.example.org"}
    assert await create(desk, view if button == "top" else {"name": "我的", "sub_button": [view]}) == errcode


async def test_a_tap_sends_what_its_button_is(desk: Desk) -> None:
    await desk.follow(ALICE)
    view = {"type": "view", "name": "书单", "url": URL}
    program = {"type": "miniprogram", "name": "课", "url": URL, "appid": "wx1", "pagepath": "pages/c"}
    await create(desk, click(), {"name": "更多", "sub_button": [view, program]})
    event = await tapped(desk, [0])
    assert (event["Event"], event["EventKey"]) == ("CLICK", "打卡")
    assert await desk.send(ALICE) == 0
    event = await tapped(desk, [1, 0])
    assert (event["Event"], event["EventKey"], event["MenuId"].isdecimal()) == ("VIEW", URL, True)
    event = await tapped(desk, [1, 1])
    assert (event["Event"], event["EventKey"]) == ("view_miniprogram", "pages/c")


@pytest.mark.parametrize("type", ["scancode_push", "scancode_waitmsg"])
async def test_a_scanning_button_tells_what_it_read(desk: Desk, type: str) -> None:
    await desk.follow(ALICE)
    await create(desk, {"type": type, "name": "扫", "key": "S"})
    event = await tapped(desk, [0], scanned="第三章")
    assert (event["Event"], event["EventKey"]) == (type, "S")
    assert event["ScanCodeInfo"] == {"ScanType": "qrcode", "ScanResult": "第三章"}


@pytest.mark.parametrize("type", ["pic_sysphoto", "pic_photo_or_album", "pic_weixin"])
async def test_pictures_follow_the_event_that_announces_them(desk: Desk, type: str) -> None:
    await desk.follow(ALICE)
    await create(desk, {"type": type, "name": "照", "key": "P"})
    assert (await tapped(desk, [0], pictures=2))["MsgType"] == "image"
    pushed = [desk.server.read(request)._data for request in desk.server.requests]
    assert [message["MsgType"] for message in pushed] == ["event", "image", "image"]
    assert (pushed[0]["SendPicsInfo"]["Count"], len(pushed[0]["SendPicsInfo"]["PicList"]["item"])) == ("2", 2)


async def test_a_place_follows_the_event_that_announces_it(desk: Desk) -> None:
    await desk.follow(ALICE)
    await create(desk, {"type": "location_select", "name": "签到", "key": "L"})
    assert (await tapped(desk, [0]))["MsgType"] == "location"
    event = desk.server.read(desk.server.requests[0])._data
    assert event["SendLocationInfo"]["Label"] == "北京市东城区"


async def test_a_button_of_an_article_tells_the_server_nothing(desk: Desk) -> None:
    await desk.follow(ALICE)
    await create(desk, {"type": "article_id", "name": "文章", "article_id": "A"})
    assert (await desk.order("tap", openid=ALICE, button=[0]))["attempts"] == 0
    assert desk.server.requests == []
    assert [(item["type"], item["content"]) for item in await desk.phone(ALICE)] == [("notice", "文章")]


async def test_a_button_of_a_material_shows_it_and_is_no_message_of_the_account(desk: Desk) -> None:
    await desk.follow(ALICE)
    await create(
        desk,
        {"type": "media_id", "name": "图", "media_id": "EMULATED_IMAGE"},
        {"type": "media_id", "name": "课", "media_id": await draft(desk, "第一课")},
    )
    for button in ([0], [0], [1]):
        await desk.order("tap", openid=ALICE, button=button)
    picture, again, article = await desk.phone(ALICE)
    assert (picture["type"], picture["fields"]["media_id"]) == ("image", "EMULATED_IMAGE")
    assert again["fields"] == picture["fields"]
    assert (article["type"], article["content"]) == ("mpnews", "第一课")
    assert article["fields"]["articles"][0]["picurl"].endswith("/_/media/EMULATED_IMAGE")
    stats = (await desk.http.get("/_/stats")).json()
    assert (stats["messages"], stats["duplicates"]) == ({}, 0)


async def test_a_text_made_in_the_console_is_shown(desk: Desk) -> None:
    await desk.follow(ALICE)
    await desk.order("menu", button=[{"type": "text", "name": "说明", "value": "写「帮助」"}])
    await desk.order("tap", openid=ALICE, button=[0])
    assert (await desk.seen(ALICE), desk.server.requests) == (["写「帮助」"], [])


async def test_what_is_no_button_cannot_be_tapped(desk: Desk) -> None:
    await desk.follow(ALICE)
    await create(desk, {"name": "更多", "sub_button": [click()]})
    assert "no place" in await desk.refused("tap", {"openid": ALICE, "button": [1]})
    assert "opens" in await desk.refused("tap", {"openid": ALICE, "button": [0]})
