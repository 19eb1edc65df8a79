"""The menu at the bottom of the chat: `/cgi-bin/menu/create`, `get`, `delete`. Source: 「自定义菜单」."""

from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform

TOP_BUTTONS = 3
SUB_BUTTONS = 5
TOP_NAME_BYTES = 16
SUB_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024

# Type of a button → the field without which it does nothing.
NEEDED = {
    "click": "key",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "view": "url",
    "miniprogram": "url",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}


def create(platform: Platform, call: Call) -> dict[str, Any]:
    buttons = call.body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= TOP_BUTTONS:
        raise Refused(40016)
    for button in buttons:
        _check_top(button)
    platform.menu = {"button": buttons, "menuid": platform.next_msg_id()}
    return OK


def get(platform: Platform, call: Call) -> dict[str, Any]:
    if platform.menu is None:
        raise Refused(46003)
    return {"menu": platform.menu}


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    platform.menu = None
    return OK


def _check_top(button: Any) -> None:
    if not isinstance(button, dict):
        raise Refused(40016)
    _check_name(button, TOP_NAME_BYTES, 40018)
    subs = button.get("sub_button")
    if not subs:
        _check_action(button, key=40019, url=40020)
        return
    if not isinstance(subs, list) or len(subs) > SUB_BUTTONS:
        raise Refused(40023)
    for sub in subs:
        if not isinstance(sub, dict):
            raise Refused(40023)
        _check_name(sub, SUB_NAME_BYTES, 40025)
        _check_action(sub, key=40026, url=40027)


def _check_name(button: dict[str, Any], limit: int, errcode: int) -> None:
    name = button.get("name")
    if not isinstance(name, str) or not 0 < len(name.encode()) <= limit:
        raise Refused(errcode)


def _check_action(button: dict[str, Any], *, key: int, url: int) -> None:
    """`key` and `url` are the errcodes for a missing or too long one."""
    needed = NEEDED.get(button.get("type", ""))
    if needed is None:
        raise Refused(40017)
    value = button.get(needed)
    if not isinstance(value, str) or not value:
        raise Refused({"key": key, "url": url}.get(needed, 40007))
    if len(value.encode()) > (URL_BYTES if needed == "url" else KEY_BYTES):
        raise Refused(url if needed == "url" else key)


TABLE: Table = {
    "/cgi-bin/menu/create": Endpoint("POST", create, ability="menu", daily=1_000, sandbox=100, escapes=40033),
    "/cgi-bin/menu/get": Endpoint("GET", get, ability="menu", daily=10_000, sandbox=1_000),
    "/cgi-bin/menu/delete": Endpoint("GET", delete, ability="menu", daily=1_000, sandbox=100),
}
