"""The control door: exactly the bodies and answers that people, tests and benchmarks rely on."""

import re
from datetime import datetime
from typing import Any

import pytest

from bot.emulator import Account
from tests.emulator.desk import ALICE, BOB, Desk


async def test_the_account_is_shown_and_changed(desk: Desk) -> None:
    shown = (await desk.http.get("/_/account")).json()
    assert set(shown) == {
        "app_id", "app_secret", "token", "encoding_aes_key", "original_id", "kind", "mode", "format", "webhook",
    }  # fmt: skip
    assert (shown["app_id"], shown["kind"]) == ("wx0123456789abcdef", "verified-service")
    assert (shown["mode"], shown["format"]) == ("safe", "xml")
    changed = await desk.order("account", kind="subscription", mode="plain", format="json", token="another")
    assert changed == {**shown, "kind": "subscription", "mode": "plain", "format": "json", "token": "another"}
    assert (await desk.http.get("/_/account")).json() == changed


async def test_a_change_of_the_account_is_told_before_the_call_returns(desk: Desk) -> None:
    told: list[Account] = []

    async def hear(account: Account) -> None:
        told.append(account)

    desk.emulator.on_account = hear
    await desk.order("account", kind="service")
    assert [account.kind for account in told] == ["service"]
    assert desk.emulator.account is told[0]


async def test_followers_are_made_without_a_word(desk: Desk) -> None:
    openids = (await desk.order("followers", count=1000))["openids"]
    assert len(set(openids)) == 1000
    assert all(re.fullmatch(r"o[A-Za-z0-9_-]{27}", openid) for openid in openids)
    assert desk.server.requests == []
    assert await desk.order("followers", openids=[ALICE]) == {"openids": [ALICE]}
    assert await desk.send(ALICE) == 45015
    await desk.order("followers", openids=[ALICE, BOB], window_open=True)
    assert [await desk.send(ALICE), await desk.send(BOB)] == [0, 0]


async def test_followers_are_announced_when_asked(desk: Desk) -> None:
    desk.server.says("欢迎")
    openids = (await desk.order("followers", count=20, announce=True))["openids"]
    assert {desk.server.read(request).source for request in desk.server.requests} == set(openids)
    assert {desk.server.read(request).event for request in desk.server.requests} == {"subscribe"}
    assert await desk.seen(openids[7]) == ["欢迎"]


async def test_following_again_in_passing_changes_nothing(desk: Desk) -> None:
    await desk.write(ALICE)
    await desk.order("followers", openids=[ALICE])
    assert len(await desk.phone(ALICE)) == 1
    assert await desk.send(ALICE) == 0


