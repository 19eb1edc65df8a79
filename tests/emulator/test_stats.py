"""Statistics: what was called, what was shown, and whether anybody was shown the same thing twice."""

from typing import Any

import pytest

from tests.emulator.desk import ALICE, BOB, Desk

SEND = "/cgi-bin/message/custom/send"


async def stats(desk: Desk) -> Any:
    return (await desk.http.get("/_/stats")).json()


async def test_calls_and_errcodes_are_counted_per_api(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    await desk.send(ALICE)
    await desk.send(BOB)
    await desk.order("faults", [{"path": SEND, "times": 2, "http_status": 500}])
    await desk.http.post(SEND)
    await desk.order("faults", [{"path": SEND, "times": 1, "errcode": -1}])
    await desk.http.post(SEND)
    await desk.http.get("/nobody/knows/1")
    await desk.http.get("/nobody/knows/2")
    calls = (await stats(desk))["calls"]
    assert calls[SEND] == {"calls": 4, "errcodes": {"0": 1, "40003": 1, "-1": 1, "http 500": 1}}
    assert calls["/cgi-bin/stable_token"] == {"calls": 2, "errcodes": {"0": 2}}
    assert calls["(unknown)"] == {"calls": 2, "errcodes": {"40066": 2}}


async def test_quota_is_counted_per_beijing_day_and_per_kind(desk: Desk) -> None:
    for _ in range(3):
        await desk.get("user/get")
    assert (await stats(desk))["quota"]["/cgi-bin/user/get"] == {"used": 3, "daily_limit": 500}
    await desk.order("account", kind="test")
    assert (await stats(desk))["quota"]["/cgi-bin/user/get"] == {"used": 3, "daily_limit": 100}
    await desk.order("clock", now="2026-07-02T00:00:00+08:00")
    assert "/cgi-bin/user/get" not in (await stats(desk))["quota"]


async def test_beyond_the_quota_a_call_is_refused_until_midnight(desk: Desk) -> None:
    await desk.order("account", kind="test")
    answers = [(await desk.get("user/get")).get("errcode", 0) for _ in range(101)]
    assert answers == [0] * 100 + [45009]
    await desk.order("clock", now="2026-07-01T23:59:59+08:00")
    assert (await desk.get("user/get"))["errcode"] == 45009
    await desk.order("clock", advance_seconds=1)
    assert "errcode" not in await desk.get("user/get")


async def test_the_platform_tells_the_quota_itself(desk: Desk) -> None:
    await desk.get("user/get")
    answer = await desk.post("openapi/quota/get", {"cgi_path": "/cgi-bin/user/get"})
    assert answer["quota"] == {"daily_limit": 500, "used": 1, "remain": 499}
    assert (await desk.post("openapi/quota/get", {"cgi_path": "/cgi-bin/nothing"}))["errcode"] == 76021
    assert (await desk.post("openapi/quota/get", {}))["errcode"] == 76021
    await desk.order("account", kind="service")
    assert (await desk.post("openapi/quota/get", {"cgi_path": "/cgi-bin/user/get"}))["errcode"] == 76022


async def test_messages_are_counted_per_route(desk: Desk) -> None:
    desk.server.says("好")
    await desk.write(ALICE)
    await desk.send(ALICE, "一")
    await desk.send(ALICE, "二")
    assert (await stats(desk))["messages"] == {"custom": 2, "passive": 1}


async def test_pushes_are_counted(desk: Desk) -> None:
    await desk.write(ALICE)
    desk.server.answer = lambda request: 500
    await desk.write(ALICE)
    assert (await stats(desk))["callbacks"] == {"pushes": 2, "attempts": 4, "failures": 1}


async def duplicates(desk: Desk) -> int:
    return int((await stats(desk))["duplicates"])


async def test_the_same_words_within_a_day_are_a_duplicate(desk: Desk) -> None:
    await desk.follow(ALICE, BOB, window_open=True)
    await desk.send(ALICE, "今日主题")
    await desk.send(BOB, "今日主题")
    await desk.send(ALICE, "明日主题")
    assert await duplicates(desk) == 0
    await desk.send(ALICE, "  今日主题\n")
    assert await duplicates(desk) == 1
    await desk.send(ALICE, "今日主题")
    assert await duplicates(desk) == 2


async def test_across_routes_too(desk: Desk) -> None:
    desk.server.says("今日主题")
    await desk.write(ALICE)
    await desk.send(ALICE, "今日主题")
    assert await duplicates(desk) == 1


async def test_after_a_day_it_is_none(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    await desk.send(ALICE, "早上好")
    await desk.order("clock", advance_seconds=86400)
    await desk.send(ALICE, "早上好")
    assert await duplicates(desk) == 0


async def test_old_words_are_forgotten_and_new_ones_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.emulator.platform.stats._sweep_at = 3
    monkeypatch.setattr("bot.emulator.stats.SWEEP_AT", 3)
    await desk.follow(ALICE, window_open=True)
    await desk.send(ALICE, "一")
    await desk.order("clock", advance_seconds=86400)
    for words in ("二", "三", "四", "二"):
        await desk.send(ALICE, words)
    assert await duplicates(desk) == 1
    assert len(desk.emulator.platform.stats._seen) == 3


async def test_a_replayed_passive_reply_is_none(desk: Desk) -> None:
    desk.server.says("已记下")
    await desk.write(ALICE, times=5)
    assert await duplicates(desk) == 0
    await desk.write(ALICE)
    assert await duplicates(desk) == 1


async def test_neither_are_members_own_words_or_the_platforms_notice(desk: Desk) -> None:
    desk.server.answer = lambda request: 500
    await desk.write(ALICE, "打卡")
    await desk.write(ALICE, "打卡")
    assert await duplicates(desk) == 0
