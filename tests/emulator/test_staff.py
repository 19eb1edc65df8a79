"""The staff of customer service: accounts, sessions, and what was said."""

from typing import Any

import pytest

from tests.browser.account import png
from tests.emulator.desk import ALICE, BOB, Desk

ANNA, BERT = "anna@branch", "bert@branch"


async def hired(desk: Desk, *names: str) -> None:
    for name in names:
        assert (await ask(desk, "kfaccount/add", kf_account=name, nickname="小安"))["errcode"] == 0
        assert (await ask(desk, "kfaccount/inviteworker", kf_account=name, invite_wx=f"wx_{name}"))["errcode"] == 0


async def ask(desk: Desk, path: str, **body: Any) -> Any:
    return await desk.post(f"/customservice/{path}", body)


async def test_an_account_is_added_changed_and_taken_away(desk: Desk) -> None:
    await hired(desk, ANNA)
    (one,) = (await desk.get("customservice/getkflist"))["kf_list"]
    assert (one["kf_account"], one["kf_nick"], one["kf_wx"]) == (ANNA, "小安", f"wx_{ANNA}")
    assert (await ask(desk, "kfaccount/update", kf_account=ANNA, nickname="安"))["errcode"] == 0
    online = (await desk.get("customservice/getonlinekflist"))["kf_online_list"]
    assert online == [{"kf_account": ANNA, "status": 1, "kf_id": one["kf_id"], "accepted_case": 0}]
    assert (await desk.get("/customservice/kfaccount/del", kf_account=ANNA))["errcode"] == 0
    assert (await desk.get("customservice/getkflist"))["kf_list"] == []


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("kfaccount/add", {"kf_account": ANNA, "nickname": "安"}, 65406),
        ("kfaccount/add", {"kf_account": "no address", "nickname": "安"}, 65404),
        ("kfaccount/add", {"kf_account": "x@branch", "nickname": "安" * 17}, 65403),
        ("kfaccount/update", {"kf_account": "x@branch", "nickname": "安"}, 65401),
        ("kfaccount/inviteworker", {"kf_account": BERT, "invite_wx": f"wx_{ANNA}"}, 65407),
        ("kfaccount/inviteworker", {"kf_account": BERT}, 65409),
        ("kfsession/create", {"kf_account": ANNA, "openid": "oNOBODY"}, 40003),
        ("kfsession/close", {"kf_account": ANNA, "openid": BOB}, 65413),
        ("msgrecord/getmsglist", {"starttime": 0, "endtime": 86_401, "msgid": 1, "number": 1}, 65416),
        ("msgrecord/getmsglist", {"starttime": 0}, 65416),
    ],
)
async def test_what_is_wrong_is_refused(desk: Desk, path: str, body: dict[str, Any], errcode: int) -> None:
    await desk.follow(ALICE, BOB)
    await hired(desk, ANNA, BERT)
    assert (await ask(desk, path, **body))["errcode"] == errcode


async def test_one_attends_to_a_follower_at_a_time(desk: Desk) -> None:
    await desk.follow(ALICE)
    await hired(desk, ANNA, BERT)
    nobody = await desk.get("/customservice/kfsession/getsession", openid=ALICE)
    assert nobody == {"kf_account": "", "createtime": 0}
    assert (await ask(desk, "kfsession/create", kf_account=ANNA, openid=ALICE))["errcode"] == 0
    assert (await ask(desk, "kfsession/create", kf_account=BERT, openid=ALICE))["errcode"] == 65414
    attended = await desk.get("/customservice/kfsession/getsessionlist", kf_account=ANNA)
    assert [one["openid"] for one in attended["sessionlist"]] == [ALICE]
    assert (await ask(desk, "kfsession/close", kf_account=ANNA, openid=ALICE))["errcode"] == 0
    assert (await desk.get("/customservice/kfsession/getwaitcase"))["count"] == 0


async def test_what_is_sent_in_their_name_is_recorded(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    await hired(desk, ANNA)
    message = {"touser": ALICE, "msgtype": "text", "text": {"content": "在的"}}
    for name, errcode in ((BERT, 65401), (ANNA, 0)):
        sent = await desk.post("message/custom/send", message | {"customservice": {"kf_account": name}})
        assert sent["errcode"] == errcode
    now = int(desk.emulator.clock.time())
    found = await ask(desk, "msgrecord/getmsglist", starttime=now - 60, endtime=now + 60, msgid=1, number=100)
    assert [(one["worker"], one["openid"], one["text"]) for one in found["recordlist"]] == [(ANNA, ALICE, "在的")]
    assert (found["number"], found["msgid"]) == (1, 2)


async def test_a_portrait_is_a_picture(desk: Desk) -> None:
    await hired(desk, ANNA)
    query = {"access_token": await desk.token(), "kf_account": ANNA}
    for content, errcode in ((b"no picture", 40005), (png(20, 20), 0)):
        form = {"media": ("anna.png", content, "image/png")}
        sent = await desk.http.post("/customservice/kfaccount/uploadheadimg", params=query, files=form)
        assert sent.json()["errcode"] == errcode
    (one,) = (await desk.get("customservice/getkflist"))["kf_list"]
    assert (await desk.http.get(one["kf_headimgurl"])).content == png(20, 20)


async def test_an_unverified_account_has_no_staff(desk: Desk) -> None:
    await desk.order("account", kind="service")
    assert (await desk.get("customservice/getkflist"))["errcode"] == 48001
