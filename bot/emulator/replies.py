"""Passive replies: what the platform accepts, and what the follower then sees. Source: 「被动回复用户消息」."""

from dataclasses import dataclass
from typing import Any

from bot.emulator.envelope import Malformed
from bot.emulator.messages import Push
from bot.emulator.platform import Platform

TEXT_BYTES = 2048
# Articles in an answer to an event, and to a message.
ARTICLES_FOR_EVENT = 8
ARTICLES_FOR_MESSAGE = 1

# Handed over to people or to the platform's own AI: the chat shows nothing of it.
HANDED_OVER = frozenset({"transfer_customer_service", "transfer_biz_ai_ivr"})

# MsgType → (element, what must be in it, what the chat shows when it has no title).
MEDIA = {
    "image": ("Image", "MediaId", "[图片]"),
    "voice": ("Voice", "MediaId", "[语音]"),
    "video": ("Video", "MediaId", "[视频]"),
    "music": ("Music", "ThumbMediaId", "[音乐]"),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A usable reply; `fields` is None for text. `kind` may be one of HANDED_OVER."""

    kind: str
    content: str
    fields: dict[str, Any] | None


def judged(platform: Platform, push: Push, fields: dict[str, Any]) -> Reply:
    """Raises Malformed if the follower would be told that the account is out of service."""
    _check_envelope(platform, push, fields)
    kind = str(fields["MsgType"])
    if kind == "text":
        return Reply(kind, _text(fields), None)
    if kind in MEDIA:
        return _media(kind, fields)
    if kind == "news":
        return _news(platform, push, fields)
    if kind in HANDED_OVER:
        return Reply(kind, "", None)
    raise Malformed(f"MsgType {kind!r} is no kind of reply")


def _check_envelope(platform: Platform, push: Push, fields: dict[str, Any]) -> None:
    for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType"):
        if not fields.get(name):
            raise Malformed(f"the reply has no {name}")
    if fields["ToUserName"] != push.openid:
        raise Malformed("ToUserName is not the follower who wrote")
    if fields["FromUserName"] != platform.account.original_id:
        raise Malformed("FromUserName is not this account")
    if not str(fields["CreateTime"]).isdecimal():
        raise Malformed("CreateTime is not a number of seconds")


def _text(fields: dict[str, Any]) -> str:
    content = fields.get("Content")
    if not isinstance(content, str) or not content:
        raise Malformed("the text is empty")
    size = len(content.encode())
    if size > TEXT_BYTES:
        raise Malformed(f"the text has {size} bytes, {TEXT_BYTES} are allowed")
    return content


def _media(kind: str, fields: dict[str, Any]) -> Reply:
    element, needed, shown = MEDIA[kind]
    payload = fields.get(element)
    if not isinstance(payload, dict) or not payload.get(needed):
        raise Malformed(f"{element} has no {needed}")
    return Reply(kind, str(payload.get("Title") or shown), payload)


def _news(platform: Platform, push: Push, fields: dict[str, Any]) -> Reply:
    articles = _articles(fields.get("Articles"))
    if str(fields.get("ArticleCount", "")) != str(len(articles)):
        raise Malformed("ArticleCount is not the number of articles")
    for article in articles:
        missing = [name for name in ("Title", "Description", "PicUrl", "Url") if name not in article]
        if missing:
            raise Malformed(f"an article has no {missing[0]}")
    most = ARTICLES_FOR_EVENT if push.event else ARTICLES_FOR_MESSAGE
    if len(articles) > most and platform.settings.display == "strict":
        raise Malformed(f"{len(articles)} articles, {most} are allowed here")
    articles = articles[:most]
    return Reply("news", str(articles[0]["Title"]), {"articles": articles})


def _articles(value: Any) -> list[dict[str, Any]]:
    """Both forms hold a list in `item`; a list of one may be the object itself."""
    items = value.get("item") if isinstance(value, dict) else value
    articles = items if isinstance(items, list) else [items]
    found = [article for article in articles if isinstance(article, dict)]
    if not found or len(found) != len(articles):
        raise Malformed("Articles has no article")
    return found
