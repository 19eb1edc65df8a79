"""The likeliest things somebody meant who was not understood, as links to tap."""

import re

from bot.offers.alike import alike
from bot.offers.table import OFFERS, Need, Offer
from bot.reading.courtesy import plain_ways
from bot.reading.names import PERSON_LONG
from bot.reading.slips import is_near
from bot.script import half_width, simplified
from bot.times.written import CLOCK, LAST_DAY, PAST_DAY
from bot.turn import Who

MOST = 3
_LONGEST = 60
_NEAR = 8
# What the text would be worth that is word for word an example.
_LIKE = 34
# Below this it is chance.
_FAINT = 0.3

_SHOWN = 14

# A name or a number behind a command; marks could break out of the link.
_REST = re.compile(r"\w{1,12}")
_SAFE = re.compile(r"[\w，。、：；！？（）:]{1,60}")

# A name among other words is told by what comes behind it.
_BEHIND = r"(?=[的怎没还换调退收现绑回在是有去来离停启办不也那，。,\s]|$)"
_NAMED = rf"(?:^|[给查看把让请问说找下，。,\s])(?P<word>{PERSON_LONG}){_BEHIND}"
_NEEDED = {
    Need.CLOCK: re.compile(rf"(?P<word>{CLOCK})"),
    Need.LAST_DAY: re.compile(rf"(?:.*(?=到))?(?P<word>{LAST_DAY})"),
    Need.PAST_DAY: re.compile(rf"(?P<word>{PAST_DAY})"),
    Need.PERSON: re.compile(_NAMED),
    # A question tells of nothing, and who speaks of 打卡 itself has other words for it.
    Need.STUDY: re.compile(
        r"(?=.*(?:[学读看听背抄]习?[完了过到]|收获|启发|体会))(?!.*(?:打卡|[?？吗呢别不谁怎几]|什么|多少))(?P<word>.{8,})"
    ),
    Need.TEXT: re.compile(r"[：:]\s*(?P<word>.+)"),
}


def likeliest(text: str, who: Who, person: str = "") -> list[str]:
    """At most three commands, those first that the text sounds like; without any sign the commonest.

    `who` is the most that the writer is, `person` whose name stands in the text, where that is known.
    """
    plain = simplified(half_width(text)).strip()[:_LONGEST]
    begins = {0} | {begin for begin, _, _ in plain_ways(plain)}
    mine = [offer for offer in OFFERS if offer.who <= who]
    like = alike(plain)
    scored = sorted(mine, key=lambda offer: -_score(offer, plain, begins, like.get(offer.says, 0.0)))
    return [_completed(offer, plain, begins, person) for offer in scored[:MOST]]


def _score(offer: Offer, plain: str, begins: set[int], like: float) -> float:
    """How much of the text is about it, in characters; most where it begins almost like it."""
    about = sum(len(word) for word in offer.about if word in plain)
    begun = max(_begun(offer.says, plain[begin:]) for begin in begins)
    return about + _NEAR * begun + (_LIKE * like if like > _FAINT else 0)


def _begun(says: str, text: str) -> int:
    """How many characters of the command the text begins with, or nearly."""
    pairs = enumerate(zip(says, text, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(says), len(text)))
    return len(says) if is_near(says, text) else same if same > 1 else 0


def _completed(offer: Offer, plain: str, begins: set[int], person: str) -> str:
    """The command with what followed it after a space, or with the time, name or text that it needs, if one is there.

    「亭用 王建国」 is offered as 「停用 王建国」, 「老是太早了，改到九点吧」 as 「提醒时间 九点」.
    """
    says = offer.says
    for begin in sorted(begins):
        head, space, rest = plain[begin:].partition(" ")
        if space and is_near(says, head) and _REST.fullmatch(rest):
            return f"{says} {rest}"
    found = _NEEDED[offer.needs].search(plain) if offer.needs else None
    word = found["word"].strip() if found else ""
    if offer.needs is Need.PERSON:
        word = person or word
    return offer.whole.format(word) if word and _SAFE.fullmatch(word) else says


def tap(says: str) -> str:
    """A link that sends these words when it is tapped, and shows them, so that they can be typed as well.

    Of long ones it shows the beginning: a link over several lines is hard to tap.
    """
    content = says.replace(" ", "%20")
    shown = says if len(says) <= _SHOWN else f"{says[: _SHOWN - 1]}…"
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid=1">{shown}</a>'
