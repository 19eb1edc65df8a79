"""Harmless questions that tell how things stand between the platform and us. All raise `CallFailed`.

https://developers.weixin.qq.com/doc/offiaccount/openApi/get_api_quota.html 「查询 API 调用额度」
https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Network_Detection.html 「网络检测」
https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Get_the_WeChat_server_IP_address.html
"""

from dataclasses import dataclass
from typing import Any

from bot.wechat.client import Client


@dataclass(frozen=True, slots=True)
class Quota:
    """An API's calls of today; `limit` 0 where the platform sets none."""

    limit: int
    used: int
    left: int


async def quota(client: Client, path: str) -> Quota:
    """How many calls of an API, "/cgi-bin/message/custom/send" for one, are left today."""
    answer = await client.call("/cgi-bin/openapi/quota/get", json={"cgi_path": path}, repeatable=True)
    found = answer.get("quota") or {}
    return Quota(*(int(found.get(name) or 0) for name in ("daily_limit", "used", "remain")))


async def callback_addresses(client: Client) -> list[str]:
    """From where the platform pushes: addresses and networks, which change. Every kind of account may ask."""
    return [str(one) for one in (await client.call("/cgi-bin/getcallbackip", method="GET")).get("ip_list") or []]


async def check_callback(client: Client) -> dict[str, Any]:
    """The platform's own look at our address from its networks: `dns` and `ping`, a list of findings each."""
    asked = {"action": "all", "check_operator": "DEFAULT"}
    return await client.call("/cgi-bin/callback/check", json=asked, repeatable=True)


async def follower(client: Client, openid: str) -> dict[str, Any]:
    """What the platform tells of a follower, `subscribe` 0 for one who left; unverified accounts may not ask (48001).

    https://developers.weixin.qq.com/doc/offiaccount/User_Management/Get_users_basic_information_UnionID.html
    """
    return await client.call("/cgi-bin/user/info", method="GET", params={"openid": openid, "lang": "zh_CN"})
