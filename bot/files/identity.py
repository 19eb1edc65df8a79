"""Identity-card numbers: nothing here needs them, so a file that has them is not read."""

import re
from calendar import monthrange
from collections.abc import Iterable

_HEADER = re.compile(r"身份证|身份號|身份号|证件号|公民身份|id_?card|identity", re.IGNORECASE)
_NUMBER = re.compile(r"[1-9]\d{16}[\dXx]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def asks_for_it(header: str) -> bool:
    """Whether a column's header says that it holds such numbers."""
    return _HEADER.search(header) is not None


def looks_like_it(text: str) -> bool:
    """Whether a cell holds one: by its check digit or, where a spreadsheet has rounded that away, by the birthday."""
    text = re.sub(r"[\s-]", "", text)
    if not _NUMBER.fullmatch(text):
        return False
    return _checked(text) or _has_birthday(text)


def any_of(cells: Iterable[str]) -> bool:
    """Whether one of the cells holds such a number."""
    return any(map(looks_like_it, cells))


def _checked(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[17].upper()


def _has_birthday(number: str) -> bool:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    return 1900 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
