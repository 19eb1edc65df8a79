"""The state file: a demo goes on tomorrow where it stopped today."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from bot.emulator import Account, Emulator, PlatformClock
from tests.emulator.desk import ALICE, BOB, MORNING, Desk, Server, desk_in_process, served


def desk_of(path: Path) -> Emulator:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(Server(Account())))
    return Emulator(Account(), webhook="http://server/", client=client, state_file=path, clock=PlatformClock(MORNING))


def desk_for(emulator: Emulator) -> Desk:
    http = httpx.AsyncClient(transport=httpx.ASGITransport(emulator.app), base_url="http://emulator")
    return Desk(emulator, Server(emulator.account), http, "http://emulator")


async def test_everything_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "made" / "emulator.json"
    async with desk_of(path) as emulator:
        desk = desk_for(emulator)
        token = await desk.token()
        await desk.order("account", kind="verified-subscription", mode="compatible")
        await desk.order("settings", attempts=2)
        await desk.write(ALICE, "打卡")
        await desk.send(ALICE, "早上好")
        await desk.follow(BOB)
        await desk.http.patch(f"/_/followers/{BOB}", json={"state": "blocked", "grants": {"T": 1}})
        await desk.post("menu/create", {"button": [{"type": "click", "name": "打卡", "key": "K"}]})
        await desk.order("clock", advance_seconds=60)
        phone, stats = await desk.phone(ALICE), (await desk.http.get("/_/stats")).json()
    async with desk_of(path) as emulator:
        desk = desk_for(emulator)
        assert (emulator.account.kind, emulator.account.mode) == ("verified-subscription", "compatible")
        assert (await desk.http.get("/_/stats")).json() == stats
        assert await desk.phone(ALICE) == phone
        assert (await desk.http.get("/_/clock")).json()["now"] == "2026-07-01T08:01:00.000+08:00"
        assert (await desk.http.get("/_/settings")).json()["attempts"] == 2
        assert await desk.token() == token
        assert (await desk.get("menu/get"))["menu"]["button"][0]["key"] == "K"
        bob = (await desk.http.get(f"/_/followers/{BOB}")).json()
        assert (bob["state"], bob["grants"]) == ("blocked", {"T": 1})
        assert [await desk.send(ALICE, str(n)) for n in range(5)] == [0, 0, 0, 0, 45047]
        assert (await desk.phone(ALICE))[-1]["n"] == 6


async def test_duplicates_are_seen_across_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        async with desk_of(tmp_path / "state") as emulator:
            desk = desk_for(emulator)
            await desk.follow(ALICE, window_open=True)
            await desk.send(ALICE, "今日主题")
            count = (await desk.http.get("/_/stats")).json()["duplicates"]
    assert count == 1


async def test_message_ids_never_come_again(tmp_path: Path) -> None:
    ids = []
    for _ in range(2):
        async with desk_of(tmp_path / "state") as emulator:
            ids.append(emulator.platform.next_msg_id())
    assert ids[0] < ids[1]


async def test_the_configuration_decides_about_credentials(tmp_path: Path) -> None:
    async with desk_of(tmp_path / "state"):
        pass
    other = Emulator(Account(token="another"), webhook="http://server/", state_file=tmp_path / "state")
    assert other.account.token == "another"


@pytest.mark.parametrize("content", ["", "{}", '{"version":0}', "not json"])
async def test_a_file_that_is_none_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "state"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"state is not the state of an emulator"):
        desk_of(path)
    assert path.read_text() == content


async def test_a_changed_state_is_written_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.emulator.state_file.PAUSE", 0.01)
    path = tmp_path / "state"
    async with desk_of(path) as emulator:
        desk = desk_for(emulator)
        await desk.follow(ALICE)
        async with asyncio.timeout(10):
            while not path.exists():  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert ALICE in path.read_text()
        assert [json.loads(line) for line in path.read_text().splitlines()]


async def test_alone_behind_a_server_it_starts_and_stops_with_it(tmp_path: Path) -> None:
    path = tmp_path / "state"
    emulator = Emulator(Account(), webhook="http://127.0.0.1:9/wechat", state_file=path)
    with served(emulator.app) as base:
        async with httpx.AsyncClient(base_url=base, verify=False) as http:
            answer = await http.post("/_/messages", json={"openid": ALICE, "type": "text", "content": "打卡"})
            assert answer.json()["status"] == 0
    assert "打卡" in path.read_text()


async def test_a_clock_of_its_own_runs_by_real_time_and_keeps_its_lead(tmp_path: Path) -> None:
    path = tmp_path / "state"
    clock = PlatformClock()
    async with Emulator(Account(), webhook="http://server/", state_file=path, clock=clock):
        before = clock.now()
        clock.advance(86_400)
        assert 86_400 <= (clock.now() - before).total_seconds() < 86_460
    again = Emulator(Account(), webhook="http://server/", state_file=path)
    assert again.clock.offset == clock.offset == 86_400


async def test_without_a_file_nothing_is_kept() -> None:
    async with desk_in_process(Account()) as desk:
        await desk.follow(ALICE)
    async with desk_in_process(Account()) as desk:
        assert await desk.send(ALICE) == 40003
