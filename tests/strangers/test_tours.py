"""Clients that were never written for the emulator work against it: every call of theirs that it has an answer for."""

from pathlib import Path

import httpx
import pytest

from bot.emulator import Account, Emulator
from bot.emulator.wecom import Wecom
from tests.emulator.desk import Server, Switchboard
from tests.strangers.step import ALICE, BOB, Tour
from tests.strangers.steps import TOURS
from tests.strangers.walk import Walk, command, guide


def prepared(http: httpx.Client) -> None:
    """Two followers who wrote, and templates made by hand, of which one is agreed to."""
    http.post("/_/followers", json={"openids": [ALICE, BOB], "window_open": True})
    for id, family in (("OLD_TEMPLATE", "template"), ("SUBSCRIPTION", "subscription")):
        template = {"id": id, "family": family, "title": "通知", "content": "主题：{{thing1.DATA}}"}
        http.post("/_/templates", json=template)
    http.patch(f"/_/followers/{ALICE}", json={"grants": {"SUBSCRIPTION": 1}})


@pytest.mark.parametrize("tour", [pytest.param(tour, id=tour.name) for tour in TOURS])
async def test_a_stranger_finds_its_way(switchboard: Switchboard, files: Path, tour: Tour) -> None:
    start, account, wecom = command(tour.name), Account(), Wecom()
    credentials = [account.app_id, account.app_secret, wecom.corp_id, wecom.secret]
    emulator = Emulator(account, webhook=f"{switchboard.mount(Server(account))}/wechat")
    base = switchboard.mount(emulator.app)
    await switchboard.run(emulator.start())
    complaints = files / "stderr"
    try:
        with (
            httpx.Client(base_url=base, verify=False) as http,
            guide([*start, base, *credentials], complaints) as leader,
        ):
            prepared(http)
            faults = Walk(tour, leader, http, files, {}).faults()
    finally:
        await switchboard.run(emulator.stop())
    told = [f"{stage}: {fault}" for stage, fault in faults.items()]
    assert not told, "\n\n".join([*told, complaints.read_text(encoding="utf-8")])
