"""Customer-service messages: to somebody who wrote in the last 48 hours, or tapped or scanned in the last minute.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html 「客服接口-发消息」

Nothing here carries a key: a call whose outcome is unknown may have reached its reader. All raise `CallFailed`.
"""

from collections.abc import Mapping
from typing import Any

from bot.wechat.client import Client
from bot.wechat.replies import Article

SEND = "/cgi-bin/message/custom/send"


async def send_text(client: Client, openid: str, text: str, *, push: int | None = None) -> None:
    """Send a text; about 2,048 bytes of UTF-8 are taken. `push` is what the log is to name."""
    await _send(client, openid, "text", {"content": text}, push)


async def send_image(client: Client, openid: str, media_id: str, *, push: int | None = None) -> None:
    """Send an uploaded picture."""
    await _send(client, openid, "image", {"media_id": media_id}, push)


async def send_news(client: Client, openid: str, article: Article, *, push: int | None = None) -> None:
    """Send a card that leads to an address of ours; more than one in a message is refused."""
    card = {
        "title": article.title,
        "description": article.description,
        "url": article.url,
        "picurl": article.picture_url,
    }
    await _send(client, openid, "news", {"articles": [card]}, push)


async def send_choices(
    client: Client, openid: str, head: str, choices: Mapping[str, str], tail: str = "", *, push: int | None = None
) -> None:
    """Send a question with answers to tap on, id → words; the tap comes as a text with `bizmsgmenuid`.

    A test account is refused it (40200).
    """
    answers = [{"id": number, "content": words} for number, words in choices.items()]
    await _send(client, openid, "msgmenu", {"head_content": head, "list": answers, "tail_content": tail}, push)


async def _send(client: Client, openid: str, kind: str, content: Mapping[str, Any], push: int | None) -> None:
    await client.call(SEND, json={"touser": openid, "msgtype": kind, kind: content}, push=push)
