"""Mass messages: who gets them, how often, and what the result says."""

from typing import Any

import pytest

from tests.emulator.desk import ALICE, BOB, Desk
from tests.emulator.test_articles import draft
from tests.emulator.test_users import tag

CARL = "oCARL00000000000000000000003"
DAY = 86400


def text(words: str = "周五集体学习", **more: Any) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": words}, **more}


async def to_some(desk: Desk, *openids: str, **more: Any) -> Any:
    return await desk.post("message/mass/send", {"touser": list(openids), **text(**more)})


async def to_all(desk: Desk, words: str = "周五集体学习", **more: Any) -> Any:
    return await desk.post("message/mass/sendall", {"filter": {"is_to_all": True}, **text(words), **more})


async def results(desk: Desk) -> list[dict[str, Any]]:
    return [event._data for event in await desk.receipts() if event.event == "masssendjobfinish"]


async def test_a_list_gets_it_and_the_result_counts(desk: Desk) -> None:
    await desk.follow(ALICE, BOB, CARL)
    await desk.http.patch(f"/_/followers/{BOB}", json={"state": "blocked"})
    await desk.http.patch(f"/_/followers/{CARL}", json={"state": "unfollowed"})
    answer = await to_some(desk, ALICE, BOB, CARL, "oNOBODY")
    assert (answer["errcode"], answer["errmsg"]) == (0, "send job submission success")
    item = (await desk.phone(ALICE))[0]
    assert (item["route"], item["type"], item["content"]) == ("mass", "text", "周五集体学习")
    result = (await results(desk))[0]
    names = ("FromUserName", "MsgID", "Status", "TotalCount", "FilterCount", "SentCount", "ErrorCount")
    assert [result[name] for name in names] == [
        "oMPHELPER0000000000000000001", str(answer["msg_id"]), "send success", "4", "2", "1", "1",
    ]  # fmt: skip
    status = await desk.post("message/mass/get", {"msg_id": str(answer["msg_id"])})
    assert status == {"msg_id": answer["msg_id"], "msg_status": "SEND_SUCCESS"}


