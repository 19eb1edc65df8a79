"""What an API answers that isn't JSON, and the platform's own pages: a question and buttons, at home on a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from urllib.parse import urlencode

from bot.emulator.followers import new_openid
from bot.emulator.platform import Platform

# Whoever isn't shown can still be named in the address.
OFFERED = 12

_STYLE = (
    "body{font:17px/1.6 system-ui,sans-serif;max-width:26em;margin:0 auto;padding:15vh 24px;text-align:center;"
    "color:#191919;background:#f7f7f7}a{display:block;margin:12px auto;padding:10px;border-radius:8px;max-width:12em;"
    "text-decoration:none;color:#07c160;background:#fff}a:first-of-type{color:#fff;background:#07c160}"
    "small{color:#888}@media(prefers-color-scheme:dark){body{color:#ddd;background:#111}a{background:#222}}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What an API answers that isn't JSON: a picture, a file, a page for people, a way on to another address."""

    content: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def moved(address: str) -> Page:
    """The way on to another address."""
    return Page(status=302, headers={"location": address})


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, and the query with which the same page is opened by it."""

    label: str
    query: Mapping[str, str]


def choosing(platform: Platform, query: Mapping[str, str], question: str, choices: Sequence[Choice] = ()) -> Page:
    """A page with a button for each choice; without choices, one for each of the first followers and a stranger."""
    if not choices:
        openids = [openid for openid, follower in islice(platform.followers.items(), OFFERED) if follower.following]
        named = [Choice(f"关注者 {openid[:8]}…", {**query, "openid": openid}) for openid in openids]
        choices = [*named, Choice("没有关注的人", {**query, "openid": new_openid()})]
    buttons = "".join(f'<a href="?{escape(urlencode(choice.query))}">{escape(choice.label)}</a>' for choice in choices)
    return Page(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(question)}</title><style>{_STYLE}</style><h3>{escape(question)}</h3>{buttons}"
        f"<small>模拟的微信页面</small>".encode()
    )