async def test_a_follower_is_shown_and_changed(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    shown = (await desk.http.get(f"/_/followers/{ALICE}")).json()
    assert shown == {
        "openid": ALICE,
        "state": "following",
        "since": "2026-07-01T08:00:00.000+08:00",
        "window": {"left": 5, "until": "2026-07-03T08:00:00.000+08:00"},
        "grants": {},
    }
    order: dict[str, Any] = {"state": "unfollowed"}
    changed = (await desk.http.patch(f"/_/followers/{ALICE}", json=order)).json()
    assert (changed["state"], changed["window"]) == ("unfollowed", {"left": 0, "until": None})
    order = {"state": "following", "grants": {"TEMPLATE": 2, "NONE": 0}}
    changed = (await desk.http.patch(f"/_/followers/{ALICE}", json=order)).json()
    assert (changed["state"], changed["grants"]) == ("following", {"TEMPLATE": 2})
    assert desk.server.requests == []
    assert (await desk.http.patch(f"/_/followers/{BOB}", json={})).status_code == 404


async def test_events_change_the_state_of_the_follower(desk: Desk) -> None:
    async def state() -> str:
        return str((await desk.http.get(f"/_/followers/{ALICE}")).json()["state"])

    await desk.event(ALICE, "subscribe")
    assert await state() == "following"
    await desk.event(ALICE, "unsubscribe")
    assert await state() == "unfollowed"
    await desk.order("messages", openid=ALICE, type="subscribe")
    assert await state() == "following"
    kinds = [desk.server.read(request).event for request in desk.server.requests]
    assert kinds == ["subscribe", "unsubscribe", "subscribe"]


async def test_whoever_writes_follows(desk: Desk) -> None:
    await desk.write(ALICE)
    assert (await desk.http.get(f"/_/followers/{ALICE}")).json()["state"] == "following"


@pytest.mark.parametrize(
    ("type", "shown"),
    [
        ("image", "[图片]"),
        ("voice", "[语音]"),
        ("video", "[视频]"),
        ("shortvideo", "[视频]"),
        ("location", "[位置]"),
        ("link", "[链接]"),
    ],
)
async def test_every_kind_of_message_can_be_sent_by_its_name_alone(desk: Desk, type: str, shown: str) -> None:
    await desk.order("messages", openid=ALICE, type=type)
    message = desk.server.read(desk.server.requests[0])
    assert message.type == type
    assert message.__class__.__name__ != "UnknownMessage"
    assert [(item["from"], item["content"]) for item in await desk.phone(ALICE)] == [("member", shown)]


async def test_the_fields_are_the_platforms_in_any_case(desk: Desk) -> None:
    await desk.order("messages", {"openid": ALICE, "type": "location", "Location_X": 23.5, "label": "广州"})
    await desk.order("messages", {"openid": ALICE, "type": "event", "event": "click", "event_key": "打卡"})
    location, click = (desk.server.read(request) for request in desk.server.requests)
    assert (location.location_x, location.label) == ("23.5", "广州")
    assert (click.event, click.key, click._data["Event"]) == ("click", "打卡", "CLICK")
    assert "MsgId" not in click._data


async def test_nested_fields_and_unknown_kinds_go_through(desk: Desk) -> None:
    scan = {"ScanType": "qrcode", "ScanResult": "1"}
    await desk.event(ALICE, "scancode_waitmsg", EventKey="K", ScanCodeInfo=scan)
    await desk.event(ALICE, "debug_demo", debug_str="hello")
    await desk.order("messages", openid=ALICE, type="sticker", StickerId=7)
    waited, demo, sticker = (desk.server.read(request) for request in desk.server.requests)
    assert waited.scan_result == "1"
    assert demo._data["debug_str"] == "hello"
    assert (sticker._data["MsgType"], sticker._data["StickerId"]) == ("sticker", "7")


async def test_a_scan_that_follows_carries_its_scene(desk: Desk) -> None:
    await desk.event(ALICE, "subscribe", EventKey="qrscene_branch_07", Ticket="T")
    message = desk.server.read(desk.server.requests[0])
    assert (message.event, message.scene_id) == ("subscribe_scan", "branch_07")


async def test_a_phone_forgets_its_oldest_items(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.emulator.followers.SHOWN_ITEMS", 3)
    for n in range(9):
        await desk.write(ALICE, str(n))
    items = await desk.phone(ALICE)
    assert [item["n"] for item in items] == list(range(10 - len(items), 10))
    assert 3 <= len(items) <= 6


async def test_reset_forgets_people_messages_quotas_and_faults(desk: Desk) -> None:
    token = await desk.token()
    await desk.write(ALICE)
    await desk.order("settings", attempts=2)
    await desk.order("faults", [{"path": "*", "times": 9, "errcode": -1}])
    assert await desk.order("reset") == {}
    assert await desk.phone(ALICE) == []
    assert await desk.send(ALICE) == 40003
    stats = (await desk.http.get("/_/stats")).json()
    assert stats["quota"]["/cgi-bin/message/custom/send"]["used"] == 1
    assert stats["messages"] == {}
    assert (await desk.http.get("/_/settings")).json()["attempts"] == 2
    assert await desk.token() == token


async def test_settings_change_by_name_and_stay(desk: Desk) -> None:
    settings = await desk.order("settings", deadline_ms=4000)
    assert settings["deadline_ms"] == 4000
    assert (settings["attempts"], settings["window_rule"], settings["latency_ms"]) == (3, "max", 0)
    settings = await desk.order("settings", attempts=1, display="lenient")
    assert (settings["deadline_ms"], settings["attempts"], settings["display"]) == (4000, 1, "lenient")


WRONG: list[tuple[str, Any, str]] = [
    ("account", {"kind": "official"}, "kind"),
    ("account", {"mode": "open"}, "mode"),
    ("account", {"encoding_aes_key": "short"}, "encoding_aes_key"),
    ("account", {"webhook": "ftp://x"}, "webhook"),
    ("account", {"colour": "red"}, "colour"),
    ("followers", {}, "count"),
    ("followers", {"count": 0}, "count"),
    ("followers", {"count": "10"}, "count"),
    ("followers", {"count": 1, "openids": [ALICE]}, "count"),
    ("followers", {"openids": ["a b"]}, "openids.0"),
    ("messages", {"type": "text", "content": "x"}, "openid"),
    ("messages", {"openid": ALICE}, "type"),
    ("messages", {"openid": ALICE, "type": "text"}, "content"),
    ("messages", {"openid": ALICE, "type": "event"}, "Event"),
    ("messages", {"openid": ALICE, "type": "text", "content": "x", "times": 0}, "times"),
    ("messages", {"openid": ALICE, "type": "text", "content": "x", "MsgId": "7"}, "MsgId"),
    ("messages", {"openid": ALICE, "type": "text", "content": "x", "a b": 1}, "a b"),
    ("messages", {"openid": ALICE, "type": "event", "Event": "E", "Info": {"<": 1}}, "Info"),
    ("messages", {"openid": ALICE, "type": "image", "PicUrl": None}, "PicUrl"),
    ("settings", {"deadline_ms": 0}, "deadline_ms"),
    ("settings", {"window_rule": "both"}, "window_rule"),
    ("settings", {"speed": 1}, "speed"),
    ("faults", {"path": "*", "times": 1, "errcode": -1}, "array"),
    ("faults", [{"path": "cgi-bin", "times": 1, "errcode": -1}], "path"),
    ("faults", [{"path": "*", "errcode": -1}], "times"),
    ("faults", [{"path": "*", "times": 1, "rate": 0.5, "errcode": -1}], "times"),
    ("faults", [{"path": "*", "times": 1}], "errcode"),
    ("faults", [{"path": "*", "times": 1, "errcode": -1, "drop": "after"}], "drop"),
    ("faults", [{"path": "*", "rate": 2, "errcode": -1}], "rate"),
    ("faults", [{"path": "*", "times": 1, "http_status": 200}], "http_status"),
    ("clock", {}, "advance_seconds"),
    ("clock", {"now": "2026-07-01T08:00:00"}, "now"),
    ("clock", {"now": "tomorrow"}, "now"),
    ("clock", {"advance_seconds": 1e18}, "9999"),
]


@pytest.mark.parametrize(("path", "body", "named"), WRONG)
async def test_a_wrong_order_is_refused_in_one_sentence(desk: Desk, path: str, body: Any, named: str) -> None:
    sentence = await desk.refused(path, body)
    assert named in sentence
    assert "\n" not in sentence
    assert len(sentence) < 200


async def test_what_is_not_json_is_refused(desk: Desk) -> None:
    for path in ("messages", "faults", "clock"):
        answer = await desk.http.post(f"/_/{path}", content=b"{")
        assert (answer.status_code, "JSON" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/_/phone", 400),
        ("GET", f"/_/phone?openid={ALICE}&after=x", 400),
        ("GET", "/_/nothing", 404),
        ("DELETE", "/_/account", 405),
        ("GET", "/_/messages", 405),
    ],
)
async def test_a_wrong_call_is_refused(desk: Desk, verb: str, path: str, status: int) -> None:
    answer = await desk.http.request(verb, path)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_the_clock_goes_forward_only(desk: Desk) -> None:
    async def now() -> str:
        return str((await desk.http.get("/_/clock")).json()["now"])

    assert await now() == "2026-07-01T08:00:00.000+08:00"
    assert await desk.order("clock", advance_seconds=3600) == {"now": "2026-07-01T09:00:00.000+08:00"}
    assert await desk.order("clock", now="2026-07-02T00:00:00+00:00") == {"now": "2026-07-02T08:00:00.000+08:00"}
    assert "2026-07-02" in await desk.refused("clock", {"now": "2026-07-02T07:59:59+08:00"}, 409)
    assert await desk.refused("clock", {"advance_seconds": -1}, 409)
    assert await now() == "2026-07-02T08:00:00.000+08:00"


async def test_the_clock_waits_for_who_follows_it(desk: Desk) -> None:
    told: list[datetime] = []

    async def hear(now: datetime) -> None:
        told.append(now)

    desk.emulator.on_clock = hear
    await desk.order("clock", now="2026-07-02T08:00:00+08:00")
    assert told == [datetime.fromisoformat("2026-07-02T08:00:00+08:00")]


async def test_pushes_carry_the_platforms_time(desk: Desk) -> None:
    await desk.order("clock", now="2027-02-28T12:00:00+08:00")
    await desk.write(ALICE)
    request = desk.server.requests[0]
    at = int(datetime.fromisoformat("2027-02-28T12:00:00+08:00").timestamp())
    assert (int(request.query["timestamp"]), desk.server.read(request).time) == (at, at)


async def test_an_answer_is_dated_by_the_platforms_clock(desk: Desk) -> None:
    await desk.order("clock", advance_seconds=86400)
    answer = await desk.http.get("/cgi-bin/getcallbackip")
    assert answer.headers["date"] == "Thu, 02 Jul 2026 00:00:00 GMT"


@pytest.mark.parametrize("change", [{"app_secret": "short"}, {"app_secret": "0" * 33}, {"app_id": "study"}])
async def test_credentials_that_no_console_shows_are_refused_and_change_nothing(
    desk: Desk, change: dict[str, str]
) -> None:
    before = (await desk.http.get("/_/account")).json()
    assert next(iter(change)) in await desk.refused("account", change)
    assert (await desk.http.get("/_/account")).json() == before
