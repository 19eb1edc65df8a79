"""Fields of template messages and subscription notices: what the platform refuses, and what it doesn't show. Pure.

Sources: the tables of parameters (参数说明) in 「模板消息」 and 「订阅通知」, and the platform's notice of May 2023: no
colours, no emoji, no line breaks, at most twenty characters a field, and neither `first` nor `remark`.
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html
https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

SHOWN_LETTERS = 20
HIDDEN = frozenset({"first", "remark"})

Code = Literal["missing", "unknown", "refused", "cut", "emoji", "line_break", "hidden"]
# With these the platform refuses the whole message (47003); with the others it changes what is seen.
REFUSED: frozenset[Code] = frozenset({"missing", "refused"})

_HAN = "\u4e00-\u9fff"
_HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_DAY = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})"
_TIME = rf"({_DAY}( {_HOUR})?|{_HOUR})"
# Type of a field, which its key begins with: thing1 → the whole value, so that it is taken for sure.
_TYPES = {
    "thing": r".{1,20}",
    "number": r"\d{1,20}(\.\d{1,10})?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[!#$%&*+=?@~^<>|-]{1,5}",
    "character_string": r"[!-~]{1,32}",
    "time": rf"{_TIME}(~{_TIME})?",
    "date": rf"{_TIME}(~{_TIME})?",
    "amount": r"[¥￥$]?\d{1,10}元?",
    "phone_number": r"[\d+-]{1,17}",
    "car_number": rf"[{_HAN}]?[A-Za-z0-9]{{1,6}}[{_HAN}]?",
    "name": rf"[{_HAN}]{{1,10}}|[A-Za-z .·-]{{1,20}}",
    "phrase": rf"[{_HAN}]{{1,5}}",
    "const": r".{1,20}",
    "enum": r".{1,20}",
}
_RULES = {kind: re.compile(rule) for kind, rule in _TYPES.items()}
_TYPED = re.compile(rf"({'|'.join(_TYPES)})\d+")
_FIELD = re.compile(r"{{\s*(\w+)\.DATA\s*}}")
# Of these a shorter value says nearly the same; names, times and numbers it would spoil. Those without a type are shown
# up to twenty letters.
_LENGTHS = {"thing": 20, "const": 20, "enum": 20, "": SHOWN_LETTERS}
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one field; `kind` is its type, "" for a field without one."""

    key: str
    code: Code
    kind: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the platform refuses the whole message for it."""
        return self.code in REFUSED


def fields(content: str) -> tuple[str, ...]:
    """The keys of a template's `content`, in its order."""
    return tuple(_FIELD.findall(content))


def lint(content: str, values: Mapping[str, str]) -> list[Finding]:
    """What is wrong with the values for a template's `content`, field by field; [] if all arrives as it is written."""
    keys = fields(content)
    found = [one for key in keys for one in _of_field(key, values.get(key, ""))]
    return found + [Finding(key, "unknown") for key in values if key not in keys]


def lint_values(values: Mapping[str, str]) -> list[Finding]:
    """The same where only the values are at hand: what is wrong with them, whatever template they are for."""
    return [one for key, value in values.items() for one in _of_field(key, value)]


def shortened(key: str, value: str) -> str:
    """A value cut to what its field can hold, where that is only a matter of length."""
    typed = _TYPED.fullmatch(key)
    most = _LENGTHS.get(typed[1] if typed else "", 0)
    plain = " ".join(value.split())
    return plain if not most or len(plain) <= most else plain[: most - 1] + "…"


def _of_field(key: str, value: str) -> Iterator[Finding]:
    typed = _TYPED.fullmatch(key)
    kind = typed[1] if typed else ""
    if key in HIDDEN:
        yield Finding(key, "hidden")
        return
    if not value.strip():
        yield Finding(key, "missing", kind)
        return
    if kind and not _RULES[kind].fullmatch(value):
        yield Finding(key, "refused", kind)
        return
    if _EMOJI.search(value):
        yield Finding(key, "emoji", kind)
    if len(value.splitlines()) > 1:
        yield Finding(key, "line_break", kind)
    if len(value) > SHOWN_LETTERS:
        yield Finding(key, "cut", kind)
