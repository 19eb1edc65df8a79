"""What is wrong with a terminology pack, or worth a second look, before members read it. Pure but for reading files.

`refused`: the product would not start with it, or a member would read nonsense. The rest is for its author to decide.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.texts import HERE, TextError, base_sentences, placeholders, read_topic
from bot.texts.examples import example
from bot.texts.manners import begging

# Terms that may be empty, and their longest useful length: they stand in the middle of sentences.
_MAY_BE_EMPTY, _TERM_LETTERS = frozenset({"称呼"}), 8
_YEAR = "最早年份"

# Topics that only the operator reads.
OPERATOR = ("commands.", "files.", "demo.", "config.", "doctor.", "menu.", "pack.")

# A glance at a phone. What is longer in the common texts has its reason, and may be as long in a pack.
LONGEST = 120
# A notice's first field shows no more.
_TITLE_LETTERS = 20

# Where people meet the organisation first: a pack that doesn't say these its own way sounds like another's.
FIRST_MET = ("follow.greeting", "follow.details", "bind.done", "checkin.done", "topic.head", "birthday.greeting")

# The common sentences are in its voice.
PARTY = HERE / "packs" / "party"

_CHINESE = "\u4e00-\u9fff"
DATES = re.compile(r"(\d+年)?\d+月(\d+日)?|\d+日")
STYLE = {
    "squeezed": re.compile(rf"[{_CHINESE}][A-Za-z0-9]|[A-Za-z0-9][{_CHINESE}]"),
    "half_width": re.compile(rf"[{_CHINESE}）」》][,.:;!?()\"']|[,.;!?()\"'][{_CHINESE}（「《]"),
    "shouting": re.compile(r"[！!]"),
    "blaming": re.compile(r"没有完成|未完成|尚未完成|落后|倒数|督促|批评|扣分|积分|务必|必须|抓紧|尽快|为什么不|又没"),
    "jargon": re.compile(
        r"openid|errcode|API|接口|token|access|客服消息|被动回复|队列|数据库|服务端|推送失败", re.IGNORECASE
    ),
}
_PICTURES = {"So", "Sk", "Cs", "Co", "Cn", "Cf"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say of a pack: the sentence `pack.<code>`, and the file it stands in."""

    file: str
    code: str
    refused: bool
    values: Mapping[str, object] = field(default_factory=dict)


def problems(folder: Path) -> list[Problem]:
    """Everything there is to say of the words and sentences of a pack; its menu has a lint of its own."""
    base, expected = base_sentences(), read_topic(PARTY / "terms.toml")
    found: list[Problem] = []
    terms = _read(folder / "terms.toml", found)
    found += _of_terms(terms, expected)
    own: dict[str, str] = {}
    for file in sorted((folder / "sentences").glob("*.toml")):
        for key, sentence in _read(file, found).items():
            own[f"{file.stem}.{key}"] = sentence
            found += _of_sentence(f"{file.stem}.{key}", sentence, base, {**expected, **terms})
    if folder != PARTY:
        found += [Problem("sentences", "not_own", False, {"key": key}) for key in FIRST_MET if key not in own]
    return found


def _read(file: Path, found: list[Problem]) -> dict[str, str]:
    try:
        return read_topic(file)
    except (TextError, OSError) as error:
        name = file.name if file.parent.name != "sentences" else f"sentences/{file.name}"
        found.append(Problem(name, "unreadable", True, {"reason": error}))
        return {}


def _of_terms(terms: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[Problem]:
    for term in expected:
        if term not in terms:
            yield Problem("terms.toml", "term_missing", True, {"term": term, "like": expected[term]})
    for term, word in terms.items():
        if term not in expected:
            yield Problem("terms.toml", "term_unknown", False, {"term": term, "known": "、".join(expected)})
        elif set(word) & set("{}"):
            yield Problem("terms.toml", "term_braces", True, {"term": term})
        elif term == _YEAR and not re.fullmatch(r"\d{4}", word):
            yield Problem("terms.toml", "term_year", True, {"term": term, "word": word})
        elif not word and term not in _MAY_BE_EMPTY:
            yield Problem("terms.toml", "term_empty", True, {"term": term})
        elif len(word) > _TERM_LETTERS:
            yield Problem("terms.toml", "term_long", False, {"term": term, "word": word, "limit": _TERM_LETTERS})


def _of_sentence(key: str, sentence: str, base: Mapping[str, str], terms: Mapping[str, str]) -> Iterator[Problem]:
    file = f"sentences/{key.partition('.')[0]}.toml"

    def refusal(code: str, **values: object) -> Problem:
        return Problem(file, code, True, {"key": key, **values})

    def doubt(code: str, **values: object) -> Problem:
        return Problem(file, code, False, {"key": key, **values})

    if key not in base:
        yield refusal("sentence_unknown")
        return
    try:
        used, known = placeholders(key, sentence), placeholders(key, base[key])
    except TextError:
        yield refusal("braces")
        return
    for name in sorted(used - known):
        if name.isascii():
            yield refusal("variable_unknown", name=name, known="、".join(sorted(filter(str.isascii, known))) or "—")
        elif name not in terms:
            yield refusal("variable_unknown", name=name, known="、".join(terms))
    for name in sorted(known - used):
        if name.isascii():
            yield doubt("variable_unused", name=name)
    if words := begging(sentence):
        yield refusal("begging", words=words)
    if not key.startswith(OPERATOR):
        yield from (doubt(code, **values) for code, values in faults(key, example(sentence, terms), base, terms))


def faults(
    key: str, said: str, base: Mapping[str, str], terms: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, object]]]:
    """What is amiss with a sentence as people read it: code and values of each."""
    limit = _TITLE_LETTERS if key.startswith("notices.") and len(base[key]) <= _TITLE_LETTERS else LONGEST
    # Another voice may need a few words more for what is long anyway.
    limit = max(limit, len(example(base[key], terms)) * 5 // 4)
    if len(said) > limit:
        yield "sentence_long", {"length": len(said), "limit": limit}
    # 「7月1日」 is written without spaces, as dates are.
    without_dates = DATES.sub("日", said)
    for code, pattern in STYLE.items():
        if match := pattern.search(without_dates):
            yield code, {"words": match.group()}
    if pictures := [letter for letter in said if unicodedata.category(letter) in _PICTURES]:
        yield "pictures", {"words": "".join(pictures)}
