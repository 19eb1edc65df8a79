"""A robot of a WeCom group: one POST, with the key in its address.

https://developer.work.weixin.qq.com/document/path/91770 「消息推送（原群机器人）」

WeCom's return codes are its own: some numbers mean something else at the Official Account platform.
"""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.wechat.client import Client
from bot.wechat.errors import CallFailed, NotSent
from scheduler.postings import Posted, Written

PATH = "/cgi-bin/webhook/send"
TEXT_BYTES, MARKDOWN_BYTES = 2048, 4096

# 93000 the key is wrong or the robot was removed, 40001 and 40014 as for applications; 45009 too many in a minute.
_RESULTS = {93000: Posted.REFUSED, 40001: Posted.REFUSED, 40014: Posted.REFUSED, 45009: Posted.TOO_FAST}
# Busy, or too many at once.
_LATER = frozenset({-1, 45033, 50001})


def key_of(address: str, base: str) -> str | None:
    """The key in a robot's address; None for any other address, of another host too."""
    parts, own = urlsplit(address.strip()), urlsplit(base)
    if (parts.scheme, parts.netloc, parts.path) != (own.scheme, own.netloc, own.path + PATH):
        return None
    keys = parse_qs(parts.query).get("key", [])
    return keys[0] if len(keys) == 1 and keys[0] else None


def message(text: str) -> dict[str, Any] | None:
    """A text as the robot takes it: as markdown where it is too long for a plain one; None if it is for that too."""
    size = len(text.encode())
    if size <= TEXT_BYTES:
        return {"msgtype": "text", "text": {"content": text}}
    if size <= MARKDOWN_BYTES:
        return {"msgtype": "markdown", "markdown": {"content": text}}
    return None


async def say(client: Client, base: str, key: str, text: str) -> Written:
    """Writes a text into the robot's group."""
    body = message(text)
    if body is None:
        return Written(Posted.WRONG)
    try:
        status, answer = await client.hand_in(base + PATH, body, {"key": key})
    except NotSent:
        return Written(Posted.LATER)
    except CallFailed:
        return Written(Posted.UNKNOWN)
    return _judged(status, answer)


def _judged(status: int, answer: str) -> Written:
    try:
        errcode = int(json.loads(answer)["errcode"])
    except (ValueError, TypeError, KeyError):
        # No answer of the robot's: something before it refused the request, or it broke down over it.
        return Written(Posted.LATER if 300 <= status < 500 else Posted.UNKNOWN)
    if errcode == 0:
        return Written(Posted.ACCEPTED, 0)
    result = Posted.LATER if errcode in _LATER else _RESULTS.get(errcode, Posted.WRONG)
    return Written(result, errcode)
