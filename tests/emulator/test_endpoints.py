"""The smaller APIs: followers, menu, addresses, callback check."""

from typing import Any

import pytest

from tests.emulator.desk import ALICE, BOB, Desk


async def test_user_info_has_no_name_and_no_picture(desk: Desk) -> None:
    await desk.follow(ALICE)
    info = await desk.get("user/info", openid=ALICE, lang="zh_CN")
    assert (info["subscribe"], info["openid"], info["subscribe_time"]) == (1, ALICE, 1_782_864_000)
    assert not {"nickname", "headimgurl", "sex", "city"} & set(info)
    await desk.event(ALICE, "unsubscribe")
    info = await desk.get("user/info", openid=ALICE)
    assert (info["subscribe"], "subscribe_time" in info) == (0, False)
    assert (await desk.get("user/info", openid=BOB))["errcode"] == 40003
    assert (await desk.get("user/info"))["errcode"] == 41009


async def test_user_get_turns_pages_in_the_order_of_following(desk: Desk) -> None:
    openids = (await desk.order("followers", count=7))["openids"]
    await desk.order("settings", page_size=3)
    await desk.event(openids[0], "unsubscribe")
    await desk.event(openids[1], "unsubscribe")
    await desk.event(openids[1], "subscribe")
    pages, after = [], ""
    while True:
        page = await desk.get("user/get", next_openid=after)
        assert page["total"] == 6
        if not page["count"]:
            break
        pages.append(page["data"]["openid"])
        after = page["next_openid"]
    assert pages == [openids[2:5], [openids[5], openids[6], openids[1]]]
    assert page == {"total": 6, "count": 0, "next_openid": ""}
    assert (await desk.get("user/get", next_openid="oNOBODY"))["errcode"] == 40003


@pytest.mark.parametrize("kind", ["subscription", "service"])
async def test_an_unverified_account_sees_no_followers(desk: Desk, kind: str) -> None:
    await desk.order("account", kind=kind)
    assert (await desk.get("user/get"))["errcode"] == 48001
    assert (await desk.get("user/info", openid=ALICE))["errcode"] == 48001


CLICK = {"type": "click", "name": "打卡", "key": "CHECKIN"}
MENU = {
    "button": [CLICK, {"name": "我的", "sub_button": [{"type": "view", "name": "书单", "url": "http://127.0.0.1/"}]}]
}


async def test_a_menu_is_published_read_and_taken_away(desk: Desk) -> None:
    assert (await desk.get("menu/get"))["errcode"] == 46003
    assert await desk.post("menu/create", MENU) == {"errcode": 0, "errmsg": "ok"}
    menu = (await desk.get("menu/get"))["menu"]
    assert menu["button"] == MENU["button"]
    assert menu["menuid"]
    assert (await desk.get("menu/delete"))["errcode"] == 0
    assert (await desk.get("menu/get"))["errcode"] == 46003


def sub(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"button": [{"name": "我的", "sub_button": list(buttons)}]}


@pytest.mark.parametrize(
    ("menu", "errcode"),
    [
        ({"button": []}, 40016),
        ({"button": [CLICK] * 4}, 40016),
        ({"button": [CLICK | {"type": "jump"}]}, 40017),
        ({"button": [CLICK | {"name": "一二三四五六"}]}, 40018),
        ({"button": [CLICK | {"key": ""}]}, 40019),
        ({"button": [CLICK | {"key": "K" * 129}]}, 40019),
        ({"button": [{"type": "view", "name": "书单", "url": "http://127.0.0.1/" + "a" * 1024}]}, 40020),
        (sub(*[CLICK] * 6), 40023),
        (sub(CLICK | {"name": "长" * 21}), 40025),
        (sub(CLICK | {"key": ""}), 40026),
        (sub({"type": "view", "name": "书单"}), 40027),
        ({"button": [{"type": "article_id", "name": "文章"}]}, 40007),
    ],
)
async def test_a_wrong_menu_is_refused_by_name(desk: Desk, menu: dict[str, Any], errcode: int) -> None:
    assert (await desk.post("menu/create", menu))["errcode"] == errcode
    assert (await desk.get("menu/get"))["errcode"] == 46003


async def test_a_menu_wants_real_characters(desk: Desk) -> None:
    body = rb'{"button":[{"type":"click","name":"\u6253\u5361","key":"K"}]}'
    assert (await desk.post("menu/create", content=body))["errcode"] == 40033


async def test_whether_an_unverified_service_account_has_menus_is_a_setting(desk: Desk) -> None:
    await desk.order("account", kind="service")
    assert (await desk.post("menu/create", MENU))["errcode"] == 48001
    await desk.order("settings", service_menu=True)
    assert (await desk.post("menu/create", MENU))["errcode"] == 0


async def test_every_account_is_told_the_addresses(desk: Desk) -> None:
    await desk.order("account", kind="subscription")
    assert (await desk.get("getcallbackip"))["ip_list"]
    assert (await desk.get("get_api_domain_ip"))["ip_list"]


async def test_the_callback_is_checked(desk: Desk) -> None:
    await desk.order("account", webhook="http://203.0.113.9/wechat")
    answer = await desk.post("callback/check", {"action": "all", "check_operator": "DEFAULT"})
    assert answer["dns"][0]["ip"] == answer["ping"][0]["ip"] == "203.0.113.9"
    assert set(await desk.post("callback/check", {"action": "dns", "check_operator": "UNICOM"})) == {"dns"}
    assert (await desk.post("callback/check", {"action": "no", "check_operator": "DEFAULT"}))["errcode"] == 40202
    assert (await desk.post("callback/check", {"action": "all", "check_operator": "X"}))["errcode"] == 40203
