"""Every sentence people read, by topic, in the words of one terminology pack.

`sentences/<topic>.toml` holds what the product says everywhere; a pack is one folder, `packs/<pack>/` or one of the
operator's own, with an organisation's words: `terms.toml`, `menu.toml` (the account's menu), and for any topic
`sentences/<topic>.toml`, which says the same things differently.
A placeholder in Latin letters, `{name}`, is a value that the caller hands over; one in Chinese,
`{组织}`, is a term of the pack.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter

from bot import extensions
from bot.texts.manners import begging
from bot.texts.split import split

__all__ = [
    "HERE",
    "TextError",
    "Texts",
    "base_sentences",
    "pack_folder",
    "packs",
    "placeholders",
    "read_topic",
    "read_topics",
    "split",
]

HERE = Path(__file__).parent
_WEEKDAYS = "一二三四五六日"
_PLAIN = re.compile(r"[a-z][a-z_]*|[\u4e00-\u9fff]+")


class TextError(LookupError):
    """A sentence, a variable, a term or a pack that does not exist, or a text file that cannot be used."""


def packs(folder: Path = HERE) -> tuple[str, ...]:
    """The names of the terminology packs there are."""
    return tuple(sorted(terms.parent.name for terms in (folder / "packs").glob("*/terms.toml")))


def pack_folder(pack: str, folder: Path = HERE) -> Path:
    """Where a pack stands: one that comes along by its name, one's own by the path of its folder, `./our-words`.

    Raises TextError where there is none.
    """
    if pack in packs(folder):
        return folder / "packs" / pack
    if Path(pack).name != pack and (Path(pack) / "terms.toml").is_file():
        return Path(pack)
    raise TextError(f"没有名为「{pack}」的术语包；可以用的有：{'、'.join(packs(folder))}")


class Texts:
    """The sentences of one pack: `texts("checkin.streak", days=3)`.

    `terms` maps a term's neutral name to this pack's word, for instance 组织 to 支部.
    """

    def __init__(self, sentences: Mapping[str, str], terms: Mapping[str, str]) -> None:
        self.terms = dict(terms)
        self._templates = {key: _fill_terms(key, sentence, self.terms) for key, sentence in sentences.items()}

    @classmethod
    def load(cls, pack: str, folder: Path = HERE) -> "Texts":
        """The sentences and a pack's own words, read once a process.

        Raises TextError for an unknown pack or an unusable file.
        """
        return cls._read(pack, pack_folder(pack, folder).resolve(), folder)

    @classmethod
    @cache
    def _read(cls, pack: str, here: Path, folder: Path) -> "Texts":
        sentences, own = base_sentences(folder), read_topics(here / "sentences")
        _check_overrides(pack, own, sentences)
        _check_manners(sentences | own)
        return cls(sentences | own, read_topic(here / "terms.toml"))

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence `key`, filled with `values`; values it does not mention are ignored.

        Raises TextError for an unknown key or a missing value.
        """
        template = self._templates.get(key)
        if template is None:
            raise TextError(f"there is no sentence {key!r}")
        try:
            return template.format_map(values)
        except KeyError as missing:
            raise TextError(f"the sentence {key!r} needs a value for {missing}") from None

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of the files."""
        return tuple(self._templates)

    def variables(self, key: str) -> frozenset[str]:
        """The values that the sentence `key` needs in this pack."""
        if key not in self._templates:
            raise TextError(f"there is no sentence {key!r}")
        return frozenset(placeholders(key, self._templates[key]))

    def date(self, day: date, today: date | None = None) -> str:
        """「7月1日（周三）」; with the year in front where it is not the year of `today`."""
        words = self("common.date", month=day.month, day=day.day, weekday=_WEEKDAYS[day.weekday()])
        if today is None or today.year == day.year:
            return words
        return self("common.date_of_year", year=day.year, date=words)

    def moment(self, at: datetime, now: datetime) -> str:
        """「今天 8:05」「昨天 21:10」「明天 9:00」「7月1日（周三）8:05」. Both in the organisation's time zone."""
        time = f"{at.hour}:{at.minute:02}"
        near = {0: "common.today_at", 1: "common.yesterday_at", -1: "common.tomorrow_at"}.get(
            (now.date() - at.date()).days
        )
        if near:
            return self(near, time=time)
        return self("common.date_at", date=self.date(at.date(), now.date()), time=time)

    def names(self, names: Iterable[str], most: int = 20, of: int = 0) -> str:
        """「甲、乙、丙」; beyond `most` names the first of them and how many there are in all, `of` if that is more."""
        known = list(names)
        listed, count = "、".join(known[:most]), max(of, len(known))
        return listed if count <= most else self("common.names_of", names=listed, count=count)


