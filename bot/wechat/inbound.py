"""A push from the platform as one frozen value, whichever format it came in.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from xml.parsers import expat

from bot.wechat.errors import Forbidden

Format = Literal["xml", "json"]

# What XML 1.0 can't carry: control characters, lone surrogates, U+FFFE and U+FFFF. PostgreSQL refuses NUL too.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The deepest push has six levels (the copyright check's results in MASSSENDJOBFINISH).
_DEEPEST = 16

# These repeat. With one element, XML shows no list and the platform's JSON may hold a bare object.
_REPEATING = frozenset({"List", "item", "fail_idx", "AroundBeacon"})

# An openid has 28 characters. What names something must fit an index of the database.
_NAME_CHARS = 64
# Up to the year 5138: what `datetime` can take.
_TIME_DIGITS = 11
# MsgId is a 64-bit number.
_ID_DIGITS = 20

# Where the words of a message are.
_SAYING = {"text": "Content", "voice": "Recognition"}


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message or event.

    `key` tells repeats of one push from new ones: "m:" and the MsgId, or "e:" and a SHA-256 of all fields, since
    events have no MsgId. `kind` is MsgType and `event` Event, both in lower case and kept when unknown; `event` is
    "" for messages. `event_key` is EventKey, for a follow by QR code without its "qrscene_". `text` is what a text
    message says or what the platform heard in a voice message. `created` is CreateTime, in seconds since 1970.
    `fields` holds everything by the platform's names: strings (numbers too, so that both formats look alike and no
    MsgId loses digits), or dicts and lists of such; what may repeat is a list always.
    """

    key: str
    openid: str
    account: str
    created: int
    kind: str
    event: str
    event_key: str
    text: str
    fields: Mapping[str, Any]


def clean(text: str) -> str:
    """Return the text without the characters that XML, and so a message, can't carry."""
    return _ILLEGAL.sub("", text)


def read_fields(body: bytes) -> tuple[dict[str, Any], Format]:
    """Parse a push, or the envelope around one; the format is told by its first character.

    Raises `Forbidden` for what the platform never sends: other formats, a document type, deep nesting.
    """
    if body.lstrip()[:1] == b"{":
        return _read_json(body), "json"
    try:
        return _read_xml(body), "xml"
    except expat.ExpatError:
        # Whether the platform filters what members paste is not documented. A stray control character must not
        # cost them the answer; what isn't XML at all fails again.
        mended = clean(body.decode("utf-8", "replace")).encode()
    try:
        return _read_xml(mended), "xml"
    except expat.ExpatError as error:
        raise Forbidden(f"not XML: {error}") from None


def to_inbound(fields: dict[str, Any]) -> Inbound:
    """Build the value from the parsed fields of a push; raises `Forbidden` if what every push has is missing."""
    created = _string(fields, "CreateTime")
    openid = _string(fields, "FromUserName")
    account = _string(fields, "ToUserName")
    kind = _string(fields, "MsgType").lower()
    if not (_is_name(openid) and _is_name(account) and _is_name(kind) and _is_number(created, _TIME_DIGITS)):
        raise Forbidden("no push: sender, receiver, type or time is missing")
    event = _string(fields, "Event").lower()
    event_key = _string(fields, "EventKey")
    if event == "subscribe":
        event_key = event_key.removeprefix("qrscene_")
    text = _string(fields, _SAYING.get(kind, ""))
    return Inbound(_key(kind, fields), openid, account, int(created), kind, event, event_key, text, fields)


def _key(kind: str, fields: dict[str, Any]) -> str:
    msg_id = _string(fields, "MsgId")
    if kind != "event" and _is_number(msg_id, _ID_DIGITS):
        return f"m:{msg_id}"
    canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"e:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _NAME_CHARS


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


class _Reader:
    """Builds the dict while expat walks; it has no reference to the parser, so nothing waits for the collector."""

    __slots__ = ("stack", "text")

    def __init__(self) -> None:
        self.stack: list[dict[str, Any]] = [{}]
        self.text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) > _DEEPEST:
            raise Forbidden("nested too deep")
        self.stack.append({})
        self.text = ""

    def data(self, text: str) -> None:
        self.text += text

    def end(self, name: str) -> None:
        # Text beside child elements is the space between them.
        value = self.stack.pop() or self.text
        siblings = self.stack[-1]
        if name in siblings:
            known = siblings[name]
            if isinstance(known, list):
                known.append(value)
            else:
                siblings[name] = [known, value]
        elif name in _REPEATING:
            siblings[name] = [value] if value else []
        else:
            siblings[name] = value


def _refuse_doctype(*_: object) -> None:
    # Entities can only be declared in a document type: without one there is nothing to expand or to fetch.
    raise Forbidden("a document type")


def _read_xml(body: bytes) -> dict[str, Any]:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.data
    parser.EndElementHandler = reader.end
    parser.Parse(body, True)
    fields = reader.stack[0].get("xml")
    if not isinstance(fields, dict):
        raise Forbidden("no <xml> with fields")
    return fields


def _read_json(body: bytes) -> dict[str, Any]:
    text = body.decode("utf-8", "replace")
    try:
        fields = json.loads(text, parse_float=str, parse_constant=str, strict=False)
    except (ValueError, RecursionError) as error:
        raise Forbidden(f"not JSON: {type(error).__name__}") from None
    return {clean(name): _plain(name, value, 1) for name, value in fields.items()}


def _plain(name: str, value: Any, depth: int) -> Any:
    """Bring a JSON value to what XML would have given."""
    if depth > _DEEPEST:
        raise Forbidden("nested too deep")
    if name in _REPEATING and not isinstance(value, list):
        value = [value] if value else []
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(inner): _plain(inner, part, depth + 1) for inner, part in value.items()}
    if isinstance(value, list):
        return [_plain("", part, depth + 1) for part in value]
    return "" if value is None else str(value).lower()
