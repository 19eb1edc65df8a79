"""What a broadcast can hold besides plain words: a card that leads to a page, words that differ per reader. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from bot.misread import Misread

# Where the platform cuts a card's title and description on a phone.
TITLE_CHARS, DESCRIPTION_CHARS = 64, 120

_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*")
_VARIABLE = re.compile(r"\{([^{}\s]{1,20})\}")

# The platform takes such words for bait, and people for pressure.
_BEGGING = re.compile(
    r"收到(?:后|了)?请(?:务必)?回复?|(?:请|务必)(?:大家)?回复?收到|求回复|记得回复|不要错过|互动一下|点赞|转发朋友圈|邀请好友"
)


def read_card(written: str) -> tuple[str, dict[str, str]]:
    """A card as it is typed, a part a line (or between ｜): title, description, address, perhaps a picture's address.

    Returns the description, which may be empty, and the card's other parts. Raises `Misread`.
    """
    lines = [line.strip() for line in re.split(r"[\n|｜]+", written) if line.strip()]
    addresses = [line for line in lines if _ADDRESS.fullmatch(line)]
    words = [line for line in lines if line not in addresses]
    if not addresses or not words:
        raise Misread("broadcast.card_unclear")
    return card("\n".join(words[1:]), title=words[0], url=addresses[0], picture_url="".join(addresses[1:2]))


def card(description: str, *, title: str, url: str, picture_url: str = "") -> tuple[str, dict[str, str]]:
    """A card of these parts, checked. Raises `Misread`."""
    for address in filter(None, (url, picture_url)):
        if not _ADDRESS.fullmatch(address):
            raise Misread("broadcast.address_unclear", address=address)
    if not title or len(title) > TITLE_CHARS:
        raise Misread("broadcast.title_long", limit=TITLE_CHARS)
    if len(description) > DESCRIPTION_CHARS:
        raise Misread("broadcast.description_long", limit=DESCRIPTION_CHARS)
    return description, {"title": title, "url": url, "picture_url": picture_url}


def variables(text: str) -> tuple[str, ...]:
    """The names in braces, each once, in the order in which they come."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with its variables in place; what nobody has a value for stays as it was written."""
    return _VARIABLE.sub(lambda found: str(values.get(found[1], found[0])), text)


def begging(text: str) -> str:
    """The first words that beg for an answer; "" where none do."""
    found = _BEGGING.search(text)
    return found[0] if found else ""
