"""WeCom beside the account: an application and group robots, with return codes of their own."""

from typing import Any

import pytest

from tests.emulator.desk import Desk

CORP = {"corpid": "ww0123456789abcdef", "corpsecret": "fedcba9876543210fedcba9876543210"}


async def token(desk: Desk) -> str:
    return str((await desk.http.get("/cgi-bin/gettoken", params=CORP)).json()["access_token"])


async def tell(desk: Desk, touser: str, content: str = "今晚 20:00 学习", **more: Any) -> Any:
    body = {"touser": touser, "msgtype": "text", "agentid": 1000002, "text": {"content": content}, **more}
    return (await desk.http.post("/cgi-bin/message/send", params={"access_token": await token(desk)}, json=body)).json()


async def robot(desk: Desk, body: dict[str, Any], key: str = "demo-robot-key") -> Any:
    return (await desk.http.post("/cgi-bin/webhook/send", params={"key": key}, json=body)).json()


def text(content: str = "本周打卡 32 人") -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content, "mentioned_list": ["@all"]}}


async def state(desk: Desk) -> dict[str, Any]:
    shown: dict[str, Any] = (await desk.http.get("/_/wecom")).json()
    return shown


async def test_a_robot_tells_its_group(desk: Desk) -> None:
    assert (await robot(desk, text()))["errcode"] == 0
    assert (await state(desk))["robots"]["demo-robot-key"][0]["content"]["content"] == "本周打卡 32 人"


async def test_a_robot_speaks_twenty_times_a_minute(desk: Desk) -> None:
    assert [(await robot(desk, text(str(n))))["errcode"] for n in range(21)] == [0] * 20 + [45009]
    await desk.order("clock", advance_seconds=60)
    assert (await robot(desk, text()))["errcode"] == 0


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (text("长" * 683), 45002),
        ({"msgtype": "smoke"}, 40008),
        ({"msgtype": "text", "text": {}}, 44004),
        ({"msgtype": "markdown", "markdown": {"content": "长" * 1366}}, 45002),
        ({"msgtype": "news", "news": {"articles": [{}] * 9}}, 40058),
        ({"msgtype": "file", "file": {"media_id": "nothing"}}, 40058),
    ],
)
async def test_what_a_robot_cannot_say_is_refused_in_wecoms_words(
    desk: Desk, body: dict[str, Any], errcode: int
) -> None:
    answer = await robot(desk, body)
    assert answer["errcode"] == errcode
    assert (await state(desk))["robots"]["demo-robot-key"] == []


async def test_a_wrong_key_is_refused_and_keys_can_be_given_out(desk: Desk) -> None:
    assert (await robot(desk, text(), "wrong"))["errcode"] == 93000
    await desk.order("wecom", robots=["first-branch"])
    assert (await robot(desk, text(), "first-branch"))["errcode"] == 0


async def test_a_robot_sends_a_file_that_was_uploaded(desk: Desk) -> None:
    query = {"key": "demo-robot-key", "type": "file"}
    path = "/cgi-bin/webhook/upload_media"
    answer = (await desk.http.post(path, params=query, files={"media": ("a.txt", b"words words")})).json()
    assert (await robot(desk, {"msgtype": "file", "file": {"media_id": answer["media_id"]}}))["errcode"] == 0
    await desk.order("clock", advance_seconds=3 * 86400)
    assert (await robot(desk, {"msgtype": "file", "file": {"media_id": answer["media_id"]}}))["errcode"] == 40058
    small = (await desk.http.post(path, params=query, files={"media": ("a.txt", b"w")})).json()
    assert small["errcode"] == 40058


async def test_an_application_tells_members_and_names_those_who_are_none(desk: Desk) -> None:
    answer = await tell(desk, "zhangsan|wangwu")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "wangwu")
    inboxes = (await state(desk))["inboxes"]
    assert inboxes["zhangsan"][0]["content"]["content"] == "今晚 20:00 学习"
    await tell(desk, "@all", "大家好")
    assert len((await state(desk))["inboxes"]["lisi"]) == 1


@pytest.mark.parametrize(
    ("change", "errcode"), [({"touser": "wangwu"}, 81013), ({"touser": ""}, 82001), ({"agentid": 1}, 40056)]
)
async def test_a_message_to_nobody_is_refused(desk: Desk, change: dict[str, Any], errcode: int) -> None:
    assert (await tell(desk, **{"touser": "zhangsan", **change}))["errcode"] == errcode


async def test_the_same_message_is_dropped_where_the_sender_asked_for_that(desk: Desk) -> None:
    for _ in range(2):
        assert (await tell(desk, "zhangsan", enable_duplicate_check=1))["errcode"] == 0
    assert len((await state(desk))["inboxes"]["zhangsan"]) == 1
    await desk.order("clock", advance_seconds=1800)
    await tell(desk, "zhangsan", enable_duplicate_check=1)
    assert len((await state(desk))["inboxes"]["zhangsan"]) == 2


async def test_longer_texts_of_an_application_are_cut(desk: Desk) -> None:
    await tell(desk, "zhangsan", "长" * 700)
    assert len((await state(desk))["inboxes"]["zhangsan"][0]["content"]["content"]) == 682


async def test_tokens_belong_to_the_corporation(desk: Desk) -> None:
    for wrong, errcode in (({"corpid": "ww1"}, 40013), ({"corpsecret": "x"}, 40001)):
        assert (await desk.http.get("/cgi-bin/gettoken", params=CORP | wrong)).json()["errcode"] == errcode
    issued = await token(desk)
    assert await token(desk) == issued
    await desk.order("clock", advance_seconds=7200)
    answer = await desk.http.post("/cgi-bin/message/send", params={"access_token": issued}, json=text())
    assert answer.json()["errcode"] == 42001
    assert (await desk.http.post("/cgi-bin/message/send", json=text())).json()["errcode"] == 41001
