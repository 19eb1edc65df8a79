"""What the platform says when it refuses: the errcodes it gives here, with its own words.

Source: 「全局返回码」. Clients must not compare errmsg by equality: every refusal ends with a `rid` of its own.
"""

import random
from typing import Any

ERRMSG: dict[int, str] = {
    -1: "system error",
    40001: (
        "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken,"
        " more details at https://mmbizurl.cn/s/JtxxFh33r"
    ),
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40015: "invalid menu type",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40164: "invalid ip",
    40200: "this account type is not allowed to send this message",
    40201: "invalid check url",
    40202: "invalid check action",
    40203: "invalid check operator",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41006: "media_id missing",
    41009: "missing openid",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    44005: "empty list size",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45010: "create menu limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "invalid command",
    45080: "need sending message to user, or recving message from user in the last 30 seconds before typing",
    45081: "you are already typing",
    46003: "menu no exist",
    47001: "data format error",
    47002: "data format error, do NOT use json unicode encode (\\uxxxx\\uxxxx), please use utf8 encoded text",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    48008: "no permission for this msgtype",
    50002: "user limited",
    53600: "invalid article id",
    76021: "cgi_path not found, please check",
    76022: "could not use this cgi_path, no permission",
}


class Refused(Exception):
    """An API call that the platform refuses with `errcode`; `detail` follows the platform's own words."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        super().__init__(errcode, detail)
        self.errcode = errcode
        self.detail = detail


def refusal(errcode: int, now: float, detail: str = "") -> dict[str, Any]:
    """The body of a refusal at `now` (seconds since the epoch)."""
    words = ERRMSG.get(errcode, "error")
    if detail:
        words = f"{words} {detail}"
    rid = f"{int(now):08x}-{random.getrandbits(32):08x}-{random.getrandbits(32):08x}"
    return {"errcode": errcode, "errmsg": f"{words} rid: {rid}"}
