"""The doctor: what it prints where all is well, how it ends, what it leaves alone, and what is written about it."""

import json
import re
from pathlib import Path

import pytest

from bot.doctor.examination import CHECKS, CONFIGURATION
from bot.doctor.failures import BY_ERRCODE
from bot.doctor.finding import CODES, State
from bot.texts import Texts

from .clinic import Clinic
from .conftest import Terminal, serving

PAGE = Path(__file__).parents[3] / "docs" / "doctor.md"
WITH_CURE = {code for code, state in CODES.items() if state in (State.WARNING, State.PROBLEM)}


def test_an_installation_without_a_fault_has_none(clinic: Clinic) -> None:
    status, found = clinic.asks()
    assert status == 0
    assert {check: one["code"] for check, one in found.items() if one["state"] != "ok"} == {}
    # An address without encryption has no certificate, SQLite no clock of its own.
    assert set(found) == {CONFIGURATION, *(check.name for check in CHECKS)} - {"certificate", "database_clock"}


def test_each_check_is_one_line_with_its_cure(clinic: Clinic) -> None:
    clinic.fails("/cgi-bin/stable_token", errcode=40243)
    said = clinic.terminal.types("doctor")
    lines = said.out.splitlines()
    assert said.status == 1
    assert lines[0] == f"正常　配置文件　{clinic.terminal.config_file} 读好了，每一项都合规矩。"
    assert [line for line in lines if line.startswith("问题")] == [
        "问题　令牌　　　AppSecret 被冻结了（40243）。办法：请管理员到「微信开发者平台 → 开发信息」解冻 AppSecret；"
        "以前的令牌到期后就什么都推送不出去。"
    ]
    assert "跳过　账号种类　拿不到令牌，查不了。" in lines
    assert lines[-1] == "有 1 个问题、0 处值得看一看。每个代码的详细说明见 docs/doctor.md。"


def test_a_warning_fails_nothing(clinic: Clinic) -> None:
    clinic.order("menu", {"button": []})
    said = clinic.terminal.types("doctor")
    assert (said.status, said.lines[-1]) == (0, "没有问题，有 1 处值得看一看。")


def test_a_configuration_that_cannot_be_read_ends_it(clinic: Clinic) -> None:
    clinic.terminal.configures("[wechat]", "[wechat]\ntocken = 1")
    status, found = clinic.asks()
    assert (status, [one["code"] for one in found.values()]) == (2, ["config_unreadable"])
    assert "是不是想写 token" in found[CONFIGURATION]["sentence"]


def test_json_says_the_same_to_programs(clinic: Clinic) -> None:
    said = clinic.terminal.types("doctor", "--json")
    for one in json.loads(said.out):
        assert set(one) == {"check", "state", "code", "sentence", "cure"}
        assert one["state"] == CODES[one["code"]]


def test_a_running_server_is_named_and_left_alone(clinic: Clinic) -> None:
    with serving(clinic.terminal.config) as product:
        clinic.calls("/cgi-bin/get_current_selfmenu_info", {})
        before = clinic.emulator.platform.tokens.saved()["latest"]["stable"]
        clinic.fails("/cgi-bin/getcallbackip", errcode=40001)
        codes = clinic.codes()
        assert (codes["owner"], codes["token"]) == ("owner_running", "token_refused")
        assert product.database.file
    tokens = clinic.emulator.platform.tokens.saved()
    assert (tokens["latest"]["stable"], tokens["forced"]) == (before, [])


def test_a_healthy_database_of_either_kind_is_named(terminal: Terminal) -> None:
    found = {one["check"]: one["code"] for one in json.loads(terminal.types("doctor", "--json").out)}
    assert found["schema"] == "schema_current"
    if terminal.config.database.url.startswith("postgresql"):
        assert (found["database"], found["database_clock"]) == ("postgresql_good", "database_clock_right")
        assert "owner" not in found
    else:
        assert found["database"] in ("sqlite_good", "sqlite_wal_bug")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_sentence_and_a_cure_where_one_is_needed(code: str) -> None:
    keys = Texts.load("party").keys
    assert f"doctor.{code}" in keys
    assert (f"doctor.{code}_cure" in keys) == (code in WITH_CURE)


def test_for_every_warning_and_problem_there_is_a_test_that_names_it() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_d*.py"))
    assert {code for code in WITH_CURE if f'"{code}"' not in tests} == set()


def test_the_page_lists_every_warning_and_problem_and_no_other_code() -> None:
    listed = re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(WITH_CURE)


def test_the_page_lists_every_return_code_that_has_a_cure_of_its_own() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## 微信的返回码")[2]
    named = {
        int(number): code
        for row in table.splitlines()
        for code in re.findall(r"`(\w+)`", row)[:1]
        for number in re.findall(r"\b\d{5}\b", row.split("|")[1])
        if "带着令牌" not in row
    }
    assert BY_ERRCODE.items() <= named.items()