def base_sentences(folder: Path = HERE) -> dict[str, str]:
    """What the product says everywhere, and what further commands say. Raises TextError where they share a topic."""
    ours = read_topics(folder / "sentences")
    topics = {key.partition(".")[0] for key in ours}
    for place in extensions.sentences():
        theirs = read_topics(place)
        if shared := topics & {key.partition(".")[0] for key in theirs}:
            raise TextError(f"{place}: there are sentences of the topic {min(shared)!r} already")
        ours |= theirs
    return ours


def read_topics(folder: Path) -> dict[str, str]:
    """All sentences of a folder as `topic.key`."""
    files = sorted(folder.glob("*.toml"))
    return {f"{file.stem}.{key}": sentence for file in files for key, sentence in read_topic(file).items()}


def read_topic(file: Path) -> dict[str, str]:
    """The sentences of one file, a flat table of strings. Raises TextError for anything else."""
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TextError(f"{file.parent.name}/{file.name}: {error}") from None
    for key, value in read.items():
        if not isinstance(value, str):
            raise TextError(f"{file.parent.name}/{file.name}: {key!r} is not a plain string")
    return {key: value.rstrip("\n") for key, value in read.items()}


def _check_overrides(pack: str, own: Mapping[str, str], base: Mapping[str, str]) -> None:
    """A pack may only reword what exists, from the values callers are known to hand over."""
    for key, sentence in own.items():
        if key not in base:
            raise TextError(f"pack {pack!r} rewords {key!r}, which no base file has")
        unknown = {name for name in placeholders(key, sentence) - placeholders(key, base[key]) if name.isascii()}
        if unknown:
            raise TextError(f"pack {pack!r}: {key!r} uses {sorted(unknown)}, which its base sentence does not")


def _check_manners(sentences: Mapping[str, str]) -> None:
    for key, sentence in sentences.items():
        if words := begging(sentence):
            raise TextError(f"{key!r} begs for a reply: 「{words}」")


def placeholders(key: str, sentence: str) -> set[str]:
    """The names in braces. Only plain names are allowed, so that no sentence can reach into an object."""
    try:
        fields = [field[1:] for field in Formatter().parse(sentence) if field[1] is not None]
    except ValueError as error:
        raise TextError(f"{key!r}: {error}") from None
    names = set()
    for name, spec, conversion in fields:
        if not _PLAIN.fullmatch(name or "") or spec or conversion:
            raise TextError(f"{key!r}: {{{name}}} is not a plain placeholder")
        names.add(str(name))
    return names


def _fill_terms(key: str, sentence: str, terms: Mapping[str, str]) -> str:
    """The sentence with the pack's words in place: what is left in braces is for the caller."""
    wanted = {name for name in placeholders(key, sentence) if not name.isascii()}
    if missing := wanted - terms.keys():
        raise TextError(f"{key!r} uses the terms {sorted(missing)}, which the pack does not give")
    for name in wanted:
        if set(terms[name]) & set("{}"):
            raise TextError(f"the term {name!r} contains braces")
        sentence = sentence.replace(f"{{{name}}}", terms[name])
    return sentence
