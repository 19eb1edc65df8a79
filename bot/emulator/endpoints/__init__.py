"""The table of APIs: path → what it is. To add one, write its function and a line here.

Daily limits: 「接口调用频次限制」, for an ordinary and for a test account; 0 is unlimited.
"""

from typing import Any

from bot.emulator.account import Account
from bot.emulator.endpoints import custom, menu, tokens, tools, users
from bot.emulator.endpoints.call import Call, Endpoint
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform


def limits(account: Account) -> dict[str, int]:
    """Path → calls a day, for the APIs that have a limit."""
    found = {path: endpoint.limit(sandbox=account.sandbox) for path, endpoint in ENDPOINTS.items()}
    return {path: limit for path, limit in found.items() if limit}


def quota(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「查询 API 调用额度」."""
    path = call.body.get("cgi_path")
    endpoint = ENDPOINTS.get(path) if isinstance(path, str) else None
    if endpoint is None or not isinstance(path, str):
        raise Refused(76021)
    if not platform.may(endpoint.ability):
        raise Refused(76022)
    limit = endpoint.limit(sandbox=platform.account.sandbox)
    used = platform.stats.used_today(path, call.now)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "quota": {"daily_limit": limit, "used": used, "remain": max(0, limit - used)},
        "rate_limit": {"call_count": limit, "refresh_second": 86400},
    }


ENDPOINTS: dict[str, Endpoint] = {
    "/cgi-bin/token": Endpoint("GET", tokens.token, daily=2_000, sandbox=200, token=False),
    "/cgi-bin/stable_token": Endpoint("POST", tokens.stable_token, daily=500_000, token=False),
    "/cgi-bin/message/custom/send": Endpoint(
        "POST", custom.send, ability="custom", daily=500_000, sandbox=50_000, escapes="shown"
    ),
    "/cgi-bin/message/custom/typing": Endpoint("POST", custom.typing, ability="custom"),
    "/cgi-bin/user/info": Endpoint("GET", users.info, ability="users", daily=5_000_000, sandbox=500_000),
    "/cgi-bin/user/get": Endpoint("GET", users.get, ability="users", daily=500, sandbox=100),
    "/cgi-bin/menu/create": Endpoint("POST", menu.create, ability="menu", daily=1_000, sandbox=100, escapes=40033),
    "/cgi-bin/menu/get": Endpoint("GET", menu.get, ability="menu", daily=10_000, sandbox=1_000),
    "/cgi-bin/menu/delete": Endpoint("GET", menu.delete, ability="menu", daily=1_000, sandbox=100),
    "/cgi-bin/getcallbackip": Endpoint("GET", tools.addresses),
    "/cgi-bin/get_api_domain_ip": Endpoint("GET", tools.addresses),
    "/cgi-bin/callback/check": Endpoint("POST", tools.callback_check),
    "/cgi-bin/openapi/quota/get": Endpoint("POST", quota),
}
