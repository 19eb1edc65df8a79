"""The table of APIs: path → what it is. Every file here holds one family of them, with its own `TABLE`.

Daily limits: 「接口调用频次限制」, for an ordinary and for a test account; 0 is unlimited.
"""

from typing import Any

from bot.emulator.account import Account
from bot.emulator.endpoints import (
    codes,
    custom,
    drafts,
    jssdk,
    mass,
    material,
    media,
    menu,
    one_time,
    publishing,
    quotas,
    staff,
    subscriptions,
    tags,
    templates,
    tokens,
    tools,
    users,
    web,
    wecom,
)
from bot.emulator.endpoints.call import Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform


def limits(account: Account) -> dict[str, int]:
    """Path → calls a day, for the APIs that have a limit."""
    found = {endpoint.counted or path: endpoint.limit(sandbox=account.sandbox) for path, endpoint in ENDPOINTS.items()}
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
    used = platform.stats.used_today(endpoint.counted or path, call.now)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "quota": {"daily_limit": limit, "used": used, "remain": max(0, limit - used)},
        "rate_limit": {"call_count": limit, "refresh_second": 86400},
    }


ENDPOINTS: Table = {
    **tokens.TABLE,
    **custom.TABLE,
    **staff.TABLE,
    **users.TABLE,
    **tags.TABLE,
    **codes.TABLE,
    **media.TABLE,
    **material.TABLE,
    **templates.TABLE,
    **subscriptions.TABLE,
    **one_time.TABLE,
    **mass.TABLE,
    **drafts.TABLE,
    **publishing.TABLE,
    **web.TABLE,
    **jssdk.TABLE,
    **quotas.TABLE,
    **wecom.TABLE,
    **menu.TABLE,
    **tools.TABLE,
    "/cgi-bin/openapi/quota/get": Endpoint("POST", quota),
}
