"""What a page in WeChat needs to use its JS-SDK: the script, the ticket, and a signature made with it.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html 「JS-SDK 说明文档」, 附录 1
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.wechat.client import Client

_SCRIPT = "/open/js/jweixin-1.6.0.js"
# A page that was signed just before the ticket ends has to load.
_BEFORE_END = timedelta(minutes=5)


def script(api_base: str) -> str:
    """Where pages load the JS-SDK from: the platform's own host, or an emulator's."""
    official = (urlsplit(api_base).hostname or "").endswith(".weixin.qq.com")
    return f"https://res.wx.qq.com{_SCRIPT}" if official else f"{api_base}{_SCRIPT}"


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The signature for the page at `url`, which is signed as the browser shows it, without what follows a `#`."""
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(signed.encode()).hexdigest()


class Signer:
    """Signs the pages of an account. The ticket is kept until it ends, since few may be asked for."""

    def __init__(self, client: Client, app_id: str) -> None:
        self._client = client
        self._app_id = app_id
        self._ticket = ""
        self._ends: datetime | None = None

    async def sign(self, url: str, now: datetime) -> dict[str, str | int]:
        """What `wx.config` wants to know for the page at `url`. Raises `CallFailed`."""
        if self._ends is None or now >= self._ends:
            answer = await self._client.call("/cgi-bin/ticket/getticket", method="GET", params={"type": "jsapi"})
            self._ticket = str(answer.get("ticket") or "")
            self._ends = now + timedelta(seconds=float(answer.get("expires_in") or 0)) - _BEFORE_END
        nonce, timestamp = secrets.token_hex(8), int(now.timestamp())
        signed = signature(self._ticket, nonce, timestamp, url)
        return {"appId": self._app_id, "timestamp": timestamp, "nonceStr": nonce, "signature": signed}
