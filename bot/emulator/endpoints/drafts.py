"""Drafts: `/cgi-bin/draft/…`, and the page of an article. Source: 「草稿箱」."""

from html import escape
from typing import Any

from bot.emulator.articles import Draft, Published
from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.pages import Page
from bot.emulator.platform import Platform

ARTICLES = 8
TITLE_CHARS, AUTHOR_CHARS, DIGEST_CHARS, CONTENT_CHARS = 32, 16, 120, 20_000
DIGEST_MADE = 54
PICTURES = 20
LISTED_AT_ONCE = 20


def add(platform: Platform, call: Call) -> dict[str, Any]:
    articles = call.body.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= ARTICLES:
        raise Refused(44003)
    items = [checked(platform, article, call.now, alone=len(articles) == 1) for article in articles]
    return {"media_id": platform.articles.draft(items, call.now).media_id}


def checked(platform: Platform, article: Any, now: float, *, alone: bool) -> dict[str, Any]:
    """The article as the platform stores it. Raises Refused."""
    if not isinstance(article, dict) or article.get("article_type", "news") not in ("news", "newspic"):
        raise Refused(53404)
    for name, most, errcode in (
        *(("title", TITLE_CHARS, 45003), ("author", AUTHOR_CHARS, 45110), ("digest", DIGEST_CHARS, 45004)),
        *(("content", CONTENT_CHARS, 45166),),
    ):
        if len(str(article.get(name, ""))) > most:
            raise Refused(errcode)
    if not article.get("title") or not article.get("content"):
        raise Refused(44003 if not article.get("title") else 45166)
    newspic = article.get("article_type") == "newspic"
    if newspic:
        _check_pictures(platform, article, now)
    elif platform.media.find(article.get("thumb_media_id"), now) is None:
        raise Refused(40007)
    digest = article.get("digest") or (str(article["content"])[:DIGEST_MADE] if alone else "")
    flags = {name: int(bool(article.get(name))) for name in ("need_open_comment", "only_fans_can_comment")}
    return {"article_type": "news", "author": "", "content_source_url": "", **article, "digest": digest, **flags}


def _check_pictures(platform: Platform, article: dict[str, Any], now: float) -> None:
    info = article.get("image_info")
    pictures = info.get("image_list") if isinstance(info, dict) else None
    if not isinstance(pictures, list) or not 1 <= len(pictures) <= PICTURES:
        raise Refused(53404)
    for picture in pictures:
        id = picture.get("image_media_id") if isinstance(picture, dict) else None
        if platform.media.find(id, now) is None:
            raise Refused(40007)


def draft_of(platform: Platform, media_id: object) -> Draft:
    """Raises Refused for one that doesn't exist, or was consumed."""
    draft = platform.articles.drafts.get(media_id) if isinstance(media_id, str) else None
    if draft is None:
        raise Refused(40007)
    return draft


def update(platform: Platform, call: Call) -> dict[str, Any]:
    draft, index = draft_of(platform, call.body.get("media_id")), call.body.get("index", 0)
    if not isinstance(index, int) or not 0 <= index < len(draft.items):
        raise Refused(40065)
    article = call.body.get("articles")
    draft.items[index] = checked(platform, article, call.now, alone=len(draft.items) == 1)
    draft.updated = call.now
    return OK


def get(platform: Platform, call: Call) -> dict[str, Any]:
    draft = draft_of(platform, call.body.get("media_id"))
    return {"news_item": described(platform, call, draft.items)}


def described(platform: Platform, call: Call, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Articles as the lists and readings give them, with the addresses of their pictures."""
    found = []
    for item in items:
        thumb = platform.media.find(item.get("thumb_media_id"), call.now)
        picture = f"{call.base}/_/media/{thumb.id}" if thumb else ""
        found.append({**item, "thumb_url": picture, "url": ""})
    return found


def cards(
    platform: Platform, base: str, now: float, items: list[dict[str, Any]], published: Published | None = None
) -> list[dict[str, Any]]:
    """Articles as a chat shows them; only those that were published can be opened."""
    found = []
    for number, item in enumerate(items, 1):
        picture = platform.media.find(_picture_of(item), now)
        card = {"title": item["title"], "digest": item["digest"]}
        card["url"] = published.address(base, number) if published else ""
        found.append(card | {"picurl": f"{base}/_/media/{picture.id}" if picture else ""})
    return found


def _picture_of(item: dict[str, Any]) -> object:
    """The id of the picture that stands for an article; of a picture post, its first."""
    if item["article_type"] == "newspic":
        return item["image_info"]["image_list"][0]["image_media_id"]
    return item.get("thumb_media_id")


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    del platform.articles.drafts[draft_of(platform, call.body.get("media_id")).media_id]
    return OK


def count(platform: Platform, call: Call) -> dict[str, Any]:
    return {"total_count": len(platform.articles.drafts)}


def listed(platform: Platform, call: Call) -> dict[str, Any]:
    page, total = turned(call, list(reversed(platform.articles.drafts.values())))
    whole = not call.body.get("no_content")
    return {"total_count": total, "item_count": len(page), "item": [_item(platform, call, d, whole) for d in page]}


def turned(call: Call, rows: list[Any]) -> tuple[list[Any], int]:
    """The page of `rows` that `offset` and `count` ask for, and how many there are. Raises Refused."""
    offset, most = call.body.get("offset"), call.body.get("count")
    if not isinstance(offset, int) or not isinstance(most, int) or offset < 0 or not 1 <= most <= LISTED_AT_ONCE:
        raise Refused(40097)
    return rows[offset : offset + most], len(rows)


def _item(platform: Platform, call: Call, draft: Draft, whole: bool) -> dict[str, Any]:
    items = described(platform, call, draft.items)
    if not whole:
        items = [{**item, "content": ""} for item in items]
    return {"media_id": draft.media_id, "content": {"news_item": items}, "update_time": int(draft.updated)}


def page(platform: Platform, call: Call) -> Page:
    """An article, for whoever taps it."""
    published = platform.articles.published.get(call.query.get("article", ""))
    number = int(call.query.get("idx", "1")) if call.query.get("idx", "1").isdecimal() else 0
    shown = published is not None and published.status == 0 and 1 <= number <= len(published.items)
    if published is None or not shown or number in (published.gone or ()):
        return Page("该内容已被发布者删除".encode(), status=404)
    item = published.items[number - 1]
    head = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    # The account's own HTML, without the scripts that the platform takes out of it.
    policy = {"content-security-policy": "script-src 'none'"}
    title, author = escape(str(item["title"])), escape(str(item["author"]))
    return Page(f"{head}<title>{title}</title><h2>{title}</h2><p>{author}{item['content']}".encode(), headers=policy)


TABLE: Table = {
    "/cgi-bin/draft/add": Endpoint("POST", add, daily=1_000),
    "/cgi-bin/draft/update": Endpoint("POST", update, daily=1_000),
    "/cgi-bin/draft/get": Endpoint("POST", get, daily=500),
    "/cgi-bin/draft/delete": Endpoint("POST", delete, daily=1_000),
    "/cgi-bin/draft/count": Endpoint("ANY", count, daily=1_000, empty=True),
    "/cgi-bin/draft/batchget": Endpoint("POST", listed, daily=1_000),
    "/s": Endpoint("GET", page, token=False),
}
