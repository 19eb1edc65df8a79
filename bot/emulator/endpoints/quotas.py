"""Quotas and refused requests: `/cgi-bin/clear_quota`, `/cgi-bin/openapi/…`. Source: 「OpenAPI 管理」."""

from typing import Any

from bot.emulator.clock import month_of
from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform

CLEARED_A_MONTH, CLEARED_EACH_A_MONTH = 10, 50


def clear(platform: Platform, call: Call) -> dict[str, Any]:
    if call.body.get("appid") != platform.account.app_id:
        raise Refused(40013)
    return _clear_all(platform, call)


def clear_by_secret(platform: Platform, call: Call) -> dict[str, Any]:
    """Without an access token, for whoever has no call left to get one."""
    if call.body.get("appid") != platform.account.app_id:
        raise Refused(40013)
    if call.body.get("appsecret") != platform.account.app_secret:
        raise Refused(40125)
    return _clear_all(platform, call)


def _clear_all(platform: Platform, call: Call) -> dict[str, Any]:
    if platform.stats.spend_in_month("clear_quota", month_of(call.now)) > CLEARED_A_MONTH:
        raise Refused(48006)
    platform.stats.used.clear()
    return OK


def clear_one(platform: Platform, call: Call) -> dict[str, Any]:
    path = call.body.get("cgi_path")
    if path not in platform.stats.calls:
        raise Refused(76021)
    if platform.stats.spend_in_month("openapi/quota/clear", month_of(call.now)) > CLEARED_EACH_A_MONTH:
        raise Refused(48006)
    platform.stats.used.pop(str(path), None)
    return OK


def explain(platform: Platform, call: Call) -> dict[str, Any]:
    """What a refused request was, for seven days."""
    rid = call.body.get("rid")
    if not isinstance(rid, str) or rid.count("-") != 2:
        raise Refused(76002)
    request = platform.journal.find(rid, call.now)
    if request is None:
        raise Refused(76001)
    return {**OK, "request": request}


TABLE: Table = {
    "/cgi-bin/clear_quota": Endpoint("POST", clear),
    "/cgi-bin/clear_quota/v2": Endpoint("POST", clear_by_secret, token=False),
    "/cgi-bin/openapi/quota/clear": Endpoint("POST", clear_one),
    "/cgi-bin/openapi/rid/get": Endpoint("POST", explain),
}
