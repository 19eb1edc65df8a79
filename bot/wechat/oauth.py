"""Web authorisation: which follower opened a page in WeChat. For verified service accounts and test accounts.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html 「网页授权」
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bot.wechat.client import Client

_PAGE = "https://open.weixin.qq.com/connect/oauth2/authorize"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened the page. A `snapshot` is the platform's preview for somebody who didn't sign in: its openid is made
    up, and must not be bound to anybody."""

    openid: str
    snapshot: bool = False


def address(app_id: str, back_to: str, state: str, page: str = _PAGE) -> str:
    """Where to send a visitor who is to come back to `back_to` with a code and `state` (letters and digits).

    Silent, and for people who don't follow too; `page` is the platform's own, or an emulator's.
    """
    # The platform takes these in this order alone.
    query = urlencode(
        {
            "appid": app_id,
            "redirect_uri": back_to,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        },
        quote_via=quote,
        safe="",
    )
    return f"{page}?{query}#wechat_redirect"


async def visitor(client: Client, code: str) -> Visitor:
    """Who came back with this code, which is good for five minutes and once. Raises `CallFailed`.

    `RequestWrong` with 40029, 40163 or 42003 says that the code is none, was used or is too old: send them again.
    """
    query = {"code": code, "grant_type": "authorization_code"}
    answer = await client.call_with_secret("/sns/oauth2/access_token", query)
    return Visitor(str(answer.get("openid") or ""), bool(answer.get("is_snapshotuser")))
