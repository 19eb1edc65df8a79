"""QR codes that carry a word of ours: who scans one follows, or comes in, and we hear the word.

https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code.html
「生成带参数的二维码」; for verified service accounts and test accounts.
"""

from datetime import timedelta
from typing import Any

from bot.wechat.client import Client

LONGEST = timedelta(days=30)


async def create(client: Client, scene: str, lasts: timedelta | None = LONGEST) -> str:
    """Make a code for `scene` (1 to 64 characters); returns the text that it is to hold. Raises `CallFailed`.

    `lasts` None makes a permanent one: an account has 100,000 of those, and none can be given back.
    """
    body: dict[str, Any] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    if lasts is not None:
        body |= {"action_name": "QR_STR_SCENE", "expire_seconds": int(min(lasts, LONGEST).total_seconds())}
    answer = await client.call("/cgi-bin/qrcode/create", json=body, repeatable=lasts is not None)
    return str(answer.get("url") or "")
