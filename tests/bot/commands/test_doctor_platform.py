"""Whatever the emulated platform can get wrong, the doctor names."""

import socket
from typing import Any

import pytest

from bot.doctor.failures import named
from bot.doctor.kinds import compared
from bot.emulator.templates import Template
from bot.wechat.errors import NotSent

from .clinic import Clinic

KINDS = ("subscription", "verified-subscription", "service", "verified-service", "test")
UNVERIFIED = ("subscription", "service")

REFUSALS = {
    40001: "secret_wrong",
    40002: "call_refused",
    40013: "app_id_unknown",
    40125: "secret_wrong",
    40164: "ip_not_allowed",
    40243: "secret_frozen",
    45009: "quota_spent",
    45011: "too_fast",
    48001: "not_permitted",
    48004: "account_punished",
    50004: "account_barred",
    50007: "account_barred",
    89501: "ip_unconfirmed",
    89503: "ip_unconfirmed",
    89506: "ip_rejected",
    89507: "ip_rejected",
    -1: "platform_busy",
    87009: "call_refused",
}


@pytest.mark.parametrize(("errcode", "code"), REFUSALS.items())
def test_every_refusal_of_the_token_has_its_name(clinic: Clinic, errcode: int, code: str) -> None:
    clinic.fails("/cgi-bin/stable_token", errcode=errcode)
    status, found = clinic.asks()
    assert (status, found["token"]["code"]) == (1, code)
    assert found["kind"]["code"] == "without_token"


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_token_that_is_refused_is_not_taken_for_a_wrong_secret(clinic: Clinic, errcode: int) -> None:
    clinic.fails("/cgi-bin/getcallbackip", errcode=errcode)
    assert clinic.codes()["token"] == "token_refused"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"http_status": 404}, "no_answer"),
        ({"http_status": 502}, "no_answer"),
        ({"delay_ms": 1500}, "timed_out"),
        ({"drop": "before"}, "connection_lost"),
        ({"drop": "after"}, "connection_lost"),
    ],
)
def test_a_platform_that_gives_no_answer(clinic: Clinic, fault: dict[str, Any], code: str) -> None:
    clinic.fails("*", **fault)
    status, found = clinic.asks("--timeout", "0.5")
    assert (status, found["token"]["code"]) == (1, code)


def test_a_fault_that_is_over_is_none(clinic: Clinic) -> None:
    clinic.order("faults", [{"path": "*", "times": 1, "errcode": -1}])
    assert clinic.codes()["token"] == "platform_busy"
    assert clinic.asks()[0] == 0


@pytest.mark.parametrize("errcode", [40243, 50004, 50007, 89501, 89503, 89506, 89507])
def test_an_account_whose_standing_forbids_tokens(clinic: Clinic, errcode: int) -> None:
    clinic.order("settings", {"token_refused": errcode})
    assert clinic.codes()["token"] == REFUSALS[errcode]


def test_an_address_that_is_not_on_the_whitelist_is_named_with_where_to_enter_it(clinic: Clinic) -> None:
    clinic.order("settings", {"ip_allow_list": ["203.0.113.9"]})
    token = clinic.asks()[1]["token"]
    assert token["code"] == "ip_not_allowed"
    assert token["sentence"] == "这台机器的 IP 127.0.0.1 不在白名单里（40164）。"
    assert token["cure"] == "到「微信开发者平台 → 开发信息 → API IP 白名单」加上 127.0.0.1，几分钟后生效。"


def test_a_wrong_secret_and_a_wrong_app_id(clinic: Clinic) -> None:
    clinic.terminal.configures("0123456789abcdef0123456789abcdef", "f" * 32)
    assert clinic.codes()["token"] == "secret_wrong"
    clinic.terminal.configures("wx0123456789abcdef", "wxffffffffffffffff")
    assert clinic.codes()["token"] == "app_id_unknown"


@pytest.mark.parametrize(("proxy", "code"), [("", "no_connection"), ("http://me:x@10.0.0.1:3128", "proxy_unused")])
def test_nobody_there(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, proxy: str, code: str) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", proxy)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # Bound and not listening: whoever calls is refused.
        clinic.terminal.configures(clinic.base, f"http://127.0.0.1:{silent.getsockname()[1]}")
        found = clinic.asks()[1]
    assert (found["token"]["code"], found["clock"]["code"]) == (code, "without_date")
    assert "me:x" not in found["token"]["sentence"]


def test_a_platform_that_speaks_no_encryption(clinic: Clinic) -> None:
    clinic.terminal.configures(f'api_base = "{clinic.base}"', f'api_base = "{clinic.base.replace("http", "https")}"')
    assert clinic.codes()["token"] == "encryption_failed"


def test_a_name_that_nobody_knows() -> None:
    # By the client's word for it: a real question would leave this machine.
    assert named(NotSent("ClientConnectorDNSError"), "https://api.weixin.qq.com").code == "name_unknown"


@pytest.mark.parametrize(("seconds", "code"), [(30, "clock_right"), (3600, "clock_off")])
def test_a_clock_that_is_off(clinic: Clinic, seconds: int, code: str) -> None:
    clinic.order("clock", {"advance_seconds": seconds})
    clock = clinic.asks()[1]["clock"]
    assert clock["code"] == code
    assert ("比微信慢了" in clock["sentence"]) == (code == "clock_off")


