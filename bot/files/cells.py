"""What one cell says: each function turns a cell's text into the values to store. Pure."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from typing import Any

from bot.files.births import read_birth
from bot.files.dates import Bounds, read_date
from bot.files.faults import Unclear
from models.calendar_day import DayKind
from models.member import Calendar, Precision, Status
from models.role import RoleKind

# A cell's text, and what a date may be → the stored fields that it sets.
Read = Callable[[str, Bounds], Mapping[str, Any]]

# An empty cell says nothing, so that a file may leave things out; these say that there is nothing.
NOTHING = ("无", "-", "—", "——", "/")

WITHOUT_WECHAT = "不用微信"

# None is a member without any role.
ROLES: Mapping[str, RoleKind | None] = {
    "member": None,
    "党员": None,
    "成员": None,
    "leader": RoleKind.LEADER,
    "组长": RoleKind.LEADER,
    "secretary": RoleKind.SECRETARY,
    "书记": RoleKind.SECRETARY,
    "admin": RoleKind.ADMIN,
    "管理员": RoleKind.ADMIN,
}
STATUSES: Mapping[str, Status] = {
    "正常": Status.ACTIVE,
    "预备": Status.PROBATIONARY,
    "积极分子": Status.APPLICANT,
    "离退休": Status.RETIRED,
    "流动": Status.MOBILE,
    "停用": Status.INACTIVE,
} | {status.value: status for status in Status}
YES_OR_NO: Mapping[str, bool] = {"是": True, "否": False, "yes": True, "no": False}
# Taking a day out again leaves what the official calendar says.
NO_DAY = "none"
DAY_KINDS: Mapping[str, str] = {
    "放假": DayKind.OFF,
    "上班": DayKind.WORK,
    "停发": DayKind.CLOSURE,
    "庄重": DayKind.SOLEMN,
    "取消": NO_DAY,
} | {kind.value: kind for kind in DayKind}
CALENDARS: Mapping[str, Calendar] = {"公历": Calendar.SOLAR, "农历": Calendar.LUNAR} | {
    calendar.value: calendar for calendar in Calendar
}


def plain(text: str) -> str:
    """Text without control characters and outer spaces, its full-width letters and digits made ordinary ones."""
    return unicodedata.normalize("NFKC", printable(text)).strip()


def printable(text: str) -> str:
    """Text without control characters; line breaks stay."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")).strip()


def _fitting(text: str, limit: int) -> str:
    if limit and len(text) > limit:
        raise Unclear("too_long", limit=limit)
    return text


def words(field: str, limit: int = 0) -> Read:
    """Any text, of at most `limit` characters (0: however long)."""

    def read(text: str, _bounds: Bounds) -> Mapping[str, Any]:
        return {field: "" if text in NOTHING else _fitting(printable(text), limit)}

    return read


def bare_title(text: str) -> str:
    """A title on one line, without the 《》 that our own sentences put around it."""
    name = " ".join(printable(text).split())
    return name[1:-1] if re.fullmatch(r"《[^《》]+》", name) else name


def verbatim(field: str, limit: int) -> Read:
    """Any text as it is: 「无」 and 「/」 are words too."""

    def read(text: str, _bounds: Bounds) -> Mapping[str, Any]:
        return {field: _fitting(printable(text), limit)}

    return read


def title(field: str, limit: int) -> Read:
    """A title: one line, without the 《》 that our own sentences put around it."""

    def read(text: str, _bounds: Bounds) -> Mapping[str, Any]:
        return {field: _fitting(bare_title(text), limit)}

    return read


def person_name(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """A name: 「张　三」 is 张三, and every kind of dot in 「买买提·艾力」 the same one."""
    name = re.sub(r"[•・･∙⋅‧.]", "·", plain(text))
    name = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", " ".join(name.split()))
    return {"name": _fitting(name, 40)}


def node_path(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """A branch, or the way to it from the top of the tree: 「机关党委/第一支部」."""
    parts = tuple(part.strip() for part in plain(text).split("/"))
    if not all(parts):
        raise Unclear("path_unclear", value=text)
    for part in parts:
        _fitting(part, 80)
    return {"branch": parts}


def node_name(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """A group's name."""
    return {"group": "" if text in NOTHING else _fitting(plain(text), 80)}


def one_of(field: str, known: Mapping[str, Any]) -> Read:
    """One of these words, in either language."""

    def read(text: str, _bounds: Bounds) -> Mapping[str, Any]:
        word = plain(text).casefold()
        if word not in known:
            listed = "、".join(word for word in known if not word.isascii())
            raise Unclear("word_unknown", value=text, known=listed)
        return {field: known[word]}

    return read


def own_date(field: str, precision: str) -> Read:
    """A date in someone's life, and how much of it is known."""

    def read(text: str, bounds: Bounds) -> Mapping[str, Any]:
        if text in NOTHING:
            return {field: None, precision: Precision.DAY}
        known = bounds.check(read_date(text))
        return {field: known.day, precision: known.precision}

    return read


def birth(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """A date of birth; which calendar it is of, another cell may say."""
    return {"born_on": None if text in NOTHING else read_birth(text)}


def any_day(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """A date, past or to come."""
    known = read_date(text)
    if known.precision is Precision.MONTH:
        raise Unclear("date_needs_day", value=text)
    return {"day": known.day}


def last_day(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """Until when a topic may be shown; a month means the whole of it."""
    if text in NOTHING:
        return {"valid_until": None}
    known = read_date(text)
    day = known.day
    if known.precision is Precision.MONTH:
        day = day.replace(day=monthrange(day.year, day.month)[1])
    return {"valid_until": day}


def series(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """The name of the series that a topic is a lesson of, or that it is none."""
    return {"series": "" if text in NOTHING else _fitting(bare_title(text), 60)}


def count(field: str) -> Read:
    """A number from 1 to 999, such as a lesson's: 「3」「第 3 课」 and what spreadsheets make of it, 「3.0」."""

    def read(text: str, _bounds: Bounds) -> Mapping[str, Any]:
        if text in NOTHING:
            return {field: 0}
        found = re.fullmatch(r"第?\s*([1-9]\d{0,2})(?:\.0)?\s*[课讲集章节]?", plain(text))
        if found is None:
            raise Unclear("count_unclear", value=text[:20])
        return {field: int(found[1])}

    return read


def mobile(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """A telephone number: digits, whatever was put between them."""
    if text in NOTHING:
        return {"mobile": ""}
    number = re.sub(r"[\s()-]", "", plain(text))
    if not re.fullmatch(r"\+?\d{5,19}", number):
        raise Unclear("mobile_unclear", value=text)
    return {"mobile": number}


def tags(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """Tags, joined by 、; 不用微信 isn't kept as a tag but as what it means."""
    named = [] if text in NOTHING else [tag for tag in re.split(r"[\s,，、;；|/]+", printable(text)) if tag]
    kept = "、".join(dict.fromkeys(tag for tag in named if tag != WITHOUT_WECHAT))
    return {"tags": _fitting(kept, 200), "without_wechat": WITHOUT_WECHAT in named}


def openid(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """The platform's name for a follower."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{6,64}", text):
        raise Unclear("openid_unclear")
    return {"openid": text}


def link(text: str, _bounds: Bounds) -> Mapping[str, Any]:
    """A web address, or nothing."""
    if text in NOTHING:
        return {"link": ""}
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", text):
        raise Unclear("link_unclear", value=text[:40])
    return {"link": text}
