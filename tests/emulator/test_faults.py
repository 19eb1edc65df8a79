"""Faults: ordered by a test, they hit exactly the calls they name."""

import time

import httpx
import pytest
from fastapi import FastAPI

from bot.emulator import Account, Emulator
from tests.emulator.desk import ALICE, Desk, Switchboard

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
async def open_desk(desk: Desk) -> Desk:
    await desk.follow(ALICE, window_open=True)
    return desk


async def test_an_errcode_comes_so_many_times(open_desk: Desk) -> None:
    await open_desk.order("faults", [{"path": SEND, "times": 2, "errcode": -1}])
    assert [await open_desk.send(ALICE, str(n)) for n in range(3)] == [-1, -1, 0]
    assert await open_desk.seen(ALICE) == ["2"]


async def test_an_errcode_has_the_platforms_words(open_desk: Desk) -> None:
    await open_desk.order("faults", [{"path": "/cgi-bin/user/get", "times": 1, "errcode": 45009}])
    assert (await open_desk.get("user/get"))["errmsg"].startswith("reach max api daily quota limit rid: ")


async def test_other_apis_are_left_alone(open_desk: Desk) -> None:
    await open_desk.order("faults", [{"path": "/cgi-bin/stable_token", "times": 1, "errcode": -1}])
    answer = await open_desk.http.post("/cgi-bin/stable_token", json={})
    assert answer.json()["errcode"] == -1
    assert await open_desk.send(ALICE) == 0


async def test_a_star_means_every_api_and_not_the_control_door(open_desk: Desk) -> None:
    await open_desk.order("faults", [{"path": "*", "times": 2, "http_status": 502}])
    assert (await open_desk.http.get("/_/clock")).status_code == 200
    answers = [await open_desk.http.get("/cgi-bin/getcallbackip") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [502, 502, 200]


async def test_a_rate_hits_the_same_calls_for_the_same_seed(open_desk: Desk) -> None:
    async def hits(seed: int) -> list[bool]:
        await open_desk.order("faults", [{"path": SEND, "rate": 0.3, "seed": seed, "errcode": -1}])
        answers = [await open_desk.http.post(SEND) for _ in range(60)]
        return [answer.json()["errcode"] == -1 for answer in answers]

    first = await hits(7)
    assert 5 < sum(first) < 35
    assert await hits(7) == first
    assert await hits(8) != first


async def test_a_new_list_replaces_the_old_one(open_desk: Desk) -> None:
    await open_desk.order("faults", [{"path": "*", "times": 100, "errcode": -1}])
    await open_desk.order("faults", [])
    assert await open_desk.send(ALICE) == 0
    assert (await open_desk.http.get("/_/faults")).json() == []


async def test_a_delay_makes_a_call_late_and_lets_it_work(open_desk: Desk) -> None:
    token = await open_desk.token()
    body = {"touser": ALICE, "msgtype": "text", "text": {"content": "迟到"}}
    await open_desk.order("faults", [{"path": SEND, "times": 1, "delay_ms": 120}])
    began = time.monotonic()
    answer = await open_desk.http.post(SEND, params={"access_token": token}, json=body)
    assert time.monotonic() - began >= 0.12
    assert answer.json()["errcode"] == 0


async def test_latency_is_for_every_call(open_desk: Desk) -> None:
    await open_desk.order("settings", latency_ms=60)
    began = time.monotonic()
    await open_desk.get("getcallbackip")
    assert time.monotonic() - began >= 0.12


async def test_a_connection_dropped_before_the_work_leaves_nothing(open_desk: Desk) -> None:
    await open_desk.order("faults", [{"path": SEND, "times": 1, "drop": "before"}])
    with pytest.raises(httpx.TransportError):
        await open_desk.send(ALICE, "没有到")
    assert await open_desk.seen(ALICE) == []
    assert await open_desk.send(ALICE, "到了") == 0
    assert await open_desk.seen(ALICE) == ["到了"]


async def test_a_connection_dropped_after_the_work_leaves_the_caller_in_doubt(open_desk: Desk) -> None:
    await open_desk.order("faults", [{"path": SEND, "times": 1, "drop": "after"}])
    with pytest.raises(httpx.TransportError):
        await open_desk.send(ALICE, "到了")
    assert await open_desk.seen(ALICE) == ["到了"]


async def test_a_connection_is_dropped_below_another_application_too(switchboard: Switchboard) -> None:
    """As in the demo, where the emulator is mounted in the product's own application."""
    outer = FastAPI()
    emulator = Emulator(Account(), webhook="http://127.0.0.1:9/")
    outer.mount("/emulator", emulator.app)
    base = switchboard.mount(outer)
    async with httpx.AsyncClient(base_url=base, verify=False) as http:
        await http.post("/emulator/_/faults", json=[{"path": "*", "times": 1, "drop": "before"}])
        with pytest.raises(httpx.TransportError):
            await http.get("/emulator/cgi-bin/getcallbackip")
        assert (await http.get("/emulator/cgi-bin/getcallbackip")).json()["errcode"] == 41001
