"""What the platform would refuse in a menu or cut short, and what our own bot would not understand. Pure.

Source: 「自定义菜单 → 创建接口」, and its return codes 40015–40027, 40054 and 40055.
https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

TOP_BUTTONS, SUB_BUTTONS = 3, 5
TOP_NAME_BYTES, SUB_NAME_BYTES = 16, 60
# So many Chinese letters are shown; two Latin ones are as wide as one.
TOP_NAME_SHOWN, SUB_NAME_SHOWN = 4, 8
KEY_BYTES, URL_BYTES = 128, 1024

_BY_KEY = ("click", "scancode_push", "scancode_waitmsg")
_PICTURES = ("pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select")
# Type of a button → the fields without which the platform refuses it.
NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*_BY_KEY, *_PICTURES), ("key",)),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
}
# With news in them these stopped working in November 2025.
_RETIRED = frozenset({"media_id", "view_limited"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to say of a menu: the sentence `menu.<code>`. `refused`: it can't be published like this."""

    code: str
    refused: bool
    values: dict[str, object] = field(default_factory=dict)


def faults(menu: dict[str, Any], understands: Callable[[str], bool]) -> list[Fault]:
    """What is wrong with `{"button": […]}`; `understands` tells whether the bot takes a tap's key as a command."""
    buttons = menu["button"]
    found: list[Fault] = []
    if not 1 <= len(buttons) <= TOP_BUTTONS:
        found.append(Fault("count_top", True, {"count": len(buttons), "limit": TOP_BUTTONS}))
    for button in buttons:
        found += _of_name(button, TOP_NAME_BYTES, TOP_NAME_SHOWN)
        subs = button.get("sub_button")
        found += _of_action(button, understands) if not subs else _of_subs(button, subs, understands)
    return found


def _of_subs(button: dict[str, Any], subs: list[dict[str, Any]], understands: Callable[[str], bool]) -> Iterator[Fault]:
    name = button["name"]
    if len(subs) > SUB_BUTTONS:
        yield Fault("count_sub", True, {"name": name, "count": len(subs), "limit": SUB_BUTTONS})
    if button.get("type"):
        yield Fault("both", True, {"name": name})
    for sub in subs:
        if sub.get("sub_button"):
            yield Fault("too_deep", True, {"name": sub["name"]})
        yield from _of_name(sub, SUB_NAME_BYTES, SUB_NAME_SHOWN)
        yield from _of_action(sub, understands)


def _of_name(button: dict[str, Any], most_bytes: int, shown: int) -> Iterator[Fault]:
    name = button["name"]
    if not name.strip():
        yield Fault("nameless", True)
    elif len(name.encode()) > most_bytes:
        yield Fault("name_long", True, {"name": name, "limit": most_bytes // 3})
    elif (cut := shown_as(name, shown)) != name:
        yield Fault("name_cut", False, {"name": name, "shown": cut, "limit": shown})


def shown_as(name: str, letters: int) -> str:
    """What followers see of a name where there is room for so many Chinese letters."""
    width = 0
    for place, letter in enumerate(name):
        width += 2 if unicodedata.east_asian_width(letter) in "WFA" else 1
        if width > letters * 2:
            return name[:place] + "…"
    return name


def _of_action(button: dict[str, Any], understands: Callable[[str], bool]) -> Iterator[Fault]:
    name, kind = button["name"], button.get("type", "")
    if kind not in NEEDED:
        yield Fault("kind", True, {"name": name, "kind": kind or "—"})
        return
    for needed in NEEDED[kind]:
        if not isinstance(button.get(needed), str) or not button[needed]:
            yield Fault("lacking", True, {"name": name, "kind": kind, "field": needed})
            return
    if kind in _RETIRED:
        yield Fault("retired", False, {"name": name, "kind": kind})
    if "url" in NEEDED[kind]:
        yield from _of_url(name, button["url"])
    if "key" in NEEDED[kind] and len(button["key"].encode()) > KEY_BYTES:
        yield Fault("key_long", True, {"name": name, "limit": KEY_BYTES // 3})
    elif kind == "click" and not understands(button["key"]):
        yield Fault("not_understood", False, {"name": name, "key": button["key"]})


def _of_url(name: str, url: str) -> Iterator[Fault]:
    if not url.startswith(("http://", "https://")):
        yield Fault("url_form", True, {"name": name, "url": url})
    elif len(url.encode()) > URL_BYTES:
        yield Fault("url_long", True, {"name": name, "limit": URL_BYTES})
    elif url.startswith("http://"):
        yield Fault("url_open", False, {"name": name})
