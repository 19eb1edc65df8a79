"""The doctor looks at configuration, folder and database."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.config import Config
from bot.config_keys import Development, WeChat
from bot.doctor import setting, storage
from bot.doctor.patient import Patient, patient

from .clinic import Clinic
from .conftest import Terminal

GIGABYTE = 1_000_000_000


def codes(terminal: Terminal) -> dict[str, str]:
    return {one["check"]: one["code"] for one in json.loads(terminal.types("doctor", "--json").out)}


def test_what_the_account_lacks(clinic: Clinic) -> None:
    clinic.terminal.configures('app_secret = "0123456789abcdef0123456789abcdef"\n', "")
    status, found = clinic.asks()
    assert (status, found["account"]["code"]) == (1, "account_incomplete")
    assert "wechat.app_secret" in found["account"]["sentence"]
    assert found["token"]["code"] == found["callback"]["code"] == "without_account"


def test_plain_mode_is_told(clinic: Clinic) -> None:
    clinic.terminal.configures("[wechat]", '[wechat]\nmode = "plain"')
    assert clinic.codes()["account"] == "mode_plain"


@pytest.mark.parametrize(
    ("wechat", "clock_url", "code"),
    [
        (WeChat(), "", "platform_real"),
        (WeChat(api_base="http://api.weixin.qq.com"), "", "platform_in_clear"),
        (WeChat(), "http://127.0.0.1:8100/_/clock", "platform_other_clock"),
        (WeChat(api_base="https://sh.api.weixin.qq.com"), "", "platform_real"),
        (WeChat(api_base="https://api.weixin.qq.com.example.org"), "", "platform_emulated"),
    ],
)
async def test_where_calls_go(wechat: WeChat, clock_url: str, code: str) -> None:
    config = Config(wechat=wechat, development=Development(clock_url=clock_url))
    examined = patient(config, Path("config.toml"), 1.0)
    async with examined.client:
        assert (await setting.platform(examined)).code == code


async def test_the_published_account_is_none_of_wechats() -> None:
    wechat = WeChat(app_id="wx0123456789abcdef", app_secret="0" * 32, token="abc", encoding_aes_key="A" * 43)
    examined = patient(Config(wechat=wechat), Path("config.toml"), 1.0)
    async with examined.client:
        assert (await setting.account(examined)).code == "account_published"


def test_secrets_that_everybody_can_read(clinic: Clinic) -> None:
    clinic.terminal.config_file.chmod(0o644)
    secrets = clinic.asks()[1]["secrets"]
    assert secrets["code"] == "secrets_readable"
    assert secrets["cure"] == f"chmod o-rwx {clinic.terminal.config_file}"


def test_the_key_that_signs_links(clinic: Clinic) -> None:
    assert clinic.codes()["key"] == "key_set"
    clinic.terminal.configures('secret = "a secret of thirty-two characters"\n', "")
    assert clinic.codes()["key"] == "key_to_come"
    kept = clinic.terminal.config.data_folder / "secret.key"
    assert not kept.exists()
    kept.write_text("x" * 64)
    kept.chmod(0o600)
    assert clinic.codes()["key"] == "key_kept"
    kept.write_text("x")
    assert clinic.codes()["key"] == "key_damaged"


def test_several_machines_need_one_key(on_postgres: Terminal) -> None:
    on_postgres.configures('secret = "a secret of thirty-two characters"\n', "")
    found = codes(on_postgres)
    assert (found["key"], found["schema"]) == ("key_per_machine", "schema_old")


def test_a_zone_with_other_midnights(clinic: Clinic) -> None:
    clinic.terminal.configures("[organisation]", '[organisation]\ntimezone = "Asia/Urumqi"')
    assert clinic.codes()["timezone"] == "timezone_elsewhere"
    clinic.terminal.configures("Asia/Urumqi", "Asia/Taipei")
    assert clinic.codes()["timezone"] == "timezone_right"


async def test_a_machine_without_zones() -> None:
    nowhere = Config().organisation.model_copy(update={"timezone": "Nowhere/Land"})
    examined = patient(Config().model_copy(update={"organisation": nowhere}), Path("config.toml"), 1.0)
    async with examined.client:
        assert (await setting.timezone(examined)).code == "timezone_data_missing"


@pytest.mark.parametrize(
    ("free", "code"), [(2 * GIGABYTE, "disk_enough"), (GIGABYTE // 2, "disk_low"), (1_000_000, "disk_full")]
)
async def test_a_disk_that_fills(free: int, code: str) -> None:
    examined: Patient = patient(Config(), Path("config.toml"), 1.0)
    examined.free_bytes = lambda folder: free
    async with examined.client:
        assert (await storage.disk(examined)).code == code


def test_before_the_first_start(on_sqlite: Terminal) -> None:
    found = codes(on_sqlite)
    assert (found["folder"], found["database"], found["schema"]) == (
        *("folder_to_come", "database_to_come", "without_database"),
    )
    assert not on_sqlite.config.data_folder.exists()


def test_a_file_in_the_place_of_the_folder(on_sqlite: Terminal) -> None:
    on_sqlite.config.data_folder.write_text("")
    assert codes(on_sqlite)["folder"] == "folder_unusable"


def test_a_file_that_is_no_database(clinic: Clinic) -> None:
    (clinic.terminal.config.data_folder / "chenzhong.db").write_bytes(b"no database, for sure" * 100)
    found = clinic.asks()[1]
    assert (found["database"]["code"], found["schema"]["code"]) == ("database_unreachable", "without_database")


def test_a_database_that_does_not_answer(on_sqlite: Terminal) -> None:
    on_sqlite.configures(on_sqlite.config.database.url, "postgresql://nobody:hunter-two@127.0.0.1:9/nothing")
    said = on_sqlite.types("doctor")
    assert said.status == 1
    assert "数据库打不开" in said.out
    assert "hunter-two" not in said.out


@pytest.mark.parametrize(("revision", "code"), [("0001", "schema_old"), ("9999", "schema_newer")])
def test_a_schema_of_another_version(clinic: Clinic, revision: str, code: str) -> None:
    engine = create_engine(clinic.terminal.config.database.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :is"), {"is": revision})
    engine.dispose()
    assert clinic.codes()["schema"] == code


@pytest.mark.parametrize(("version", "buggy"), [("3.40.1", True), ("3.51.2", True), ("3.51.3", False), ("4.0", False)])
def test_which_sqlite_has_the_bug(version: str, buggy: bool) -> None:
    assert storage.has_wal_bug(version) == buggy


def test_where_the_operator_would_hear_of_trouble(clinic: Clinic) -> None:
    assert clinic.codes()["alerts"] == "alerts_none"
    clinic.terminal.configures("[organisation]", '[alerts]\nurls = "json://127.0.0.1:9/x"\n\n[organisation]')
    assert clinic.codes()["alerts"] == "alerts_set"
    clinic.terminal.configures("json://127.0.0.1:9/x", "jsonn://secret@127.0.0.1:9/x")
    alerts = clinic.asks()[1]["alerts"]
    assert (alerts["code"], "jsonn" in alerts["sentence"], "secret" in str(alerts)) == ("alerts_unknown", True, False)
