"""The JS-SDK as a page loads it, and the check of the page's signature: `/open/js/…`.

On the real platform the app does this itself; here the script asks. Source: 「JS-SDK 说明文档」, 附录 1 and 5.
"""

import hashlib
import hmac
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.emulator.endpoints.call import Call, Endpoint, Table
from bot.emulator.pages import Page
from bot.emulator.platform import Platform

_SCRIPT = Path(__file__).parents[1] / "jweixin.js"


def script(platform: Platform, call: Call) -> Page:
    """What a page loads."""
    return Page(_SCRIPT.read_bytes(), "text/javascript; charset=utf-8")


def check(platform: Platform, call: Call) -> dict[str, Any]:
    """Whether `wx.config` was given what fits the page's address; and what the tags on it have to know."""
    trouble = _trouble(platform, call)
    if trouble:
        return {"errMsg": f"config:fail, {trouble}"}
    templates = platform.templates.of("subscription") if platform.may("subscription") else ()
    return {
        "errMsg": "config:ok",
        "openid": call.phone,
        "templates": {template.id: template.title for template in templates},
    }


def _trouble(platform: Platform, call: Call) -> str:
    query = call.query
    if query.get("appid") != platform.account.app_id:
        return "invalid appid"
    if not call.phone:
        return "not on an emulated phone"
    url = query.get("url", "").partition("#")[0]
    if platform.settings.web_domain not in ("", urlsplit(url).hostname):
        return "invalid url domain"
    ticket, _ = platform.web.ticket("jsapi", call.now)
    signed = f"jsapi_ticket={ticket}&noncestr={query.get('noncestr')}&timestamp={query.get('timestamp')}&url={url}"
    expected = hashlib.sha1(signed.encode()).hexdigest()
    if not hmac.compare_digest(expected.encode(), query.get("signature", "").encode()):
        return "invalid signature"
    return ""


TABLE: Table = {
    "/open/js/jweixin-1.6.0.js": Endpoint("GET", script, token=False),
    "/open/js/check": Endpoint("GET", check, token=False),
}
