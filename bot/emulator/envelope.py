"""The wire form of pushes and replies: XML or JSON, in clear or sealed, signed.

The cryptography is wechatpy's, on purpose: the product has a codec of its own, and one mistake must not sit on both
sides of the wire. Source: 「消息加解密说明」.
"""

import base64
import hashlib
import hmac
import json
import random
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

from wechatpy.crypto import PrpCrypto

from bot.emulator.account import Account

# Padded to this many bytes, twice the cipher's own block.
BLOCK = 32

# XML 1.0 has no place for these.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Malformed(ValueError):
    """A reply that the platform cannot use; the sentence says why."""


class Envelope:
    """Seals pushes and opens replies for one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._crypto = PrpCrypto(base64.b64decode(account.encoding_aes_key + "="))

    def seal(self, fields: dict[str, Any], openid: str, now: float) -> tuple[str, bytes, str]:
        """Query string, body and content type of one attempt; nonce and cipher text are new each time."""
        account = self._account
        timestamp, nonce = str(int(now)), str(random.randrange(10**8, 10**10))
        query = {
            "signature": sign(account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openid,
        }
        outer = fields
        if account.mode != "plain":
            encrypted = self._crypto.encrypt(self._written(fields), account.app_id).decode()
            outer = {**fields} if account.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
            outer["Encrypt"] = encrypted
            query["encrypt_type"] = "aes"
            query["msg_signature"] = sign(account.token, timestamp, nonce, encrypted)
        kind = "text/xml" if account.format == "xml" else "application/json"
        # Nothing in these values needs escaping, and urlencode would cost a tenth of the whole push.
        return "&".join(f"{key}={value}" for key, value in query.items()), self._written(outer).encode(), kind

    def open(self, body: bytes) -> dict[str, Any]:
        """The fields of a reply. Raises Malformed."""
        outer = self._read(body)
        if "Encrypt" not in outer:
            if self._account.mode == "safe":
                raise Malformed("the reply is in clear, but the account is in safe mode")
            return outer
        if self._account.mode == "plain":
            raise Malformed("the reply is encrypted, but the account is in plain mode")
        return self._read(self._decrypted(outer).encode())

    def _decrypted(self, outer: dict[str, Any]) -> str:
        missing = [key for key in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce") if not outer.get(key)]
        if missing:
            raise Malformed(f"the encrypted reply lacks {', '.join(missing)}")
        encrypted, timestamp, nonce = str(outer["Encrypt"]), str(outer["TimeStamp"]), str(outer["Nonce"])
        expected = sign(self._account.token, timestamp, nonce, encrypted)
        if not hmac.compare_digest(expected.encode(), str(outer["MsgSignature"]).encode()):
            raise Malformed("MsgSignature does not match")
        try:
            frame = self._crypto.cipher.decrypt(base64.b64decode(encrypted, validate=True))
        except ValueError as error:
            raise Malformed(f"the reply does not decrypt: {error}") from None
        return _unframed(frame, self._account.app_id)

    def _written(self, fields: dict[str, Any]) -> str:
        if self._account.format == "json":
            return json.dumps(_single(fields), ensure_ascii=False, separators=(",", ":"))
        return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"

    def _read(self, body: bytes) -> dict[str, Any]:
        return read_json(body) if self._account.format == "json" else read_xml(body)


def _unframed(frame: bytes, app_id: str) -> str:
    """The text between random bytes, length, app id and padding. Raises Malformed.

    wechatpy's own reading is not used: it forgives wrong paddings, and fails in many ways on other nonsense.
    """
    pad = frame[-1] if frame else 0
    if len(frame) % BLOCK or not 1 <= pad <= BLOCK or frame[-pad:] != bytes([pad]) * pad:
        raise Malformed("the padding of the encrypted reply is wrong")
    content = frame[16:-pad]
    end = 4 + int.from_bytes(content[:4], "big")
    if len(content) < 4 or end > len(content):
        raise Malformed("the length inside the encrypted reply is wrong")
    if not hmac.compare_digest(content[end:], app_id.encode()):
        raise Malformed("the app id inside the encrypted reply is not ours")
    try:
        return content[4:end].decode()
    except UnicodeDecodeError:
        raise Malformed("the encrypted reply is not UTF-8") from None


def sign(*parts: str) -> str:
    """SHA-1 of the sorted parts, in hex."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def read_xml(body: bytes) -> dict[str, Any]:
    """The children of `<xml>`: texts, objects for nested ones, lists for repeated ones. Raises Malformed."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Malformed("the reply has a DTD")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Malformed(f"the reply is not XML: {error}") from None
    if root.tag != "xml":
        raise Malformed(f"the reply begins with <{root.tag}>, not with <xml>")
    names = [child.tag for child in root]
    if len(names) != len(set(names)):
        raise Malformed("the reply has the same field twice")
    return {child.tag: _value(child) for child in root}


def read_json(body: bytes) -> dict[str, Any]:
    """The same for a JSON reply. Raises Malformed."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the reply is not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise Malformed("the reply is not a JSON object")
    return fields


def _value(element: ElementTree.Element) -> Any:
    if not len(element):
        return element.text or ""
    value: dict[str, Any] = {}
    for child in element:
        inner = _value(child)
        if child.tag not in value:
            value[child.tag] = inner
        elif isinstance(value[child.tag], list):
            value[child.tag].append(inner)
        else:
            value[child.tag] = [value[child.tag], inner]
    return value


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(inner, item) for inner, item in value.items())}</{name}>"
    if isinstance(value, str):
        text = _CONTROL.sub("", value).replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{text}]]></{name}>"
    return f"<{name}>{value}</{name}>"


def _single(value: Any) -> Any:
    """JSON pushes write a list of one as the object itself, as the platform does."""
    if isinstance(value, dict):
        return {name: _single(item) for name, item in value.items()}
    if isinstance(value, list):
        return _single(value[0]) if len(value) == 1 else [_single(item) for item in value]
    return value
