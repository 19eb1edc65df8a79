"""The envelope of the platform's pushes and of our replies: signatures, AES, and the three modes.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html
https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.wechat.errors import Forbidden
from bot.wechat.inbound import Format, Inbound, read_fields, to_inbound
from bot.wechat.replies import cdata

Mode = Literal["plain", "compatible", "safe"]

# PKCS #7 with blocks of 32 bytes, twice the block of AES: a library's unpadder refuses pads over 16.
_AES_BLOCK = 16
_BLOCK = 32
_PADS = [bytes([length]) * length for length in range(_BLOCK + 1)]

_TIME_DIGITS = 11
_RANDOM = 16
_HEAD = _RANDOM + 4

# The envelope as the platform writes it in safe mode. Of the outer XML nothing but this signed part is ever used, so
# there is no need to parse the rest; every other form goes through the parser.
_SEALED = re.compile(
    rb"<xml>\s*<ToUserName><!\[CDATA\[\w*\]\]></ToUserName>"
    rb"\s*<Encrypt><!\[CDATA\[([A-Za-z0-9+/=]+)\]\]></Encrypt>\s*</xml>"
)

_CONTENT_TYPES: dict[Format, str] = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A verified push: what it says, and what the reply needs to know about how it came."""

    inbound: Inbound
    format: Format
    encrypted: bool
    timestamp: str
    nonce: str


class Codec:
    """Opens pushes and seals replies for one account.

    `token` and `encoding_aes_key` (43 letters and digits; not needed in plain mode) are those of the platform's
    console. In safe mode a push in clear is refused; the other modes take both kinds, an encrypted one only if there
    is a key. Raises ValueError for credentials that can't be right.
    """

    def __init__(self, *, app_id: str, token: str, encoding_aes_key: str, mode: Mode) -> None:
        if not (app_id and token):
            raise ValueError("app_id or token is empty: anybody could sign, or pass for this account")
        self._app_id = app_id.encode()
        self._token = token
        self._mode = mode
        self._cipher = _cipher(encoding_aes_key) if encoding_aes_key or mode != "plain" else None

    def verify_url(self, query: Mapping[str, str]) -> str:
        """Answer the platform's check of our address (GET): returns the echo, to be sent back as it is.

        Raises `Forbidden` if the signature is wrong or something is missing.
        """
        self._verify(query, "signature")
        echo = query.get("echostr", "")
        if not echo:
            raise Forbidden("no echostr")
        return echo

    def open(self, query: Mapping[str, str], body: bytes) -> Envelope:
        """Verify, decrypt and parse a push (POST); raises `Forbidden` for whatever isn't the platform's.

        Whether the time is recent isn't checked: repeats are told by `Inbound.key`.
        """
        encrypted = query.get("encrypt_type") == "aes"
        if encrypted:
            sealed, format = _find_sealed(body)
            fields, _ = read_fields(self._unseal(query, sealed))
        elif self._mode == "safe":
            raise Forbidden("a push in clear, in safe mode")
        else:
            self._verify(query, "signature")
            fields, format = read_fields(body)
        return Envelope(to_inbound(fields), format, encrypted, query["timestamp"], query["nonce"])

    def seal(self, reply: str, envelope: Envelope) -> tuple[bytes, str]:
        """Return body and content type of the answer to a push: encrypted if the push was.

        `reply` is the plaintext that `replies` rendered, in the envelope's format; "" becomes "success", which
        tells the platform that nothing more will come, and goes in clear in every mode.
        """
        if not reply:
            return b"success", "text/plain; charset=utf-8"
        if envelope.encrypted:
            reply = self._wrap(self._encrypt(reply.encode()), envelope)
        return reply.encode(), _CONTENT_TYPES[envelope.format]

    def _verify(self, query: Mapping[str, str], name: str, *parts: str) -> None:
        timestamp, nonce, signature = query.get("timestamp", ""), query.get("nonce", ""), query.get(name, "")
        # What is signed has no separators and could be cut anew, so the parts must look like what they are;
        # and `compare_digest` takes only ASCII.
        if not (_is_time(timestamp) and _is_word(nonce) and _is_word(signature)):
            raise Forbidden(f"{name}, timestamp or nonce is missing or malformed")
        if not hmac.compare_digest(self._signature(timestamp, nonce, *parts), signature):
            raise Forbidden(f"wrong {name}")

    def _signature(self, *parts: str) -> str:
        signed = "".join(sorted((self._token, *parts)))
        return hashlib.sha1(signed.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()

    def _unseal(self, query: Mapping[str, str], sealed: str) -> bytes:
        self._verify(query, "msg_signature", sealed)
        if self._cipher is None:
            raise Forbidden("an encrypted push, but no key")
        try:
            # Not strict: the platform's page says "MIME", which allows line breaks, though none were ever seen.
            blocks = binascii.a2b_base64(sealed)
        except ValueError:
            raise Forbidden("Encrypt is not base64") from None
        if not blocks or len(blocks) % _AES_BLOCK:
            raise Forbidden("Encrypt is cut off")
        # Without a part of a block left over, `finalize` has nothing to add, here and in `_encrypt`.
        return self._unpack(self._cipher.decryptor().update(blocks))

    def _unpack(self, padded: bytes) -> bytes:
        pad = padded[-1]
        end = _HEAD + int.from_bytes(padded[_RANDOM:_HEAD])
        if not (1 <= pad <= _BLOCK and padded.endswith(_PADS[pad])):
            raise Forbidden("wrong padding")
        if not hmac.compare_digest(padded[end:-pad], self._app_id):
            raise Forbidden("another account's app id, or a wrong length")
        return padded[_HEAD:end]

    def _encrypt(self, message: bytes) -> str:
        if self._cipher is None:
            raise ValueError("no key to encrypt with")
        packed = os.urandom(_RANDOM) + len(message).to_bytes(4) + message + self._app_id
        padded = packed + _PADS[_BLOCK - len(packed) % _BLOCK]
        return binascii.b2a_base64(self._cipher.encryptor().update(padded), newline=False).decode()

    def _wrap(self, sealed: str, envelope: Envelope) -> str:
        timestamp, nonce = envelope.timestamp, envelope.nonce
        signature = self._signature(timestamp, nonce, sealed)
        if envelope.format == "json":
            parts = {"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": int(timestamp), "Nonce": nonce}
            return json.dumps(parts, separators=(",", ":"))
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
        )


def _find_sealed(body: bytes) -> tuple[str, Format]:
    found = _SEALED.match(body)
    if found:
        return found[1].decode(), "xml"
    fields, format = read_fields(body)
    sealed = fields.get("Encrypt")
    if not (isinstance(sealed, str) and sealed):
        raise Forbidden("no Encrypt")
    return sealed, format


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _TIME_DIGITS


def _is_word(text: str) -> bool:
    return text.isascii() and text.isprintable() and text != ""


def _cipher(encoding_aes_key: str) -> Cipher[modes.CBC]:
    if not (len(encoding_aes_key) == 43 and encoding_aes_key.isascii() and encoding_aes_key.isalnum()):
        raise ValueError("encoding_aes_key must be 43 letters and digits")
    key = binascii.a2b_base64(encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
