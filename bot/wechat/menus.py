"""The account's menu. Whoever may publish one by API is in the table of account kinds; all may read what is shown.

https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html 「自定义菜单」

All raise `CallFailed`. Publishing switches off what is set in the platform's console: menu and automatic replies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.wechat.client import Client
from bot.wechat.errors import PlatformError

_NO_MENU = 46003


@dataclass(frozen=True, slots=True)
class Published:
    """What was published by API: the menu `{"button": […]}`, and how many others some followers see instead of it."""

    menu: dict[str, Any]
    conditional: int


async def get(client: Client) -> Published | None:
    """What was published by API; None if nothing was."""
    try:
        answer = await client.call("/cgi-bin/menu/get", method="GET")
    except PlatformError as refusal:
        if refusal.errcode == _NO_MENU:
            return None
        raise
    buttons = (answer.get("menu") or {}).get("button")
    return Published({"button": buttons}, len(answer.get("conditionalmenu") or [])) if buttons else None


async def create(client: Client, menu: Mapping[str, Any]) -> None:
    """Publish a menu, `{"button": […]}`, instead of the one before; followers see it within minutes."""
    await client.call("/cgi-bin/menu/create", json=menu, repeatable=True)


async def delete(client: Client) -> None:
    """Take the menu away, the conditional ones with it."""
    await client.call("/cgi-bin/menu/delete", method="GET")


async def shown(client: Client) -> dict[str, Any]:
    """What followers see, made in the console or by API: `is_menu_open`, and `selfmenu_info` in a form of its own.

    Every kind of account may ask.
    """
    return await client.call("/cgi-bin/get_current_selfmenu_info", method="GET")
