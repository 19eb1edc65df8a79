"""Whoever isn't the platform is refused in one way, whatever they send; nothing else is ever raised."""

import base64
import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot.wechat.codec import Codec, Mode
from bot.wechat.errors import Forbidden
from tests.bot.wechat.wire import (
    APP_ID,
    KEY,
    NONCE,
    PUSHES,
    TIMESTAMP,
    TOKEN,
    account,
    encrypted,
    envelope,
    signed,
    signed_for,
    stranger,
)

TEXT = PUSHES["text"]


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce", "echostr"])
def test_the_address_check_needs_every_part(missing: str) -> None:
    query = signed(echostr="1")
    assert account().verify_url(query) == "1"
    with pytest.raises(Forbidden):
        account().verify_url({name: value for name, value in query.items() if name != missing})
    with pytest.raises(Forbidden):
        account().verify_url({**query, missing: ""})


@pytest.mark.parametrize(
    "query",
    [
        signed(echostr="1") | {"signature": "0" * 40},
        signed(echostr="1") | {"signature": signed()["signature"].upper()},
        signed(echostr="1") | {"signature": "签名"},
        signed(echostr="1") | {"nonce": "\ud800"},
        # The signed text, "1357924680" + "1760000001" + token, cut at another place.
        signed(echostr="1") | {"nonce": "135792468", "timestamp": "01760000001"},
        signed(echostr="1") | {"nonce": "13579246801760000001s", "timestamp": "tudybot_token"},
        # Rightly signed, but no time and no number used once.
        signed(echostr="1", timestamp="17600x0001"),
        signed(echostr="1", timestamp="１７６０"),
        signed(echostr="1", timestamp="9" * 5000),
        signed(echostr="1", nonce="数"),
        signed(echostr="1", nonce="1\x00"),
    ],
)
def test_the_address_check_refuses_a_wrong_signature(query: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        account().verify_url(query)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<xml>",
        b"<xml></xml>",
        b"<xml/>",
        b"<other><Encrypt>x</Encrypt></other>",
        b"<xml><ToUserName>gh</ToUserName></xml>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt><a>1</a></Encrypt></xml>",
        b"<xml><Encrypt>x</Encrypt><Encrypt>y</Encrypt></xml>",
        b"{",
        b"{}",
        b'{"Encrypt": 1}',
        b'{"Encrypt": null}',
        b'{"Encrypt": {"a": "b"}}',
        b"[]",
        b"\xff\xfe\x00",
    ],
)
def test_a_body_without_an_encrypted_part_is_refused(body: bytes) -> None:
    for mode in ("compatible", "safe"):
        with pytest.raises(Forbidden):
            account(mode).open(signed_for("x"), body)


@pytest.mark.parametrize("sealed", ["!", "A", "QQ==", "AAAA", "A" * 20, "A" * 64, "A" * 4000, "打卡", "AAAA\nAAAA"])
def test_signed_garbage_is_refused(sealed: str) -> None:
    with pytest.raises(Forbidden):
        account().open(signed_for(sealed), envelope(sealed))


@given(st.binary(max_size=400), st.booleans())
def test_signed_blocks_of_anything_are_refused(blocks: bytes, whole: bool) -> None:
    sealed = base64.b64encode(blocks[: len(blocks) // 16 * 16] if whole else blocks).decode()
    with pytest.raises(Forbidden):
        account().open(signed_for(sealed), envelope(sealed))


@given(
    st.dictionaries(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "encrypt_type", "echostr"]), st.text()
    ),
    st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(["plain", "compatible", "safe"]),
)
def test_whatever_comes_is_refused_and_never_breaks(query: dict[str, str], body: bytes, mode: Mode) -> None:
    for attempt in (query, query | {"encrypt_type": "aes"}):
        with pytest.raises(Forbidden):
            account(mode).open(attempt, body)
    with pytest.raises(Forbidden):
        account(mode).verify_url(query)


def blocks(plain: bytes) -> str:
    """Encrypt bytes as they are, padding included."""
    cipher = Cipher(algorithms.AES(stranger.key), modes.CBC(stranger.key[:16])).encryptor()
    return base64.b64encode(cipher.update(plain) + cipher.finalize()).decode()


def packed(message: bytes, *, length: int | None = None, app_id: str = APP_ID, pad: bytes | None = None) -> str:
    inner = b"r" * 16 + (len(message) if length is None else length).to_bytes(4) + message + app_id.encode()
    rest = 32 - len(inner) % 32
    return blocks(inner + (bytes([rest]) * rest if pad is None else b"\x07" * (rest - len(pad)) + pad))


@pytest.mark.parametrize("spaces", range(32))
def test_every_length_of_padding_is_taken(spaces: int) -> None:
    sealed = packed(TEXT.encode() + b" " * spaces)
    assert account().open(signed_for(sealed), envelope(sealed)).inbound.kind == "text"


@pytest.mark.parametrize("pad", [b"\x00", b"\x21", b"\xff", b"\x05", b"\x02"])
def test_padding_that_is_none_is_refused(pad: bytes) -> None:
    sealed = packed(TEXT.encode() + b" " * 10, pad=pad)
    with pytest.raises(Forbidden, match="padding"):
        account().open(signed_for(sealed), envelope(sealed))


@pytest.mark.parametrize("length", [0, 1, 2**31, 2**32 - 1])
def test_a_wrong_length_is_refused(length: int) -> None:
    sealed = packed(TEXT.encode(), length=length)
    with pytest.raises(Forbidden):
        account().open(signed_for(sealed), envelope(sealed))


def test_a_push_for_another_account_is_refused() -> None:
    for app_id in ("wxfedcba9876543210", "wx0123456789abcde", APP_ID + "x", ""):
        sealed = packed(TEXT.encode(), app_id=app_id)
        with pytest.raises(Forbidden, match="app id"):
            account().open(signed_for(sealed), envelope(sealed))


def test_a_push_sealed_with_another_key_is_refused() -> None:
    other = WeChatCrypto(TOKEN, "B" * 43, APP_ID)
    body = other.encrypt_message(TEXT, NONCE, TIMESTAMP)
    encrypt = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    with pytest.raises(Forbidden):
        account().open(signed_for(encrypt), body.encode())


def test_signatures_and_app_ids_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Any] = []
    genuine = hmac.compare_digest

    def watched(ours: Any, theirs: Any) -> bool:
        compared.append(theirs)
        return genuine(ours, theirs)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    query = signed_for(encrypt := encrypted(TEXT))
    account().open(query, envelope(encrypt))
    assert compared == [query["msg_signature"], APP_ID.encode()]
    account("plain").open(query | {"encrypt_type": "raw"}, TEXT.encode())
    assert compared[2:] == [query["signature"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""},
        {"app_id": ""},
        {"encoding_aes_key": ""},
        {"encoding_aes_key": KEY[:-1]},
        {"encoding_aes_key": KEY[:-1] + "+"},
        {"encoding_aes_key": "字" * 43},
    ],
)
def test_credentials_that_cannot_be_right_are_refused_at_once(wrong: dict[str, str]) -> None:
    right = {"app_id": APP_ID, "token": TOKEN, "encoding_aes_key": KEY}
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Codec(**(right | wrong), mode="safe")
