"""Mass messages: to up to 10,000 openids (verified service accounts), or to those who carry a tag.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html 「群发接口」

`key` is ours: what comes again with the same one within a day is not sent again, so that a message whose fate is
unknown may be repeated. Without one the platform would compare audience and content, and refuse a second message of
the same words. All raise `CallFailed`, `OutcomeUnknown` where the same key should be asked about again; what they
return is the number by which the receipt comes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.wechat.client import Client
from bot.wechat.errors import Duplicate

# One openid alone is refused (40130): a customer-service or template message is for that.
FEWEST, MOST = 2, 10_000
# The platform's pages say 32 and 64 bytes; the smaller one is right in any case.
KEY_BYTES = 32


def text(content: str) -> dict[str, Any]:
    """A text, as the content of a mass message."""
    return {"msgtype": "text", "text": {"content": content}}


async def send(client: Client, openids: Sequence[str], content: Mapping[str, Any], key: str) -> int:
    """Send to these followers."""
    if not FEWEST <= len(openids) <= MOST:
        raise ValueError(f"{len(openids)} openids: the platform takes {FEWEST} to {MOST}")
    return await _submit(client, "/cgi-bin/message/mass/send", {"touser": list(openids), **content}, key)


async def send_to_tag(client: Client, tag_id: int, content: Mapping[str, Any], key: str) -> int:
    """Send to all who carry a tag; never to everybody."""
    audience = {"filter": {"is_to_all": False, "tag_id": tag_id}}
    return await _submit(client, "/cgi-bin/message/mass/sendall", {**audience, **content}, key)


async def _submit(client: Client, path: str, body: Mapping[str, Any], key: str) -> int:
    if not 0 < len(key.encode()) <= KEY_BYTES:
        raise ValueError(f"a key of {len(key.encode())} bytes: 1 to {KEY_BYTES} are taken")
    try:
        # Not `repeatable`, though it is: the caller has to know whether this very call may have been carried out.
        answer: Mapping[str, Any] = await client.call(path, json={**body, "clientmsgid": key}, repeatable=False)
    except Duplicate as known:
        # It was submitted before, and we are told its number.
        answer = known.answer
    return int(answer.get("msg_id") or 0)
