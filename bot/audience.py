"""Whom a broadcast is for, in a few words: 「第二小组 书记 #书法 七天没打卡」. Pure.

Words of one kind mean any of them, different kinds all together. The same words are understood in the chat, before a
colon, and after `--audience`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.misread import Misread
from bot.texts import Texts
from bot.times import NUMBER, number
from models.branch import Branch
from models.role import RoleKind

EVERYBODY = ("全体", "所有人")
ROLES: Mapping[str, RoleKind] = {
    "书记": RoleKind.SECRETARY,
    "负责人": RoleKind.SECRETARY,
    "组长": RoleKind.LEADER,
    "小组长": RoleKind.LEADER,
    "管理员": RoleKind.ADMIN,
}
BOUND: Mapping[str, bool] = {"已绑定": True, "绑定": True, "未绑定": False, "没绑定": False}
LONGEST_DAYS = 366
# Of what fewer people have studied, or haven't, everybody could tell who they are.
FEWEST = 3
# A head before a colon that is longer is a sentence.
LONGEST_HEAD = 80

_DAYS = re.compile(rf"(?:最近)?({NUMBER})\s*天\s*内?(?:都)?(没有?|未|打过)打?过?卡")
_TODAY = re.compile(r"今[天日](没有?|未|已?打过)打?过?卡")
# Not the colon of a time or of an address.
_COLON = re.compile(r"(?<!\d)[：:](?!//)|[：:](?!//|\d)")
_BETWEEN = re.compile(r"[\s、，,;；+＋]+")


@dataclass(frozen=True, slots=True)
class Addressed:
    """The audience as `scheduler.audience` takes it, and the node in whose name it is written to."""

    audience: Mapping[str, Any]
    node: Branch


class Places:
    """The nodes of a sub-tree by the words that can mean them; the first is its top.

    `texts` has the organisation's own words for roles.
    """

    def __init__(self, nodes: Sequence[Branch], texts: Texts) -> None:
        self.root = nodes[0]
        self.nodes = nodes
        own = {texts.terms["负责人"]: RoleKind.SECRETARY, texts.terms["组长"]: RoleKind.LEADER}
        self.roles = {**ROLES, **own}
        names = {node.id: node.name for node in nodes}
        self._ways: dict[str, list[Branch]] = {}
        self._whole: dict[int | None, str] = {}
        for node in nodes:
            way = [names[id_] for part in node.path.strip("/").split("/") if (id_ := int(part)) in names]
            self._whole[node.id] = "/".join(way)
            # 「第二小组」, 「第一支部/第二小组」: every end of the way means the node.
            for start in range(len(way)):
                self._ways.setdefault("/".join(way[start:]), []).append(node)

    def find(self, word: str) -> Branch | None:
        """The node that a word means. Raises `Misread` for several."""
        found = self._ways.get(word, [])
        exact = [node for node in found if self._whole[node.id] == word]
        if len(exact or found) > 1:
            known = "、".join(self._whole[node.id] for node in found[:10])
            raise Misread("audience.place_unclear", word=word, known=known)
        return next(iter(exact or found), None)


def read(words: str, places: Places) -> Addressed:
    """Whom these words mean; no words mean everybody in the sub-tree. Raises `Misread`."""
    meant = _Meant()
    for word in _split(words):
        if not meant.take(word, places):
            known = "、".join(node.name for node in places.nodes[:20])
            raise Misread("audience.word_unknown", word=word, known=known)
    return meant.addressed(places)


def head_and_text(written: str, places: Places) -> tuple[Addressed, str]:
    """A broadcast as it is typed in the chat: whom it is for before the first colon, where that can be understood.

    Words of which only a part can be understood are refused: taken for text, they would go to everybody.
    """
    head, colon, text = _at_colon(written)
    words = _split(head) if colon and "\n" not in head and len(head) <= LONGEST_HEAD else []
    meant = _Meant()
    unknown = [word for word in words if not meant.take(word, places)]
    if not words or len(unknown) == len(words):
        return _Meant().addressed(places), written.strip()
    if unknown:
        raise Misread("audience.head_unclear", word=unknown[0])
    return meant.addressed(places), text.strip()


def by_check_ins(audience: Mapping[str, Any]) -> bool:
    """Whether it is check-ins that decide who belongs to it: a list of its people would tell who didn't study."""
    return not audience.keys().isdisjoint(("checked", "unchecked"))


def described(addressed: Addressed, places: Places, texts: Texts) -> str:
    """The audience in the words of the forecast."""
    audience = addressed.audience
    parts = ["、".join(node.name for node in places.nodes if node.id in audience.get("places", ()))]
    parts.append("、".join(texts(f"audience.role_{kind}") for kind in audience.get("roles", ())))
    parts.append("、".join(f"#{tag}" for tag in audience.get("tags", ())))
    if "bound" in audience:
        parts.append(texts("audience.bound" if audience["bound"] else "audience.unbound"))
    for key in ("checked", "unchecked"):
        if key in audience:
            parts.append(texts(f"audience.{key}", days=audience[key]))
    listed = "，".join(part for part in parts if part)
    if "places" in audience:
        return listed
    whole = texts("broadcast.audience_all", branch=places.root.name)
    return texts("audience.of_all", all=whole, narrowed=listed) if listed else whole


class _Meant:
    """What the words have said so far."""

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}
        self._places: list[Branch] = []

    def take(self, word: str, places: Places) -> bool:
        """Takes a word in; False if it means nothing here."""
        if word in EVERYBODY:
            return True
        node = places.find(word)
        if node is not None:
            self._places.append(node)
        elif word[:1] in ("#", "＃") and len(word) > 1:
            self._add("tags", word[1:])
        elif word in places.roles:
            self._add("roles", places.roles[word].value)
        elif word in BOUND:
            self._set("bound", BOUND[word], word)
        else:
            return self._take_days(word)
        return True

    def addressed(self, places: Places) -> Addressed:
        """The audience; the node that signs is the one that was named, if it was one."""
        named = [node for node in self._places if node.id != places.root.id]
        facts: dict[str, Any] = {"within": places.root.path}
        if named and len(named) == len(self._places):
            facts["places"] = sorted({node.id for node in named if node.id is not None})
        alone = "places" in facts and len(facts["places"]) == 1
        return Addressed(facts | self._facts, named[0] if alone else places.root)

    def _take_days(self, word: str) -> bool:
        found, today = _DAYS.fullmatch(word), _TODAY.fullmatch(word)
        if found is None and today is None:
            return False
        days = number(found[1]) if found else 1
        if days is None or not 1 <= days <= LONGEST_DAYS:
            raise Misread("audience.days_unclear", word=word, limit=LONGEST_DAYS)
        verb = found[2] if found else today[1] if today else ""
        self._set("checked" if verb.endswith("打过") else "unchecked", days, word)
        return True

    def _add(self, kind: str, value: str) -> None:
        known = self._facts.setdefault(kind, [])
        if value not in known:
            known.append(value)

    def _set(self, kind: str, value: Any, word: str) -> None:
        if self._facts.setdefault(kind, value) != value:
            raise Misread("audience.word_against", word=word)


def _split(words: str) -> list[str]:
    # 「7 天没打卡」 is one word, however it is spaced.
    joined = re.sub(rf"({NUMBER})\s+天", r"\1天", words.strip())
    joined = re.sub(r"天\s+(?=内?(?:没|未|打过))", "天", joined)
    return [word for word in _BETWEEN.split(joined) if word]


def _at_colon(written: str) -> tuple[str, str, str]:
    found = _COLON.search(written)
    return (written[: found.start()], found[0], written[found.end() :]) if found else ("", "", written)