async def test_a_video_gets_its_words_and_another_id_before_it_goes_to_many(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    film = {"media_id": "EMULATED_VIDEO", "title": "第三章", "description": "今晚"}
    answer = await desk.post("media/uploadvideo", film)
    assert (answer["type"], answer["media_id"] != "EMULATED_VIDEO") == ("video", True)
    body = {"touser": [ALICE, BOB], "msgtype": "mpvideo", "mpvideo": {"media_id": answer["media_id"]}}
    assert (await desk.post("message/mass/send", body))["errcode"] == 0
    assert await desk.seen(ALICE) == ["第三章"]
    for wrong in ("EMULATED_IMAGE", "nothing"):
        assert (await desk.post("media/uploadvideo", {**film, "media_id": wrong}))["errcode"] == 40007


async def test_a_tag_gets_it_and_old_clients_call_it_a_group(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    first = await tag(desk)
    await desk.post("tags/members/batchtagging", {"openid_list": [ALICE], "tagid": first})
    for number, chosen in enumerate(
        ({"is_to_all": False, "tag_id": first}, {"is_to_all": False, "group_id": str(first)})
    ):
        body = {"filter": chosen, **text(f"第 {number} 次")}
        assert (await desk.post("message/mass/sendall", body))["errcode"] == 0
    assert (await desk.seen(ALICE), await desk.seen(BOB)) == (["第 0 次", "第 1 次"], [])
    wrong = {"filter": {"is_to_all": False, "tag_id": 999}, **text()}
    assert (await desk.post("message/mass/sendall", wrong))["errcode"] == 40152


async def test_each_follower_gets_four_a_month(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    for number in range(5):
        await to_some(desk, ALICE, BOB, words=f"第 {number} 次")
    assert len(await desk.seen(ALICE)) == 4
    assert (await results(desk))[-1]["FilterCount"] == "0"
    await desk.order("clock", advance_seconds=31 * DAY)
    await to_some(desk, ALICE, BOB, words="下个月")
    assert (await desk.seen(ALICE))[-1] == "下个月"


async def test_to_everybody_a_service_account_has_four_a_month_and_a_subscription_one_a_day(desk: Desk) -> None:
    await desk.follow(ALICE)
    assert [(await to_all(desk, str(n)))["errcode"] for n in range(5)] == [0, 0, 0, 0, 45028]
    await desk.order("account", kind="verified-subscription")
    await desk.order("reset")
    await desk.follow(ALICE)
    assert [(await to_all(desk, str(n)))["errcode"] for n in range(2)] == [0, 45028]
    await desk.order("clock", advance_seconds=DAY)
    assert (await to_all(desk, "明天"))["errcode"] == 0
    assert (await to_some(desk, ALICE, BOB))["errcode"] == 48001


async def test_the_same_key_is_submitted_once_a_day(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    first = await to_some(desk, ALICE, BOB, words="一", clientmsgid="bc-1")
    assert (await to_some(desk, ALICE, BOB, words="二", clientmsgid="bc-1"))["errcode"] == 45066
    await desk.order("clock", advance_seconds=60)
    again = await to_some(desk, ALICE, BOB, words="二", clientmsgid="bc-1")
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    assert await desk.seen(ALICE) == ["一"]
    await desk.order("clock", advance_seconds=DAY)
    assert (await to_some(desk, ALICE, BOB, words="二", clientmsgid="bc-1"))["errcode"] == 0


async def test_without_a_key_the_same_words_to_the_same_people_are_a_repeat(desk: Desk) -> None:
    await desk.follow(ALICE, BOB, CARL)
    await to_some(desk, ALICE, BOB)
    await desk.order("clock", advance_seconds=60)
    assert (await to_some(desk, ALICE, BOB))["errcode"] == 45065
    assert (await to_some(desk, ALICE, CARL))["errcode"] == 0


@pytest.mark.parametrize("longest", [32, 64])
async def test_a_key_has_its_longest(desk: Desk, longest: int) -> None:
    await desk.follow(ALICE, BOB)
    await desk.order("settings", clientmsgid_bytes=longest)
    assert (await to_some(desk, ALICE, BOB, clientmsgid="k" * longest))["errcode"] == 0
    assert (await to_some(desk, ALICE, BOB, words="二", clientmsgid="k" * (longest + 1)))["errcode"] == 45067


async def test_the_administrator_may_refuse_what_was_submitted(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    await desk.order("settings", mass_refused=40002)
    answer = await to_some(desk, ALICE, BOB)
    assert (answer["errcode"], await desk.seen(ALICE)) == (0, [])
    assert (await results(desk))[0]["Status"] == "err(40002)"
    assert (await desk.post("message/mass/get", {"msg_id": answer["msg_id"]}))["msg_status"] == "SEND_FAIL"


async def test_articles_are_consumed_and_get_addresses(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    id = await draft(desk, "第一课", "第二课")
    body = {"touser": [ALICE, BOB], "msgtype": "mpnews", "mpnews": {"media_id": id}}
    assert "msg_data_id" in await desk.post("message/mass/send", body)
    shown = (await desk.phone(ALICE))[0]
    assert (shown["type"], [card["title"] for card in shown["fields"]["articles"]]) == ("mpnews", ["第一课", "第二课"])
    urls = (await results(desk))[0]["ArticleUrlResult"]["ResultList"]["item"]
    assert [card["url"] for card in shown["fields"]["articles"]] == [url["ArticleUrl"] for url in urls]
    assert "第二课" in (await desk.http.get(urls[1]["ArticleUrl"].removeprefix(desk.base))).text
    assert (await desk.post("draft/get", {"media_id": id}))["errcode"] == 40007


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"msgtype": "smoke"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "长" * 700}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "image", "images": {"media_ids": ["nothing"]}}, 40007),
        ({"msgtype": "mpnews", "mpnews": {"media_id": "nothing"}}, 40007),
        ({"touser": [ALICE]}, 40130),
        ({"touser": "all"}, 40031),
        ({"touser": ["o"] * 10_001}, 40032),
    ],
)
async def test_what_cannot_be_sent_is_refused(desk: Desk, change: dict[str, Any], errcode: int) -> None:
    await desk.follow(ALICE, BOB)
    assert (await desk.post("message/mass/send", {"touser": [ALICE, BOB], **text(), **change}))["errcode"] == errcode


async def test_pictures_and_cards_are_sent_by_either_form(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    for number, content in enumerate(
        (
            {"msgtype": "image", "images": {"media_ids": ["EMULATED_IMAGE"], "title": "合影"}},
            {"msgtype": "image", "image": {"media_id": "EMULATED_IMAGE"}},
            {"msgtype": "wxcard", "wxcard": {"card_id": "C"}},
        )
    ):
        body = {"touser": [ALICE, BOB], "clientmsgid": str(number), **content}
        assert (await desk.post("message/mass/send", body))["errcode"] == 0
    assert await desk.seen(ALICE) == ["合影", "[图片]", "[卡券]"]


async def test_a_preview_reaches_one(desk: Desk) -> None:
    await desk.follow(ALICE)
    assert (await desk.post("message/mass/preview", {"touser": ALICE, **text("样稿")}))["errcode"] == 0
    assert await desk.seen(ALICE) == ["样稿"]
    assert (await desk.post("message/mass/preview", {"towxname": "nobody", **text()}))["errcode"] == 40132


async def test_a_job_is_being_sent_until_its_result_leaves(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    await desk.order("settings", receipt_delay_ms=50)
    jobs = [
        (await desk.post("message/mass/send", {"touser": [ALICE, BOB], **text(words)}))["msg_id"]
        for words in ("一", "二")
    ]
    states = [(await desk.post("message/mass/get", {"msg_id": id}))["msg_status"] for id in jobs]
    await desk.post("message/mass/delete", {"msg_id": jobs[1]})
    await results(desk)
    states += [(await desk.post("message/mass/get", {"msg_id": id}))["msg_status"] for id in jobs]
    assert states == ["SENDING", "SENDING", "SEND_SUCCESS", "DELETE"]


async def test_a_deleted_message_says_so(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    id = (await to_some(desk, ALICE, BOB))["msg_id"]
    assert (await desk.post("message/mass/delete", {"msg_id": id}))["errcode"] == 0
    assert (await desk.post("message/mass/get", {"msg_id": id}))["msg_status"] == "DELETE"
    assert (await desk.post("message/mass/delete", {"msg_id": 1}))["errcode"] == 40059


async def test_speed_is_one_of_five(desk: Desk) -> None:
    assert (await desk.post("message/mass/speed/set", {"speed": 3}))["errcode"] == 0
    assert await desk.get("message/mass/speed/get") == {"speed": 3, "realspeed": 30}
    codes = [(await desk.post("message/mass/speed/set", body))["errcode"] for body in ({"speed": 5}, {"x": 1})]
    assert codes == [45083, 45084]


@pytest.mark.parametrize(("allowed", "errcode"), [(True, 0), (False, 48001)])
async def test_whether_a_test_account_may_is_a_setting(desk: Desk, allowed: bool, errcode: int) -> None:
    await desk.follow(ALICE, BOB)
    await desk.order("account", kind="test")
    await desk.order("settings", test_mass=allowed)
    assert (await to_some(desk, ALICE, BOB))["errcode"] == errcode
