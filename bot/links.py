"""Links in pushes lead over our own address, so that opening one counts as having got the push.

Such a link says which push and which of its links, signed; the target is read from what was sent. So it names nobody,
and can't be made to lead anywhere else.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, timedelta

from bot.wechat.messenger import TEXT_BYTES
from models.broadcast import BroadcastKind
from scheduler.messenger import Outgoing

PATH = "/m/l/"

# Long enough for whoever looks something up later, and no longer than it means anything that they did.
LIFETIME = timedelta(days=90)

# What is addressed to one person is forgotten when it is settled, and its links with it.
_LED = frozenset(BroadcastKind) - {
    BroadcastKind.ANSWER,
    BroadcastKind.NEWS,
    BroadcastKind.BIRTHDAY_LIST,
    BroadcastKind.PROBATION,
}

# As far as WeChat makes a link of it: up to a space, a quote, an angle bracket or a Chinese letter or mark.
_LINK = re.compile(r"https?://[!#-&(-;=?-_a-~]+", re.IGNORECASE)
_MARKS, _BRACKETS = ".,;:!?", {")": "(", "]": "[", "}": "{"}

_EPOCH = date(1970, 1, 1)
_PUSH, _PLACE, _DAYS, _MAC = 5, 1, 2, 12


@dataclass(frozen=True, slots=True)
class Mark:
    """What a signed link says: the `place`th link of a push, until a day."""

    push_id: int
    place: int
    until: date


def links_in(text: str) -> list[tuple[int, int]]:
    """Where the links of a text begin and end."""
    found = [(match.start(), match.start() + len(_without_marks(match.group()))) for match in _LINK.finditer(text)]
    return [(begin, end) for begin, end in found if not text[begin:end].endswith("//")]


def _without_marks(link: str) -> str:
    """A link without the marks of the sentence that it ends: a bracket belongs to it only where it was opened there."""
    while link[-1] in _MARKS or link.count(link[-1]) > link.count(_BRACKETS.get(link[-1], link[-1])):
        link = link[:-1]
    return link


class Links:
    """Makes and reads signed links below `base`, our public address."""

    def __init__(self, base: str, secret: bytes) -> None:
        self._base = base
        self._key = hmac.digest(secret, b"links in pushes", "sha256")

    def led(self, push: Outgoing, text: str) -> str:
        """The text of a push with its links led over here; as it was where it would become too long for a message."""
        if push.kind not in _LED:
            return text
        parts, last = [], 0
        for place, (begin, end) in enumerate(links_in(text)[: 256**_PLACE]):
            # What is ours already leads here.
            if not text[begin:end].startswith(f"{self._base}/"):
                parts += [text[last:begin], self._address(push, place)]
                last = end
        led = "".join([*parts, text[last:]])
        return led if len(led.encode()) <= TEXT_BYTES else text

    def led_link(self, push: Outgoing, text: str, link: str) -> str:
        """One link of a push's text, led over here; as it was if the text doesn't have it."""
        places = [place for place, (begin, end) in enumerate(links_in(text)) if text[begin:end] == link]
        return self._address(push, places[0]) if places and push.kind in _LED else link

    def _address(self, push: Outgoing, place: int) -> str:
        return f"{self._base}{PATH}{self.sign(Mark(push.id, place, push.day + LIFETIME))}"

    def sign(self, mark: Mark) -> str:
        """The mark as the end of an address."""
        days = (mark.until - _EPOCH).days
        said = mark.push_id.to_bytes(_PUSH) + mark.place.to_bytes(_PLACE) + days.to_bytes(_DAYS)
        return urlsafe_b64encode(said + self._mac(said)).decode().rstrip("=")

    def read(self, token: str) -> Mark | None:
        """What a signed link says, or None if we didn't sign it."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except ValueError:
            return None
        said, mac = raw[:-_MAC], raw[-_MAC:]
        if len(said) != _PUSH + _PLACE + _DAYS or not hmac.compare_digest(mac, self._mac(said)):
            return None
        numbers = said[:_PUSH], said[_PUSH : _PUSH + _PLACE], said[_PUSH + _PLACE :]
        push_id, place, days = (int.from_bytes(number) for number in numbers)
        return Mark(push_id, place, _EPOCH + timedelta(days=days))

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, "sha256")[:_MAC]
