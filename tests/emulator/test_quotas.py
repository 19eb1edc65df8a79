"""Quotas, refused requests, and an account in trouble."""

import pytest

from tests.emulator.desk import ALICE, Desk

ACCOUNT = {"appid": "wx0123456789abcdef", "appsecret": "0123456789abcdef0123456789abcdef"}


async def test_a_spent_quota_is_cleared_ten_times_a_month_by_either_way(desk: Desk) -> None:
    await desk.order("account", kind="test")
    for _ in range(100):
        await desk.get("user/get")
    assert (await desk.get("user/get"))["errcode"] == 45009
    assert (await desk.post("clear_quota", {"appid": ACCOUNT["appid"]}))["errcode"] == 0
    assert "errcode" not in await desk.get("user/get")
    for _ in range(9):
        assert (await desk.http.post("/cgi-bin/clear_quota/v2", json=ACCOUNT)).json()["errcode"] == 0
    assert (await desk.post("clear_quota", {"appid": ACCOUNT["appid"]}))["errcode"] == 48006
    await desk.order("clock", advance_seconds=31 * 86400)
    assert (await desk.post("clear_quota", {"appid": ACCOUNT["appid"]}))["errcode"] == 0


async def test_one_quota_is_cleared_alone(desk: Desk) -> None:
    await desk.get("user/get")
    path = "/cgi-bin/user/get"
    assert (await desk.post("openapi/quota/get", {"cgi_path": path}))["quota"]["used"] == 1
    assert (await desk.post("openapi/quota/clear", {"cgi_path": path}))["errcode"] == 0
    assert (await desk.post("openapi/quota/get", {"cgi_path": path}))["quota"]["used"] == 0
    assert (await desk.post("openapi/quota/clear", {"cgi_path": "/nothing"}))["errcode"] == 76021


async def test_somebody_else_cannot_clear(desk: Desk) -> None:
    assert (await desk.post("clear_quota", {"appid": "wx1"}))["errcode"] == 40013
    wrong = ACCOUNT | {"appsecret": "wrong"}
    assert (await desk.http.post("/cgi-bin/clear_quota/v2", json=wrong)).json()["errcode"] == 40125


async def test_a_refused_request_is_explained_for_seven_days_without_its_token(desk: Desk) -> None:
    body = {"touser": ALICE, "msgtype": "text", "text": {"content": "好"}}
    rid = (await desk.post("message/custom/send", body))["errmsg"].rpartition(" ")[2]
    request = (await desk.post("openapi/rid/get", {"rid": rid}))["request"]
    assert "40003" in request["response_body"]
    assert ALICE in request["request_body"]
    assert request["request_url"].endswith("/cgi-bin/message/custom/send?access_token=***")
    await desk.order("clock", advance_seconds=7 * 86400)
    assert (await desk.post("openapi/rid/get", {"rid": rid}))["errcode"] == 76001
    assert (await desk.post("openapi/rid/get", {"rid": "nonsense"}))["errcode"] == 76002


@pytest.mark.parametrize("errcode", [40243, 50004, 50007, 89501, 89503, 89506, 89507])
async def test_an_account_in_trouble_gets_no_new_token_and_old_ones_go_on(desk: Desk, errcode: int) -> None:
    token = await desk.token()
    await desk.order("settings", token_refused=errcode)
    query = {"grant_type": "client_credential", "appid": ACCOUNT["appid"], "secret": ACCOUNT["appsecret"]}
    assert (await desk.http.get("/cgi-bin/token", params=query)).json()["errcode"] == errcode
    assert "errcode" not in (await desk.http.get("/cgi-bin/user/get", params={"access_token": token})).json()


async def test_a_path_can_have_a_pace(desk: Desk) -> None:
    await desk.order("settings", calls_per_minute={"/cgi-bin/user/get": 2})
    codes = [(await desk.get("user/get")).get("errcode", 0) for _ in range(3)]
    assert codes == [0, 0, 45011]
    assert (await desk.get("tags/get")).get("errcode", 0) == 0
    await desk.order("clock", advance_seconds=60)
    assert (await desk.get("user/get")).get("errcode", 0) == 0
