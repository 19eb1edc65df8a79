"""The menu as a follower sees it, and what a tap on it sends."""

import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.requests import Request

from bot.emulator.controls.call import Calls, Hand, order
from bot.emulator.endpoints.drafts import cards
from bot.emulator.messages import compose
from bot.emulator.orders import BadOrder, Openid, Order
from bot.emulator.platform import Platform

Phone = Literal["1", "2", "3"]
PICTURES = ("pic_sysphoto", "pic_photo_or_album", "pic_weixin")
# Types of buttons whose tap the account's server hears nothing of.
SHOWN_ALONE = ("media_id", "view_limited", "article_id", "article_view_limited")
# The same, but only the console makes them.
FROM_CONSOLE = ("text", "img", "voice", "video")
WORDS = {"image": "[图片]", "voice": "[语音]", "video": "[视频]"}
PLACE = {"Location_X": "39.908823", "Location_Y": "116.39747", "Scale": "15", "Label": "北京市东城区", "Poiname": ""}


class ConsoleMenu(Order):
    """`POST _/menu`: a menu that somebody made in the platform's console, where no API is used."""

    button: list[dict[str, Any]]


class TapOrder(Order):
    """`POST _/tap`: the place of a button, counted from 0, a second number for one inside it.

    `scanned` is what a scanning button reads, `pictures` how many a picture button sends.
    """

    openid: Openid
    button: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=2)]
    phone: Phone = "3"
    scanned: str = "https://study.example.org/"
    pictures: Annotated[int, Field(ge=1, le=9)] = 1


async def seen(hand: Hand, request: Request) -> dict[str, Any]:
    return _seen(hand, request.query_params.get("openid", ""), request.query_params.get("phone", "3")) or {}


def _seen(hand: Hand, openid: str, phone: str) -> dict[str, Any] | None:
    platform = hand.platform
    return platform.menus.seen_by(platform.followers.get(openid), phone, platform.menu)


async def make_in_console(hand: Hand, request: Request) -> dict[str, Any]:
    hand.platform.menus.console = (await order(request, ConsoleMenu)).button
    hand.platform.menu = None
    hand.platform.dirty = True
    return {}


async def tap(hand: Hand, request: Request) -> dict[str, Any]:
    """The answer is that to the event; pictures and a place follow it as messages of their own."""
    wanted = await order(request, TapOrder)
    menu = _seen(hand, wanted.openid, wanted.phone) or {}
    button: dict[str, Any] = {"sub_button": menu.get("button", [])}
    for place in wanted.button:
        inside = button.get("sub_button") or []
        if place >= len(inside):
            raise BadOrder("`button` is no place of this menu")
        button = inside[place]
    if button.get("sub_button"):
        raise BadOrder("`button` only opens what is inside it")
    if button["type"] in (*SHOWN_ALONE, *FROM_CONSOLE):
        platform, now = hand.platform, hand.platform.clock.time()
        kind, words, fields = _material(platform, button, str(request.base_url).rstrip("/"), now)
        platform.show(hand.follower(wanted.openid), "passive", kind, words, now, fields, counted=False)
        return {"attempts": 0}
    return await _send(hand, wanted, button, str(menu.get("menuid", "")))


def _material(
    platform: Platform, button: dict[str, Any], base: str, now: float
) -> tuple[str, str, dict[str, Any] | None]:
    """Type, words and fields of what a button shows by itself; its name alone where that doesn't exist."""
    id = button.get("media_id") or button.get("article_id") or str(button.get("value", ""))
    if button["type"] == "text":
        return "text", id, None
    if medium := platform.media.find(id, now):
        kind = "image" if medium.kind == "thumb" else medium.kind
        return kind, medium.title or WORDS[kind], {"media_id": medium.id, "title": medium.title}
    published, draft = platform.articles.published.get(id), platform.articles.drafts.get(id)
    if published or draft:
        items = published.items if published else draft.items if draft else []
        return "mpnews", str(items[0]["title"]), {"articles": cards(platform, base, now, items, published)}
    return "notice", button["name"], None


async def _send(hand: Hand, wanted: TapOrder, button: dict[str, Any], menu_id: str) -> dict[str, Any]:
    platform, type = hand.platform, button["type"]
    now = platform.clock.time()
    fields = _event(button, wanted, menu_id)
    outcome = (await hand.callbacks().push(compose(platform, wanted.openid, "event", fields, now)))[0]
    follow: list[tuple[str, dict[str, Any]]] = [("image", {})] * wanted.pictures if type in PICTURES else []
    if type == "location_select":
        place = {name: PLACE[name] for name in ("Location_X", "Location_Y", "Label")}
        follow = [("location", {**place, "Scale": int(PLACE["Scale"])})]
    for kind, given in follow:
        await hand.callbacks().push(compose(platform, wanted.openid, kind, given, now))
    return outcome.shown()


def _event(button: dict[str, Any], wanted: TapOrder, menu_id: str) -> dict[str, Any]:
    type = button["type"]
    if type == "click":
        return {"Event": "CLICK", "EventKey": button["key"]}
    if type == "view":
        return {"Event": "VIEW", "EventKey": button["url"], "MenuId": menu_id}
    if type == "miniprogram":
        return {"Event": "view_miniprogram", "EventKey": button.get("pagepath", ""), "MenuId": menu_id}
    fields: dict[str, Any] = {"Event": type, "EventKey": button["key"]}
    if type in PICTURES:
        sums = [hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest() for n in range(wanted.pictures)]
        items = [{"PicMd5Sum": digest} for digest in sums]
        return {**fields, "SendPicsInfo": {"Count": len(items), "PicList": {"item": items}}}
    if type == "location_select":
        return {**fields, "SendLocationInfo": PLACE}
    return {**fields, "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": wanted.scanned}}


CALLS: Calls = {
    "/_/menu": {"GET": seen, "POST": make_in_console},
    "/_/tap": {"POST": tap},
}
