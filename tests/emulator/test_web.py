"""Web authorisation: a page learns who opened it. And the JS-SDK's ticket."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.emulator.desk import ALICE, Desk

ASKED = {
    "appid": "wx0123456789abcdef", "redirect_uri": "https://study.example.org/m/?x=1", "response_type": "code",
    "scope": "snsapi_base", "state": "abc123", "openid": ALICE,
}  # fmt: skip
ACCOUNT = {"appid": "wx0123456789abcdef", "secret": "0123456789abcdef0123456789abcdef"}


async def opened(desk: Desk, **more: str) -> Any:
    return await desk.http.get("/connect/oauth2/authorize", params=ASKED | more)


async def code(desk: Desk, **more: str) -> str:
    back = str((await opened(desk, **more)).headers["location"])
    return dict(parse_qsl(urlsplit(back).query))["code"]


async def exchanged(desk: Desk, given: str, **more: str) -> Any:
    query = {**ACCOUNT, "code": given, "grant_type": "authorization_code", **more}
    return (await desk.http.get("/sns/oauth2/access_token", params=query)).json()


async def asked(desk: Desk, path: str, token: str, openid: str = ALICE) -> Any:
    return (await desk.http.get(path, params={"access_token": token, "openid": openid})).json()


async def test_the_base_scope_goes_straight_back_with_a_code(desk: Desk) -> None:
    back = urlsplit((await opened(desk)).headers["location"])
    query = dict(parse_qsl(back.query))
    assert (back.netloc, query["x"], query["state"]) == ("study.example.org", "1", "abc123")
    granted = await exchanged(desk, query["code"])
    assert (granted["openid"], granted["scope"], granted["expires_in"]) == (ALICE, "snsapi_base", 7200)
    assert await asked(desk, "/sns/auth", granted["access_token"]) == {"errcode": 0, "errmsg": "ok"}
    assert (await asked(desk, "/sns/userinfo", granted["access_token"]))["errcode"] == 48001
    assert (await desk.http.get("/cgi-bin/user/get", params={"access_token": granted["access_token"]})).json()[
        "errcode"
    ]


async def test_the_other_scope_asks_first_and_tells_no_sex_or_place(desk: Desk) -> None:
    assert "允许" in (await opened(desk, scope="snsapi_userinfo")).text
    assert (await opened(desk, scope="snsapi_userinfo", answer="no")).status_code == 200
    granted = await exchanged(desk, await code(desk, scope="snsapi_userinfo", answer="yes"))
    user = await asked(desk, "/sns/userinfo", granted["access_token"])
    assert (user["openid"], user["sex"], user["city"]) == (ALICE, 0, "")


async def test_without_a_name_the_page_asks_who_is_there(desk: Desk) -> None:
    await desk.follow(ALICE)
    page = await opened(desk, openid="")
    assert (page.status_code, ALICE in page.text) == (200, True)


async def test_the_phone_that_opened_the_page_says_so_in_a_cookie(desk: Desk) -> None:
    """The account's pages lead on to the platform's without knowing anybody's openid."""
    page = await desk.http.get(
        "/connect/oauth2/authorize", params=ASKED | {"openid": ""}, headers={"cookie": f"a=b; phone={ALICE}"}
    )
    granted = await exchanged(desk, dict(parse_qsl(urlsplit(page.headers["location"]).query))["code"])
    assert granted["openid"] == ALICE
    stranger = await desk.http.get(
        "/connect/oauth2/authorize", params=ASKED | {"openid": ""}, headers={"cookie": "phone=<b>"}
    )
    assert stranger.status_code == 200


async def test_a_code_is_good_once_and_for_five_minutes(desk: Desk) -> None:
    first, second = await code(desk), await code(desk)
    await exchanged(desk, first)
    assert (await exchanged(desk, first))["errcode"] == 40163
    await desk.order("clock", advance_seconds=300)
    assert (await exchanged(desk, second))["errcode"] == 42003


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": "wx1"}, 40013),
        ({"appid": ""}, 41002),
        ({"secret": "wrong"}, 40125),
        ({"secret": ""}, 41004),
        ({"grant_type": "x"}, 40002),
        ({"code": ""}, 41008),
        ({"code": "nothing"}, 40029),
    ],
)
async def test_a_wrong_exchange_is_refused(desk: Desk, change: dict[str, str], errcode: int) -> None:
    assert (await exchanged(desk, await code(desk), **change))["errcode"] == errcode


async def test_a_token_is_renewed_for_thirty_days(desk: Desk) -> None:
    granted = await exchanged(desk, await code(desk))
    await desk.order("clock", advance_seconds=7200)
    assert (await asked(desk, "/sns/auth", granted["access_token"]))["errcode"] == 42001
    query = {"appid": ACCOUNT["appid"], "grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    renewed = (await desk.http.get("/sns/oauth2/refresh_token", params=query)).json()
    assert (await asked(desk, "/sns/auth", renewed["access_token"]))["errcode"] == 0
    await desk.order("clock", advance_seconds=30 * 86400)
    assert (await desk.http.get("/sns/oauth2/refresh_token", params=query)).json()["errcode"] == 42002
    wrong = {**query, "refresh_token": "nothing"}
    assert (await desk.http.get("/sns/oauth2/refresh_token", params=wrong)).json()["errcode"] == 40030
    assert (await asked(desk, "/sns/auth", renewed["access_token"], "oOTHER"))["errcode"] == 42001


@pytest.mark.parametrize(
    "change",
    [
        {"appid": "wx1"},
        {"redirect_uri": "x"},
        {"response_type": "token"},
        {"scope": "x"},
        {"state": "a b"},
        {"state": "a" * 129},
    ],
)
async def test_a_page_that_asks_wrongly_gets_no_code(desk: Desk, change: dict[str, str]) -> None:
    page = await opened(desk, **change)
    assert (page.status_code, "错误" in page.text) == (400, True)


async def test_domain_and_snapshot_pages_are_settings(desk: Desk) -> None:
    await desk.order("settings", web_domain="elsewhere.example.org")
    assert "10003" in (await opened(desk)).text
    await desk.order("settings", web_domain="study.example.org", snapshot_pages=True)
    assert (await exchanged(desk, await code(desk)))["is_snapshotuser"] == 1


async def test_only_a_verified_service_account_may_ask(desk: Desk) -> None:
    await desk.order("account", kind="verified-subscription")
    assert "10005" in (await opened(desk)).text


async def test_a_ticket_is_the_same_until_it_ends(desk: Desk) -> None:
    first = await desk.get("ticket/getticket", type="jsapi")
    await desk.order("clock", advance_seconds=7199)
    assert (await desk.get("ticket/getticket", type="jsapi"))["ticket"] == first["ticket"]
    await desk.order("clock", advance_seconds=1)
    assert (await desk.get("ticket/getticket", type="jsapi"))["ticket"] != first["ticket"]
    assert (await desk.get("ticket/getticket", type="x"))["errcode"] == 40097
