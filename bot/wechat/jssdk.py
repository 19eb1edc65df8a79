"""What a page in WeChat needs to use its JS-SDK: the ticket, and a signature made with it.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html 「JS-SDK 说明文档」, 附录 1
"""

import hashlib

from bot.wechat.client import Client


async def ticket(client: Client) -> tuple[str, float]:
    """The ticket and how many seconds it is good; to be kept, since few may be asked for. Raises `CallFailed`."""
    answer = await client.call("/cgi-bin/ticket/getticket", method="GET", params={"type": "jsapi"})
    return str(answer.get("ticket") or ""), float(answer.get("expires_in") or 0)


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The signature for the page at `url`, which is signed as the browser shows it, without what follows a `#`."""
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(signed.encode()).hexdigest()
