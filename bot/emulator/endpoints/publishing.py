"""Publishing: `/cgi-bin/freepublish/…`. Nobody is told of it, and it costs no mass message. Source: 「发布能力」."""

from typing import Any

from bot.emulator.articles import Published
from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.drafts import described, draft_of, turned
from bot.emulator.errors import Refused
from bot.emulator.mass import HELPER
from bot.emulator.platform import Platform

PUBLISHED, DELETED = 0, 5


def submit(platform: Platform, call: Call) -> dict[str, Any]:
    """What becomes of it is a setting; the event tells."""
    draft = draft_of(platform, call.body.get("media_id"))
    publish_id = str(platform.next_msg_id() // 1000)
    status = platform.settings.publish_status
    article = platform.articles.publish(draft, publish_id, call.now, status)
    result: dict[str, Any] = {"publish_id": publish_id, "publish_status": status}
    result |= _detail(call, article) if status == PUBLISHED else {"fail_idx": [1]}
    platform.receipt(HELPER, "PUBLISHJOBFINISH", {"PublishEventInfo": result})
    return {**OK, "publish_id": publish_id, "msg_data_id": platform.next_msg_id()}


def _detail(call: Call, article: Published) -> dict[str, Any]:
    items = [{"idx": n, "article_url": article.address(call.base, n)} for n in range(1, len(article.items) + 1)]
    return {"article_id": article.article_id, "article_detail": {"count": len(items), "item": items}}


def get(platform: Platform, call: Call) -> dict[str, Any]:
    publish_id = str(call.body.get("publish_id", ""))
    found = (article for article in platform.articles.published.values() if article.publish_id == publish_id)
    article = next(found, None)
    if article is None or not publish_id:
        raise Refused(40097)
    answer = {"publish_id": publish_id, "publish_status": article.status, "fail_idx": []}
    return {**answer, **_detail(call, article)} if article.status == PUBLISHED else {**answer, "fail_idx": [1]}


def _article(platform: Platform, call: Call) -> Published:
    article = platform.articles.published.get(str(call.body.get("article_id", "")))
    if article is None or article.status != PUBLISHED:
        raise Refused(53600)
    return article


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    """One article, or with index 0 all of them."""
    article, index = _article(platform, call), call.body.get("index", 0)
    if not isinstance(index, int) or not 0 <= index <= len(article.items):
        raise Refused(40060)
    article.gone = sorted({*(article.gone or ()), *([index] if index else range(1, len(article.items) + 1))})
    if len(article.gone) == len(article.items):
        article.status = DELETED
    return OK


def get_article(platform: Platform, call: Call) -> dict[str, Any]:
    return {"news_item": _items(platform, call, _article(platform, call))}


def _items(platform: Platform, call: Call, article: Published) -> list[dict[str, Any]]:
    items = described(platform, call, article.items)
    for number, item in enumerate(items, 1):
        item |= {"url": article.address(call.base, number), "is_deleted": number in (article.gone or ())}
    return items


def listed(platform: Platform, call: Call) -> dict[str, Any]:
    known = [article for article in reversed(platform.articles.published.values()) if article.status == PUBLISHED]
    page, total = turned(call, known)
    items = [
        {
            "article_id": article.article_id,
            "content": {"news_item": _items(platform, call, article)},
            "update_time": int(article.at),
        }
        for article in page
    ]
    return {"total_count": total, "item_count": len(items), "item": items}


TABLE: Table = {
    "/cgi-bin/freepublish/submit": Endpoint("POST", submit, ability="publish", daily=100),
    "/cgi-bin/freepublish/get": Endpoint("POST", get, ability="publish", daily=100),
    "/cgi-bin/freepublish/delete": Endpoint("POST", delete, ability="publish", daily=10),
    "/cgi-bin/freepublish/getarticle": Endpoint("POST", get_article, ability="publish", daily=100),
    "/cgi-bin/freepublish/batchget": Endpoint("POST", listed, ability="publish", daily=100),
}
