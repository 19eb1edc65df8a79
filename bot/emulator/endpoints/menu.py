"""The menu at the bottom of the chat: `/cgi-bin/menu/…`. Source: 「自定义菜单」 and 「个性化菜单接口」."""

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
    platform.menu = {"button": _checked(call.body), "menuid": platform.next_msg_id()}
    platform.menus.console = None
    return OK


def _checked(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a menu. Raises Refused."""
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= TOP_BUTTONS:
        raise Refused(40016)
    for button in buttons:
        _check_top(button)
    return buttons


def get(platform: Platform, call: Call) -> dict[str, Any]:
    if platform.menu is None:
        raise Refused(46003)
    conditional = platform.menus.conditional
    return {"menu": platform.menu, **({"conditionalmenu": conditional} if conditional else {})}


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    """Conditional menus go with the default one."""
    platform.menu = None
    platform.menus.conditional.clear()
    return OK


def current(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「查询自定义菜单信息」: every account may ask, and sees what was made in the console too."""
    buttons = platform.menu["button"] if platform.menu else platform.menus.console or []
    listed = [
        {"name": button["name"], "sub_button": {"list": button["sub_button"]}} if button.get("sub_button") else button
        for button in buttons
    ]
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": listed}}


def add_conditional(platform: Platform, call: Call) -> dict[str, Any]:
    """Only tag and kind of phone are left of its rules: the platform knows no sex, place or language any more."""
    buttons, rule = _checked(call.body), call.body.get("matchrule")
    if platform.menu is None:
        raise Refused(65303)
    given = {name: str(value) for name, value in rule.items() if value} if isinstance(rule, dict) else {}
    tag = given.get("tag_id", given.get("group_id", ""))
    phone = given.get("client_platform_type", "")
    if not (tag or phone) or phone not in ("", "1", "2", "3"):
        raise Refused(65304)
    if tag and not (tag.isdecimal() and int(tag) in platform.tags.names):
        raise Refused(40152)
    names = (("tag_id", tag), ("client_platform_type", phone))
    menu = {"button": buttons, "matchrule": {name: value for name, value in names if value}}
    menu["menuid"] = str(platform.next_msg_id())
    platform.menus.conditional.append(menu)
    return {"menuid": menu["menuid"]}


def delete_conditional(platform: Platform, call: Call) -> dict[str, Any]:
    found = [menu for menu in platform.menus.conditional if menu["menuid"] == str(call.body.get("menuid"))]
    if not found:
        raise Refused(65301)
    platform.menus.conditional.remove(found[0])
    return OK


def try_match(platform: Platform, call: Call) -> dict[str, Any]:
    follower = platform.followers.get(str(call.body.get("user_id")))
    if follower is None:
        raise Refused(40132)
    menu = platform.menus.seen_by(follower, "", platform.menu)
    if menu is None:
        raise Refused(46003)
    return {"button": menu["button"]}


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
    if needed == "url" and not value.startswith(("http://", "https://")):
        raise Refused(40055 if url == 40020 else 40054)


TABLE: Table = {
    "/cgi-bin/menu/create": Endpoint("POST", create, ability="menu", daily=1_000, sandbox=100, escapes=40033),
    "/cgi-bin/menu/get": Endpoint("GET", get, ability="menu", daily=10_000, sandbox=1_000),
    "/cgi-bin/menu/delete": Endpoint("GET", delete, ability="menu", daily=1_000, sandbox=100),
    "/cgi-bin/get_current_selfmenu_info": Endpoint("ANY", current, empty=True),
    "/cgi-bin/menu/addconditional": Endpoint("POST", add_conditional, ability="menu", daily=2_000, escapes=40033),
    "/cgi-bin/menu/delconditional": Endpoint("POST", delete_conditional, ability="menu", daily=2_000),
    "/cgi-bin/menu/trymatch": Endpoint("POST", try_match, ability="menu", daily=20_000),
}
