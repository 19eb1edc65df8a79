"""Reads a menu: our own TOML, written for people, or the platform's JSON, as it was saved or another tool wrote it.

Either becomes what the platform takes: `{"button": [{"name": …, "type": …}, {"name": …, "sub_button": […]}]}`.
"""

import json
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.files.faults import FileError
from bot.texts import pack_folder

# What a button may say, and what of it makes it do something: just one of these.
_KEYS = ("name", "says", "url", "app_id", "page", "article_id", "sub")
_ACTIONS = ("says", "url", "article_id", "sub")


def default_file(pack: str) -> Path:
    """The menu that comes with a terminology pack. Raises TextError where there is no such pack."""
    return pack_folder(pack) / "menu.toml"


def read_menu(content: bytes, name: str) -> dict[str, Any]:
    """The menu of a file; `name` ends in .json for the platform's form. Raises `FileError`, naming the button."""
    try:
        text = content.decode("utf-8-sig")
        return _of_json(json.loads(text)) if name.lower().endswith(".json") else _of_toml(tomllib.loads(text))
    except UnicodeDecodeError:
        raise FileError("menu_not_utf8") from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise FileError("menu_syntax", reason=str(error)) from None


def plain(menu: dict[str, Any]) -> dict[str, Any]:
    """A menu without what the platform adds when it is read back, so that two can be compared."""
    return {"button": [_plain_button(button) for button in menu["button"]]}


def _plain_button(button: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in button.items() if value not in ("", None, [])}
    if subs := kept.get("sub_button"):
        kept["sub_button"] = [_plain_button(sub) for sub in subs]
        kept.pop("type", None)
    return kept


def _of_json(read: Any) -> dict[str, Any]:
    menu = read.get("menu", read) if isinstance(read, dict) else None
    buttons = menu.get("button") if isinstance(menu, dict) else None
    if not isinstance(buttons, list) or not all(_is_button(button) for button in buttons):
        raise FileError("menu_shape")
    return plain({"button": buttons})


def _is_button(button: Any) -> bool:
    if not isinstance(button, dict) or not isinstance(button.get("name"), str):
        return False
    subs = button.get("sub_button") or []
    return isinstance(subs, list) and all(isinstance(sub, dict) and isinstance(sub.get("name"), str) for sub in subs)


def _of_toml(read: dict[str, Any]) -> dict[str, Any]:
    if set(read) - {"button"}:
        raise FileError("menu_top_key", word=min(set(read) - {"button"}))
    buttons = read.get("button", [])
    if not isinstance(buttons, list):
        raise FileError("menu_shape")
    return {"button": [_button(button, [number]) for number, button in enumerate(buttons, 1)]}


def _button(read: Any, place: list[int]) -> dict[str, Any]:
    where = "-".join(map(str, place))
    if not isinstance(read, dict):
        raise FileError("menu_shape")
    for key, value in read.items():
        if key not in _KEYS:
            meant = get_close_matches(key, _KEYS, 1)
            raise FileError("menu_key", where=where, word=key, known="、".join(meant or _KEYS))
        if not isinstance(value, list if key == "sub" else str):
            raise FileError("menu_value", where=where, word=key)
    if not read.get("name"):
        raise FileError("menu_nameless", where=where)
    given = [key for key in _ACTIONS if read.get(key)]
    if len(given) != 1 or (len(place) > 1 and "sub" in given):
        raise FileError("menu_actions", where=where, name=read["name"])
    if ("app_id" in read) != ("page" in read) or ("app_id" in read and given != ["url"]):
        raise FileError("menu_miniprogram", where=where, name=read["name"])
    return {"name": read["name"], **_action(read, given[0], place)}


def _action(read: dict[str, Any], given: str, place: list[int]) -> dict[str, Any]:
    match given:
        case "says":
            return {"type": "click", "key": read["says"]}
        case "article_id":
            return {"type": "article_id", "article_id": read["article_id"]}
        case "sub":
            return {"sub_button": [_button(sub, [*place, number]) for number, sub in enumerate(read["sub"], 1)]}
    if "app_id" in read:
        return {"type": "miniprogram", "url": read["url"], "appid": read["app_id"], "pagepath": read["page"]}
    return {"type": "view", "url": read["url"]}
