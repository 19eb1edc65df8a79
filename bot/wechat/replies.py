"""Passive replies: the answer to a push, as the platform's XML or JSON in clear; `codec.Codec.seal` encrypts it.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html

Every function takes the push that is answered, the reply's CreateTime (`created`, seconds since 1970) and the format
the push came in, and returns the plaintext. Of every text the characters that XML can't carry are dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.wechat.inbound import Format, Inbound, clean


@dataclass(frozen=True, slots=True)
class Article:
    """One card of a news reply; the picture is a JPG or PNG of 360 × 200 pixels."""

    title: str
    description: str
    picture_url: str
    url: str


@dataclass(frozen=True, slots=True)
class Video:
    """A video by the id under which it was uploaded, and the words beside it."""

    media_id: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Music:
    """A piece of music: its address (and a better one for those on Wi-Fi), the uploaded cover, the words beside it."""

    url: str
    thumb_media_id: str
    title: str = ""
    description: str = ""
    url_on_wifi: str = ""


def render_text(inbound: Inbound, content: str, created: int, format: Format) -> str:
    """Answer with a text. The platform takes about 2,048 bytes of UTF-8; cutting it is the caller's part."""
    if format == "json":
        return _render(inbound, "text", {"Content": content}, created, format)
    return (
        f"<xml><ToUserName>{cdata(inbound.openid)}</ToUserName><FromUserName>{cdata(inbound.account)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{cdata(content)}</Content></xml>"
    )


def render_image(inbound: Inbound, media_id: str, created: int, format: Format) -> str:
    """Answer with an uploaded picture (no GIF)."""
    return _render(inbound, "image", {"Image": {"MediaId": media_id}}, created, format)


def render_voice(inbound: Inbound, media_id: str, created: int, format: Format) -> str:
    """Answer with an uploaded voice recording."""
    return _render(inbound, "voice", {"Voice": {"MediaId": media_id}}, created, format)


def render_video(inbound: Inbound, video: Video, created: int, format: Format) -> str:
    """Answer with an uploaded video."""
    body = {"MediaId": video.media_id, "Title": video.title, "Description": video.description}
    return _render(inbound, "video", {"Video": body}, created, format)


def render_music(inbound: Inbound, music: Music, created: int, format: Format) -> str:
    """Answer with music from an address of ours."""
    body = {
        "Title": music.title,
        "Description": music.description,
        "MusicUrl": music.url,
        "HQMusicUrl": music.url_on_wifi or music.url,
        "ThumbMediaId": music.thumb_media_id,
    }
    return _render(inbound, "music", {"Music": body}, created, format)


def render_news(inbound: Inbound, articles: Sequence[Article], created: int, format: Format) -> str:
    """Answer with cards: up to eight to an event, one to a message (the platform drops or refuses more)."""
    items = [
        {"Title": one.title, "Description": one.description, "PicUrl": one.picture_url, "Url": one.url}
        for one in articles
    ]
    return _render(inbound, "news", {"ArticleCount": len(items), "Articles": {"item": items}}, created, format)


def render_transfer(inbound: Inbound, created: int, format: Format) -> str:
    """Hand the conversation over to the account's human customer service."""
    return _render(inbound, "transfer_customer_service", {}, created, format)


def cdata(text: str) -> str:
    """Return the text as XML character data that reads back as it is.

    "]]>" inside is split over two sections: otherwise whoever writes it could close ours and add elements.
    """
    if text.isprintable() and "]" not in text:
        # Nearly always: nothing to take out, no line ends, and nothing that could close the section.
        return f"<![CDATA[{text}]]>"
    return f"<![CDATA[{_tidy(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _tidy(text: str) -> str:
    # XML parsers turn every line end into "\n"; doing it here keeps both formats alike.
    return clean(text).replace("\r\n", "\n").replace("\r", "\n")


def _render(inbound: Inbound, kind: str, body: Mapping[str, Any], created: int, format: Format) -> str:
    fields = {
        "ToUserName": inbound.openid,
        "FromUserName": inbound.account,
        "CreateTime": created,
        "MsgType": kind,
        **body,
    }
    if format == "json":
        return json.dumps(_tidied(fields), ensure_ascii=False, separators=(",", ":"))
    return f"<xml>{_elements(fields)}</xml>"


def _tidied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tidied(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_tidied(part) for part in value]
    return _tidy(value) if isinstance(value, str) else value


def _elements(fields: Mapping[str, Any]) -> str:
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            inner = _elements(one) if isinstance(one, dict) else one if isinstance(one, int) else cdata(one)
            parts.append(f"<{name}>{inner}</{name}>")
    return "".join(parts)