def test_a_clock_that_follows_the_platforms_is_not_compared(clinic: Clinic) -> None:
    clinic.terminal.configures("[schedule]", f'[development]\nclock_url = "{clinic.base}/_/clock"\n\n[schedule]')
    clinic.order("clock", {"advance_seconds": 3600})
    assert clinic.codes()["clock"] == "clock_followed"


def expected(configured: str, actual: str) -> str:
    """What is to be found of an account that is one kind and configured as another."""
    if configured == actual or (configured in UNVERIFIED and actual in UNVERIFIED):
        return "kind_right"
    if (configured, actual) == ("verified-service", "test"):
        return "kind_without_notices"
    strength = (*UNVERIFIED, "verified-subscription", "test", "verified-service")
    return "kind_less" if strength.index(configured) > strength.index(actual) else "kind_more"


@pytest.mark.parametrize("actual", KINDS)
def test_the_kind_is_found_out_and_compared(clinic: Clinic, actual: str) -> None:
    clinic.order("account", {"kind": actual})
    before = "[wechat]"
    for configured in KINDS:
        clinic.terminal.configures(before, before := f'[wechat]\naccount = "{configured}"')
        assert clinic.codes()["kind"] == expected(configured, actual), configured


@pytest.mark.parametrize("may", [True, False])
def test_whether_an_unverified_service_account_has_menus_decides_nothing(clinic: Clinic, may: bool) -> None:
    clinic.order("account", {"kind": "service"})
    clinic.order("settings", {"service_menu": may})
    kind = clinic.asks()[1]["kind"]
    assert kind["sentence"] == ("配置写的是已认证服务号，实际只有未认证服务号的权限：推送都要等成员先发消息。")
    assert kind["cure"].startswith("把 wechat.account 改成 service；")


def test_an_ability_that_was_taken_away(clinic: Clinic) -> None:
    clinic.fails("/cgi-bin/tags/get", errcode=48001)
    kind = clinic.asks()[1]["kind"]
    assert kind["code"] == "kind_unclear"
    assert "永久素材、自定义菜单、订阅通知、模板消息" in kind["sentence"]


def test_an_account_that_may_nothing_is_still_named() -> None:
    assert compared("test", frozenset({"template"})).code == "kind_unclear"


@pytest.mark.parametrize(
    ("path", "checks"),
    [
        ("/cgi-bin/tags/get", {"kind"}),
        ("/cgi-bin/material/get_materialcount", {"kind"}),
        ("/cgi-bin/menu/get", {"kind", "menu"}),
        ("/cgi-bin/template/get_all_private_template", {"kind", "templates"}),
        ("/wxaapi/newtmpl/gettemplate", {"kind"}),
        ("/cgi-bin/openapi/quota/get", {"quota"}),
        ("/cgi-bin/get_current_selfmenu_info", {"menu"}),
        ("/cgi-bin/callback/check", {"network"}),
    ],
)
def test_a_fault_of_one_question_is_named_there(clinic: Clinic, path: str, checks: set[str]) -> None:
    clinic.fails(path, errcode=-1)
    assert {check for check, code in clinic.codes().items() if code == "platform_busy"} == checks
    clinic.fails(path, drop="after")
    assert {check for check, code in clinic.codes().items() if code == "connection_lost"} == checks


@pytest.mark.parametrize(("used", "code"), [(0, "quota_enough"), (450_001, "quota_low"), (500_000, "quota_used_up")])
def test_what_is_left_of_the_day(clinic: Clinic, used: int, code: str) -> None:
    stats = clinic.emulator.platform.stats
    day = stats.used["/cgi-bin/menu/create"][0]
    stats.used["/cgi-bin/message/custom/send"] = (day, used)
    quota = clinic.asks()[1]["quota"]
    assert quota["code"] == code
    assert f"客服消息还能发 {500_000 - used} 条（每天 500000 条）" in quota["sentence"]


def test_an_account_that_cannot_send_has_no_quota(clinic: Clinic) -> None:
    clinic.order("account", {"kind": "subscription"})
    assert clinic.codes()["quota"] == "without_sending"


def test_menus(clinic: Clinic) -> None:
    assert clinic.asks()[1]["menu"]["sentence"] == "已发布：打卡。"
    clinic.order("menu", {"button": [{"type": "click", "name": "旧的", "key": "OLD"}]})
    assert clinic.asks()[1]["menu"]["sentence"] == "是在公众平台的页面上做的：旧的。"
    clinic.order("menu", {"button": []})
    assert clinic.codes()["menu"] == "menu_missing"


def test_templates_are_listed_with_their_fields(clinic: Clinic) -> None:
    assert clinic.codes()["templates"] == "templates_none"
    add = "/cgi-bin/template/api_add_template"
    clinic.calls(add, {"template_id_short": "43216", "keyword_name_list": ["学习内容", "打卡时间"]})
    templates = clinic.asks()[1]["templates"]
    assert (templates["code"], templates["sentence"]) == ("templates_listed", "打卡结果通知（thing1、time2）。")
    old = Template("OLD", "template", "旧通知", "{{first.DATA}}\n主题：{{thing1.DATA}}\n{{remark.DATA}}")
    clinic.emulator.platform.templates.add(old)
    templates = clinic.asks()[1]["templates"]
    assert templates["code"] == "templates_outdated"
    assert "旧通知里的 first、remark 成员看不到" in templates["sentence"]
