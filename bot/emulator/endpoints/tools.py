"""What an operator asks the platform about itself: addresses, quotas, and whether the callback can be reached."""

from typing import Any
from urllib.parse import urlsplit

from bot.emulator.endpoints.call import Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform

# An emulated platform pushes from, and answers at, this machine alone.
ADDRESSES = ["127.0.0.1"]
OPERATORS = ("CHINANET", "UNICOM", "CAP", "DEFAULT")


def addresses(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「获取微信 API 服务器 IP」 and 「获取微信推送服务器 IP」."""
    return {"ip_list": ADDRESSES}


def callback_check(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「网络检测」."""
    action, operator = call.body.get("action"), call.body.get("check_operator")
    if action not in ("dns", "ping", "all"):
        raise Refused(40202)
    if operator not in OPERATORS:
        raise Refused(40203)
    host = urlsplit(platform.webhook).hostname
    if not host:
        raise Refused(40201)
    answer: dict[str, Any] = {}
    if action != "ping":
        answer["dns"] = [{"ip": host, "real_operator": operator}]
    if action != "dns":
        answer["ping"] = [{"ip": host, "from_operator": operator, "package_loss": "0%", "time": "1ms"}]
    return answer


TABLE: Table = {
    "/cgi-bin/getcallbackip": Endpoint("GET", addresses),
    "/cgi-bin/get_api_domain_ip": Endpoint("GET", addresses),
    "/cgi-bin/callback/check": Endpoint("POST", callback_check),
}
