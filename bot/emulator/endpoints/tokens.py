"""`/cgi-bin/token` and `/cgi-bin/stable_token`."""

from typing import Any

from bot.emulator.endpoints.call import Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform


def token(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「获取 Access token」."""
    _check(platform, call, call.query)
    issued, seconds = platform.tokens.new(call.now)
    return {"access_token": issued, "expires_in": seconds}


def stable_token(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「获取稳定版接口调用凭据」."""
    _check(platform, call, call.body)
    force = call.body.get("force_refresh", False)
    if not isinstance(force, bool):
        raise Refused(47001, "force_refresh must be a boolean")
    issued, seconds = platform.tokens.stable(call.now, force=force)
    return {"access_token": issued, "expires_in": seconds}


def _check(platform: Platform, call: Call, given: dict[str, Any]) -> None:
    if given.get("grant_type") != "client_credential":
        raise Refused(40002)
    if not given.get("appid"):
        raise Refused(41002)
    if given["appid"] != platform.account.app_id:
        raise Refused(40013)
    secret = given.get("secret")
    if not secret:
        raise Refused(41004)
    if secret != platform.account.app_secret:
        raise Refused(40125)
    if platform.settings.token_refused:
        raise Refused(platform.settings.token_refused)
    allowed = platform.settings.ip_allow_list
    if allowed and call.address not in allowed:
        raise Refused(40164, f"{call.address} ipv6 ::ffff:{call.address}, not in whitelist")


TABLE: Table = {
    "/cgi-bin/token": Endpoint("GET", token, daily=2_000, sandbox=200, token=False),
    "/cgi-bin/stable_token": Endpoint("POST", stable_token, daily=500_000, token=False),
}
