"""Values of templates: what the platform refuses, and what the phone shows.

Source: the tables of parameters in 「模板消息」 and 「订阅通知」, and the notice of May 2023 on what is shown.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

SHOWN_CHARS = 20
# Lines of old templates that the phone has not shown since 2023.
UNSHOWN = frozenset({"first", "remark"})

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY = r"\d{4}(年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|年\d{1,2}月)"
_MOMENT = rf"({_DAY}( ?{_CLOCK})?|{_CLOCK})"
_TIME = rf"{_MOMENT}(\s?~\s?{_MOMENT})?"

# What a value of a typed key must be.
RULES: dict[str, str] = {
    "thing": r".{1,20}",
    "number": r"(?=.{1,32}$)[-+]?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": rf"[^\w\s{_HAN}]{{1,5}}",
    "character_string": r"[\x21-\x7e]{1,32}",
    "time": _TIME,
    "date": _TIME,
    "amount": r"[^\w\s.]?(\d{1,10}|(?=[\d.]{1,13}(元|$))\d+\.\d+)元?",
    "phone_number": r"[\d+\-() ]{1,17}",
    "car_number": rf"(?=.{{1,8}}$)[{_HAN}]?[A-Za-z0-9]+[{_HAN}]?",
    "name": rf"[{_HAN}]{{1,10}}|[^{_HAN}\d]{{1,20}}",
    "phrase": rf"[{_HAN}]{{1,5}}",
    "const": r".{1,20}",
    "enum": r".{1,20}",
}
_COMPILED = {kind: re.compile(rule) for kind, rule in RULES.items()}
_TYPED = re.compile(rf"({'|'.join(RULES)})\d+")

_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]")
_FIELD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the phone shows it."""

    label: str
    value: str

    def shown(self) -> dict[str, str]:
        return {"label": self.label, "value": self.value}


def fields(content: str) -> list[str]:
    """The keys of a template's text, in its order."""
    return _FIELD.findall(content)


def fits(key: str, value: str) -> bool:
    """Whether the platform takes `value` for `key`; an empty one it refuses, a key without a type takes anything."""
    typed = _TYPED.fullmatch(key)
    if typed is None:
        return True
    return bool(value) and _COMPILED[typed[1]].fullmatch(value) is not None


def shown(content: str, values: dict[str, str], *, free: bool) -> list[Line]:
    """The lines that the phone shows; `free` is a test account's own template, whose bare first variable vanishes."""
    lines = []
    for number, line in enumerate(line for line in content.splitlines() if line.strip()):
        first = _FIELD.search(line)
        label = line[: first.start()].strip().rstrip(":：").strip() if first else ""
        if first and (first[1] in UNSHOWN or (free and number == 0 and not label)):
            continue
        value = line[first.start() :] if first and label else line
        lines.append(Line(label, cut(_FIELD.sub(_value_of(values), value).strip())))
    return lines


def _value_of(values: dict[str, str]) -> "Callable[[re.Match[str]], str]":
    return lambda found: values.get(found[1], "")


def cut(value: str) -> str:
    """One line of at most 20 characters, without emoji."""
    plain = " ".join(_EMOJI.sub("", value).split())
    return plain if len(plain) <= SHOWN_CHARS else plain[:SHOWN_CHARS] + "…"
