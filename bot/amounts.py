"""How much somebody read, as they write it with a check-in: 「读了20页」「第三到五章」「两章」. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.times import NUMBER, number

_TO = r"\s*(?:到|至|[-—–~～])\s*"
_PAGES = re.compile(
    rf"第?(?P<first>{NUMBER})\s*[页頁]?{_TO}第?(?P<last>{NUMBER})\s*[页頁]|(?P<ordinal>第)?(?P<count>{NUMBER})\s*[页頁]"
)
_CHAPTERS = re.compile(
    rf"第(?P<first>{NUMBER})章?{_TO}第?(?P<last>{NUMBER})章"
    rf"|第(?P<list>{NUMBER}(?:\s*[、,，和]\s*第?{NUMBER})*)章"
    rf"|(?P<count>{NUMBER})\s*(?:个|個)?章(?!程)"
)
# Beyond these somebody means something else, a year or a line number.
_MOST_PAGES, _MOST_CHAPTERS = 999, 99

_TITLE = re.compile(r"《[^》]*》")
# Without any of these there is nothing to take away.
_BESIDES = re.compile(r"[页頁章《]")
_THOUGHTS = re.compile(r"心得|体会|體會|感想|感悟")
# Fewer are a remark on what was read, and no thought of one's own.
_FEWEST = 10
_CHARACTER = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Amounts:
    """Pages and chapters that were read, and how many characters (or Latin words) of thoughts were written."""

    pages: int = 0
    chapters: int = 0
    words: int = 0

    @property
    def row(self) -> dict[str, int]:
        """As a check-in's row has them."""
        return {"pages": self.pages, "chapters": self.chapters, "words": self.words}

    @property
    def is_told(self) -> bool:
        """Whether somebody who reads the answer wants to see how they were understood: 「第三章」 needs no 「1 章」."""
        return self.pages > 0 or self.chapters > 1

    def said(self, say: Callable[..., str]) -> str:
        """「20 页、3 章、心得 56 字」, what there is of it."""
        counts = {"pages": self.pages, "chapters": self.chapters, "words": self.words}
        return "、".join(say(f"checkin.amount_{kind}", count=count) for kind, count in counts.items() if count)


NONE = Amounts()


def amounts_in(note: str) -> Amounts:
    """What a note says of how much was read; what is no number of pages or chapters counts for nothing."""
    if not note:
        return NONE
    # Most notes have neither, and these patterns are slow.
    pages = sum(_pages(found) for found in _PAGES.finditer(note)) if "页" in note or "頁" in note else 0
    chapters = sum(_chapters(found) for found in _CHAPTERS.finditer(note)) if "章" in note else 0
    return Amounts(min(pages, _MOST_PAGES), min(chapters, _MOST_CHAPTERS), _words(note))


def _pages(found: re.Match[str]) -> int:
    if found["last"]:
        return _span(found["first"], found["last"])
    # 「第20页」 says where somebody is, not how far they came.
    return 0 if found["ordinal"] else number(found["count"]) or 0


def _chapters(found: re.Match[str]) -> int:
    if found["last"]:
        return _span(found["first"], found["last"])
    if found["list"]:
        return len(re.findall(NUMBER, found["list"]))
    return number(found["count"]) or 0


def _span(first: str, last: str) -> int:
    begin, end = number(first), number(last)
    return end - begin + 1 if begin and end and end >= begin else 0


def _words(note: str) -> int:
    if len(note) < _FEWEST and not _THOUGHTS.search(note):
        return 0
    rest = _TITLE.sub("", _CHAPTERS.sub("", _PAGES.sub("", note))) if _BESIDES.search(note) else note
    count = len(_CHARACTER.findall(_THOUGHTS.sub("", rest)))
    return count if count >= _FEWEST or (count and _THOUGHTS.search(rest)) else 0
