"""QR codes with a scene: made, shown, scanned by a stranger and by a follower, and over."""

from typing import Any

import pytest

from tests.emulator.desk import ALICE, Desk


async def made(desk: Desk, **more: Any) -> Any:
    scene = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "branch_07"}}, "expire_seconds": 600}
    return await desk.post("qrcode/create", {**scene, **more})


async def test_a_stranger_scans_follows_and_the_account_knows_by_which_code(desk: Desk) -> None:
    code = await made(desk)
    assert code["expire_seconds"] == 600
    await desk.order("scan", openid=ALICE, ticket=code["ticket"])
    pushed = desk.server.read(desk.server.requests[0])
    assert (pushed.event, pushed.scene_id, pushed.ticket) == ("subscribe_scan", "branch_07", code["ticket"])
    info = await desk.get("user/info", openid=ALICE)
    assert (info["subscribe_scene"], info["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "branch_07")


async def test_a_follower_scans_and_the_key_has_no_prefix(desk: Desk) -> None:
    await desk.follow(ALICE)
    body = {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 7}}}
    code = await made(desk, **body)
    assert "expire_seconds" not in code
    await desk.order("scan", openid=ALICE, ticket=code["ticket"])
    pushed = desk.server.read(desk.server.requests[0])._data
    assert (pushed["Event"], pushed["EventKey"]) == ("SCAN", "7")
    assert await desk.send(ALICE) == 0


async def test_the_picture_shows_an_address_that_opens(desk: Desk) -> None:
    code = await made(desk)
    picture = await desk.http.get("/cgi-bin/showqrcode", params={"ticket": code["ticket"]})
    assert (picture.status_code, picture.content[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    path = code["url"].removeprefix(desk.base)
    assert "branch_07" in (await desk.http.get(path)).text
    assert (await desk.http.get("/cgi-bin/showqrcode", params={"ticket": "nothing"})).status_code == 404


async def test_a_temporary_code_ends(desk: Desk) -> None:
    code = await made(desk)
    await desk.order("clock", advance_seconds=600)
    assert "valid" in await desk.refused("scan", {"openid": ALICE, "ticket": code["ticket"]})
    assert (await desk.http.get("/cgi-bin/showqrcode", params={"ticket": code["ticket"]})).status_code == 404


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"action_name": "QR_SOMETHING"}, 40052),
        ({"expire_seconds": 2_592_001}, 40053),
        ({"action_info": {"scene": {"scene_str": "长" * 65}}}, 40053),
        ({"action_info": {}}, 40053),
        ({"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}}, 40053),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}}, 40053),
    ],
)
async def test_what_a_code_cannot_be_is_refused(desk: Desk, change: dict[str, Any], errcode: int) -> None:
    assert (await made(desk, **change))["errcode"] == errcode


async def test_only_a_service_account_makes_codes(desk: Desk) -> None:
    await desk.order("account", kind="verified-subscription")
    assert (await made(desk))["errcode"] == 48001
