"""What neither the emulated platform nor this machine can show: by a scripted platform and a turned clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import Config
from bot.config_keys import Database as DatabaseKeys
from bot.config_keys import Server
from bot.doctor import account, callback, storage
from bot.doctor.patient import Patient, patient
from bot.wechat import menus
from bot.wechat.client import Client
from models.database import Database

BUTTONS = {"button": [{"type": "click", "name": "打卡", "key": "CHECKIN"}]}


def scripted(**answers: Any) -> Patient:
    """A patient whose platform answers by the last part of the path."""

    def answer(request: httpx.Request) -> httpx.Response:
        script = {"stable_token": {"access_token": "TOKEN", "expires_in": 7200}, **answers}
        return httpx.Response(200, json=script[request.url.path.rpartition("/")[2]])

    config = Config(server=Server(public_url="https://study.example.org"))
    client = Client(base="https://api.weixin.qq.com", app_id="", app_secret="", transport=httpx.MockTransport(answer))
    return Patient(config, Path("config.toml"), client)


async def test_a_menu_that_was_published_and_is_switched_off() -> None:
    examined = scripted(get_current_selfmenu_info={"is_menu_open": 0, "selfmenu_info": BUTTONS})
    examined.answers["menu"] = menus.Published(BUTTONS, 0)
    async with examined.client:
        assert (await account.menu(examined)).code == "menu_closed"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"dns": [], "ping": []}, "network_no_address"),
        ({"dns": [{"ip": "203.0.113.9"}], "ping": [{"package_loss": "100%"}]}, "network_no_ping"),
        ({"dns": [{"ip": "203.0.113.9"}], "ping": [{"package_loss": "100%"}, {"package_loss": "0%"}]}, "network_good"),
    ],
)
async def test_what_the_platform_sees_from_its_networks(answer: dict[str, Any], code: str) -> None:
    examined = scripted(check=answer)
    async with examined.client:
        assert (await callback.seen_from_the_platform(examined)).code == code


@pytest.mark.parametrize("dated", ["", "yesterday", "Wed, 25 Nov 2026 08:00:00 -0000"])
async def test_a_date_that_something_in_between_spoilt_is_not_compared(dated: str) -> None:
    examined = scripted(getcallbackip={"ip_list": []})
    examined.seconds_ahead = account.seconds_ahead(datetime.now(UTC), dated)
    async with examined.client:
        assert (await account.clock(examined)).code == "without_date"


@pytest.mark.parametrize(("seconds", "code"), [(2, "database_clock_right"), (60, "database_clock_off")])
async def test_a_database_server_with_another_time(postgres: str, seconds: int, code: str) -> None:
    examined = patient(Config(database=DatabaseKeys(url=postgres)), Path("config.toml"), 1.0)
    examined.now = lambda: datetime.now(UTC) + timedelta(seconds=seconds)
    examined.database = Database(postgres)
    async with examined.client:
        found = await storage.database_clock(examined)
    examined.database.close()
    assert found
    assert found.code == code


@pytest.mark.parametrize(
    ("version", "code"), [("12.22", "postgresql_old"), ("13.1", "postgresql_good"), ("18.0", "postgresql_good")]
)
def test_a_server_without_security_updates(version: str, code: str) -> None:
    assert storage.of_postgresql(version).code == code
