"""Followers as the account sees them: fields, remarks, tags, the blacklist."""

from typing import Any

import pytest

from tests.emulator.desk import ALICE, BOB, Desk


async def tag(desk: Desk, name: str = "第一小组") -> int:
    return int((await desk.post("tags/create", {"tag": {"name": name}}))["tag"]["id"])


async def code(desk: Desk, path: str, body: dict[str, Any]) -> int:
    return int((await desk.post(path, body)).get("errcode", 0))


async def test_a_follower_has_no_name_but_a_remark_tags_and_a_way_in(desk: Desk) -> None:
    await desk.follow(ALICE)
    first = await tag(desk)
    await desk.post("user/info/updateremark", {"openid": ALICE, "remark": "组长"})
    await desk.post("tags/members/batchtagging", {"openid_list": [ALICE], "tagid": first})
    info = await desk.get("user/info", openid=ALICE, lang="zh_CN")
    assert (info["remark"], info["tagid_list"], info["groupid"]) == ("组长", [first], first)
    assert (info["subscribe_scene"], info["qr_scene"], info["qr_scene_str"]) == ("ADD_SCENE_SEARCH", 0, "")
    assert not {"nickname", "headimgurl", "sex", "city"} & info.keys()


async def test_many_are_asked_for_at_once_but_not_more_than_a_hundred(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    asked = [{"openid": openid, "lang": "zh_CN"} for openid in (ALICE, BOB)]
    found = (await desk.post("user/info/batchget", {"user_list": asked}))["user_info_list"]
    assert [user["openid"] for user in found] == [ALICE, BOB]
    assert await code(desk, "user/info/batchget", {"user_list": asked * 51}) == 40032
    assert await code(desk, "user/info/batchget", {"user_list": [{"openid": "nobody"}]}) == 40003


async def test_a_remark_has_less_than_thirty_bytes(desk: Desk) -> None:
    await desk.follow(ALICE)
    assert await code(desk, "user/info/updateremark", {"openid": ALICE, "remark": "长" * 10}) == 40035
    assert await code(desk, "user/info/updateremark", {"openid": BOB, "remark": "好"}) == 40003


async def test_a_tag_is_made_renamed_counted_and_deleted(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    first = await tag(desk)
    assert await code(desk, "tags/members/batchtagging", {"openid_list": [ALICE, BOB], "tagid": first}) == 0
    assert await code(desk, "tags/update", {"tag": {"id": first, "name": "第二小组"}}) == 0
    listed = {item["id"]: (item["name"], item["count"]) for item in (await desk.get("tags/get"))["tags"]}
    assert listed == {1: ("黑名单", 0), 2: ("星标组", 0), first: ("第二小组", 2)}
    carriers = await desk.post("user/tag/get", {"tagid": first, "next_openid": ""})
    assert (carriers["count"], carriers["data"]["openid"]) == (2, [ALICE, BOB])
    after = await desk.post("user/tag/get", {"tagid": first, "next_openid": BOB})
    assert (after["count"], "data" in after, after["next_openid"]) == (0, False, "")
    assert await code(desk, "tags/members/batchuntagging", {"openid_list": [ALICE], "tagid": first}) == 0
    assert (await desk.post("tags/getidlist", {"openid": BOB}))["tagid_list"] == [first]
    assert await code(desk, "tags/delete", {"tag": {"id": first}}) == 0
    assert (await desk.post("tags/getidlist", {"openid": BOB}))["tagid_list"] == []


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("tags/create", {"tag": {"name": "同名"}}, 45157),
        ("tags/create", {"tag": {"name": "长" * 31}}, 45158),
        ("tags/update", {"tag": {"id": 2, "name": "星"}}, 45058),
        ("tags/delete", {"tag": {"id": 999}}, 45159),
        ("tags/members/batchtagging", {"openid_list": ["nobody"], "tagid": 100}, 49003),
        ("tags/members/batchtagging", {"openid_list": [ALICE] * 51, "tagid": 100}, 40032),
        ("tags/members/batchtagging", {"openid_list": [], "tagid": 100}, 40031),
        ("tags/members/batchblacklist", {"openid_list": [ALICE] * 21}, 40032),
        ("tags/getidlist", {"openid": "nobody"}, 40003),
    ],
)
async def test_what_tags_cannot_be_is_refused(desk: Desk, path: str, body: dict[str, Any], errcode: int) -> None:
    await desk.follow(ALICE)
    await tag(desk, "同名")
    assert await code(desk, path, body) == errcode


async def test_an_account_has_a_hundred_tags_and_a_follower_twenty(desk: Desk) -> None:
    await desk.follow(ALICE)
    tags = [await tag(desk, f"标签{number}") for number in range(100)]
    assert await code(desk, "tags/create", {"tag": {"name": "多了"}}) == 45056
    for number in tags[:20]:
        assert await code(desk, "tags/members/batchtagging", {"openid_list": [ALICE], "tagid": number}) == 0
    assert await code(desk, "tags/members/batchtagging", {"openid_list": [ALICE], "tagid": tags[20]}) == 45059
    assert await code(desk, "tags/members/batchtagging", {"openid_list": [ALICE], "tagid": tags[0]}) == 0


async def test_whoever_is_on_the_blacklist_is_neither_heard_nor_written_to(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    assert await code(desk, "tags/members/batchblacklist", {"openid_list": [ALICE]}) == 0
    assert (await desk.post("tags/members/getblacklist", {"begin_openid": ""}))["data"]["openid"] == [ALICE]
    assert (await desk.write(ALICE, "在吗"))["attempts"] == 0
    assert desk.server.requests == []
    assert await desk.send(ALICE) == 43019
    assert await code(desk, "tags/members/batchunblacklist", {"openid_list": [ALICE]}) == 0
    assert (await desk.write(ALICE, "在吗"))["attempts"] == 1
    assert await desk.send(ALICE) == 0


async def test_openids_change_when_an_account_moves(desk: Desk) -> None:
    await desk.follow(ALICE)
    body = {"from_appid": "wxold", "openid_list": [ALICE, BOB]}
    changed = (await desk.post("changeopenid", body))["result_list"]
    assert (changed[0]["ori_openid"], len(changed[0]["new_openid"]), changed[0]["err_msg"]) == (ALICE, 28, "ok")
    assert changed[1]["err_msg"] == "ori_openid error"


@pytest.mark.parametrize("kind", ["subscription", "service"])
async def test_an_unverified_account_sees_nobody(desk: Desk, kind: str) -> None:
    await desk.order("account", kind=kind)
    for path in ("user/get", "user/info", "tags/get"):
        assert (await desk.get(path, openid=ALICE))["errcode"] == 48001
