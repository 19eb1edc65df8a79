"""The likeliest things somebody meant who was not understood, as links to tap."""

import re

from bot.offers.table import OFFERS, Offer
from bot.reading.courtesy import plain_ways
from bot.reading.slips import is_near
from bot.script import half_width, simplified
from bot.turn import Who

MOST = 3
_LONGEST = 60
_NEAR = 10

# A name or a number behind a command; marks could break out of the link.
_REST = re.compile(r"\w{1,12}")


def likeliest(text: str, who: Who) -> list[str]:
    """At most three commands, those first that the text sounds like; without any sign the commonest.

    `who` is the most that the writer is.
    """
    plain = simplified(half_width(text)).strip()[:_LONGEST]
    begins = {0} | {begin for begin, _, _ in plain_ways(plain)}
    mine = [offer for offer in OFFERS if offer.who <= who]
    scored = sorted(mine, key=lambda offer: -_score(offer, plain, begins))
    return [_completed(offer.says, plain, begins) for offer in scored[:MOST]]


def _score(offer: Offer, plain: str, begins: set[int]) -> int:
    """How much of the text is about it, in characters; most where it begins almost like it."""
    about = sum(len(word) for word in offer.about if word in plain)
    alike = max(_alike(offer.says, plain[begin:]) for begin in begins)
    return about + _NEAR * alike


def _alike(says: str, text: str) -> int:
    """How many characters of the command the text begins with, or nearly."""
    pairs = enumerate(zip(says, text, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(says), len(text)))
    return len(says) if is_near(says, text) else same if same > 1 else 0


def _completed(says: str, plain: str, begins: set[int]) -> str:
    """The command with what followed it after a space: 「亭用 王建国」 is offered as 「停用 王建国」."""
    for begin in sorted(begins):
        head, space, rest = plain[begin:].partition(" ")
        if space and is_near(says, head) and _REST.fullmatch(rest):
            return f"{says} {rest}"
    return says


def tap(says: str) -> str:
    """A link that sends these words when it is tapped, and shows them, so that they can be typed as well."""
    content = says.replace(" ", "%20")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid=1">{says}</a>'
