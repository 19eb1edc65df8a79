"""Customer-service messages: `/cgi-bin/message/custom/send` and `/cgi-bin/message/custom/typing`.

Source: 「客服消息」. The order of the checks is the platform's: account, body, openid, follower, window, content.
"""

from collections.abc import Callable
from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.drafts import cards
from bot.emulator.errors import Refused
from bot.emulator.followers import TYPING_LASTS, Follower
from bot.emulator.platform import Platform
from bot.emulator.staff import WROTE

TEXT_BYTES = 2048
TYPING_AFTER = 30

# What the follower's state makes of a message. For those who left it is a setting: the platform's page has two codes.
REFUSED_BY_STATE = {"blocked": 48002, "frozen": 50002}

Content = Callable[[dict[str, Any]], str]


def send(platform: Platform, call: Call) -> dict[str, Any]:
    body = call.body
    msgtype = body.get("msgtype")
    content = CONTENTS.get(msgtype) if isinstance(msgtype, str) else None
    if content is None or not isinstance(msgtype, str):
        raise Refused(48008 if msgtype == "link" else 40008)
    if msgtype == "msgmenu" and platform.account.kind == "test":
        raise Refused(40200)
    follower = _follower(platform, body)
    _check_window(platform, follower, call.now)
    worker = _worker(platform, body)
    payload = body.get(msgtype)
    if not isinstance(payload, dict):
        raise Refused(44004)
    words = content(payload)
    if msgtype == "mpnews" and payload.get("media_id") not in platform.articles.drafts:
        raise Refused(40007)
    if msgtype != "mpnews":
        _check_media(platform, payload, call.now)
    follower.left -= 1
    follower.talked_at = call.now
    follower.typing_until = 0.0
    if worker:
        platform.staff.note(follower.openid, WROTE, words, call.now, worker)
    fields = None if msgtype == "text" else {**payload, **_articles(platform, call, msgtype, payload)}
    platform.show(follower, "custom", msgtype, words, call.now, fields)
    return OK


def _worker(platform: Platform, body: dict[str, Any]) -> str:
    """As which member of the staff it is sent; "" for none. An account that lists nobody may write any name."""
    named = body.get("customservice")
    name = str(named.get("kf_account")) if isinstance(named, dict) else ""
    if name and platform.staff.workers and name not in platform.staff.workers:
        raise Refused(65401)
    return name


def typing(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「客服输入状态」; the platform shows it for up to 15 seconds."""
    command = call.body.get("command")
    if command not in ("Typing", "CancelTyping"):
        raise Refused(45072)
    follower = _follower(platform, call.body)
    if not follower.following:
        raise Refused(43004)
    if command == "CancelTyping":
        follower.typing_until = 0.0
        return OK
    if call.now - follower.talked_at > TYPING_AFTER:
        raise Refused(45080)
    if call.now < follower.typing_until:
        raise Refused(45081)
    follower.typing_until = call.now + TYPING_LASTS
    return OK


def _follower(platform: Platform, body: dict[str, Any]) -> Follower:
    touser = body.get("touser")
    follower = platform.followers.get(touser) if isinstance(touser, str) else None
    if follower is None:
        raise Refused(40003)
    return follower


def _check_window(platform: Platform, follower: Follower, now: float) -> None:
    if not follower.following:
        raise Refused(platform.settings.unfollowed_errcode)
    if follower.blacklisted:
        raise Refused(43019)
    if follower.state in REFUSED_BY_STATE:
        raise Refused(REFUSED_BY_STATE[follower.state])
    if now >= follower.until:
        raise Refused(45015)
    if follower.left <= 0:
        raise Refused(45047)


def _check_media(platform: Platform, payload: dict[str, Any], now: float) -> None:
    """Raises Refused for a file that was never uploaded, or has expired."""
    for name in ("media_id", "thumb_media_id"):
        if name in payload and platform.media.find(payload[name], now) is None:
            raise Refused(40007)


def _articles(platform: Platform, call: Call, msgtype: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The articles behind an id, which a phone shows and the message doesn't hold."""
    if msgtype == "mpnews":
        items = platform.articles.drafts[payload["media_id"]].items
        return {"articles": cards(platform, call.base, call.now, items)}
    published = platform.articles.published.get(payload["article_id"]) if msgtype == "mpnewsarticle" else None
    if published is None:
        return {}
    return {"articles": cards(platform, call.base, call.now, published.items, published)}


def text(payload: dict[str, Any]) -> str:
    """The words of a text. Raises Refused."""
    content = payload.get("content")
    if not isinstance(content, str) or not content:
        raise Refused(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise Refused(45002)
    return content


def _news(payload: dict[str, Any]) -> str:
    articles = payload.get("articles")
    if not isinstance(articles, list) or not articles or not isinstance(articles[0], dict):
        raise Refused(44003)
    if len(articles) > 1:
        raise Refused(45008)
    return str(articles[0].get("title", ""))


def _msgmenu(payload: dict[str, Any]) -> str:
    options = payload.get("list")
    if not isinstance(options, list) or not options:
        raise Refused(44005)
    for option in options:
        if not isinstance(option, dict) or not option.get("id") or not option.get("content"):
            raise Refused(40097, "every item of list needs id and content")
    lines = [payload.get("head_content"), *(option["content"] for option in options), payload.get("tail_content")]
    return "\n".join(str(line) for line in lines if line)


def _needs(name: str, errcode: int, shown: str) -> Content:
    """A type that stands on one id: refused with `errcode` without it, shown as its title or as `shown`."""

    def content(payload: dict[str, Any]) -> str:
        if not isinstance(payload.get(name), str) or not payload[name]:
            raise Refused(errcode)
        return str(payload.get("title") or shown)

    return content


CONTENTS: dict[str, Content] = {
    "text": text,
    "image": _needs("media_id", 40007, "[图片]"),
    "voice": _needs("media_id", 40007, "[语音]"),
    "video": _needs("media_id", 40007, "[视频]"),
    "music": _needs("thumb_media_id", 40007, "[音乐]"),
    "news": _news,
    "mpnews": _needs("media_id", 40007, "[图文]"),
    "mpnewsarticle": _needs("article_id", 53600, "[图文]"),
    "msgmenu": _msgmenu,
    "wxcard": _needs("card_id", 40097, "[卡券]"),
    "miniprogrampage": _needs("thumb_media_id", 40007, "[小程序]"),
}


TABLE: Table = {
    "/cgi-bin/message/custom/send": Endpoint(
        "POST", send, ability="custom", daily=500_000, sandbox=50_000, escapes="shown"
    ),
    "/cgi-bin/message/custom/typing": Endpoint("POST", typing, ability="custom"),
}
