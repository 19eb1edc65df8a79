"""Permanent material: `/cgi-bin/material/…`. Source: 「新增永久素材」 and 「获取素材列表」."""

import json
from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.media import address, as_file, kind_of, sent
from bot.emulator.errors import Refused
from bot.emulator.media import Medium, checked
from bot.emulator.pages import Page
from bot.emulator.platform import Platform

IMAGES_MOST = 100_000
OTHERS_MOST = 1_000
LISTED_AT_ONCE = 20


def add(platform: Platform, call: Call) -> dict[str, Any]:
    file = sent(call)
    kind, format = checked(kind_of(call), file.content, permanent=True)
    if len(platform.media.permanent(kind)) >= (IMAGES_MOST if kind == "image" else OTHERS_MOST):
        raise Refused(45001)
    words = _described(call) if kind == "video" else {"title": "", "introduction": ""}
    medium = platform.media.add(kind, file.filename, format, file.content, call.now, permanent=True)
    medium.title, medium.introduction = words["title"], words["introduction"]
    answer = {"media_id": medium.id}
    return {**answer, "url": address(call.base, medium)} if kind in ("image", "thumb") else answer


def _described(call: Call) -> dict[str, str]:
    """Title and introduction of a video, which stand in a field of the form as JSON."""
    try:
        words = json.loads(str(call.body.get("description", "")))
    except ValueError:
        raise Refused(47001) from None
    if not isinstance(words, dict) or not words.get("title"):
        raise Refused(47001)
    return {"title": str(words["title"]), "introduction": str(words.get("introduction", ""))}


def _known(platform: Platform, call: Call) -> Medium:
    medium = platform.media.find(call.body.get("media_id"), call.now)
    if medium is None or medium.ends is not None:
        raise Refused(40007)
    return medium


def get(platform: Platform, call: Call) -> dict[str, Any] | Page:
    medium = _known(platform, call)
    if medium.kind == "video":
        url = address(call.base, medium)
        return {"title": medium.title, "description": medium.introduction, "down_url": url}
    return as_file(platform, medium)


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    medium = _known(platform, call)
    if medium.id in json.dumps(platform.menu or {}):
        raise Refused(48005)
    platform.media.delete(medium)
    return OK


def count(platform: Platform, call: Call) -> dict[str, Any]:
    """Articles are drafts today, and counted there too."""
    counts = {f"{kind}_count": len(platform.media.permanent(kind)) for kind in ("voice", "video", "image")}
    return {**counts, "news_count": len(platform.articles.drafts)}


def listed(platform: Platform, call: Call) -> dict[str, Any]:
    kind, offset, most = (call.body.get(name) for name in ("type", "offset", "count"))
    if kind not in ("image", "voice", "video", "news"):
        raise Refused(40004)
    if not isinstance(offset, int) or not isinstance(most, int) or not 1 <= most <= LISTED_AT_ONCE or offset < 0:
        raise Refused(40097)
    own = platform.media.permanent(str(kind)) if kind != "news" else []
    page = [_item(call.base, medium) for medium in own[offset : offset + most]]
    return {"total_count": len(own), "item_count": len(page), "item": page}


def _item(base: str, medium: Medium) -> dict[str, Any]:
    item = {"media_id": medium.id, "name": medium.title or medium.name, "update_time": int(medium.made)}
    return {**item, "url": address(base, medium)} if medium.kind == "image" else item


TABLE: Table = {
    "/cgi-bin/material/add_material": Endpoint("POST", add, ability="material", form=True, text=True),
    "/cgi-bin/material/get_material": Endpoint("POST", get, ability="material", text=True),
    "/cgi-bin/material/del_material": Endpoint("POST", delete, ability="material", text=True),
    "/cgi-bin/material/get_materialcount": Endpoint("ANY", count, ability="material", empty=True, text=True),
    "/cgi-bin/material/batchget_material": Endpoint("POST", listed, ability="material", text=True),
}
