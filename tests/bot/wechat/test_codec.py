"""The envelope: signatures, AES and the three modes, against the platform's own examples and a stranger's library."""

import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.wechat.codec import Codec, Mode
from bot.wechat.errors import Forbidden
from bot.wechat.replies import render_text
from tests.bot.wechat.wire import (
    APP_ID,
    NONCE,
    PUSHES,
    TIMESTAMP,
    TOKEN,
    account,
    as_json,
    encrypted,
    envelope,
    read_reply,
    signed,
    signed_for,
    stranger,
)

TEXT = PUSHES["text"]


# --- examples with known results: the platform's pages (1–3), and two computed with another implementation ---


@pytest.mark.parametrize(
    ("timestamp", "nonce", "signature"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ],
)
def test_the_address_check_of_the_platforms_page(timestamp: str, nonce: str, signature: str) -> None:
    codec = Codec(app_id=APP_ID, token="AAAAA", encoding_aes_key="", mode="plain")
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": "4375120948345356249"}
    assert codec.verify_url(query) == "4375120948345356249"


def official() -> Codec:
    return Codec(app_id="wxba5fad812f8e6fb9", token="AAAAA", encoding_aes_key="A" * 43, mode="safe")


def test_the_json_push_of_the_platforms_page() -> None:
    encrypt = (
        "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv"
        "6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNq"
        "J4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
    )
    query = {
        "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
        "timestamp": "1714112445",
        "nonce": "415670741",
        "encrypt_type": "aes",
        "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    }
    opened = official().open(query, json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": encrypt}).encode())
    assert (opened.format, opened.encrypted) == ("json", True)
    assert opened.inbound.openid == "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
    assert opened.inbound.account == "gh_97417a04a28d"
    assert opened.inbound.created == 1714112445
    assert opened.inbound.event == "debug_demo"
    assert opened.inbound.fields["debug_str"] == "hello world"


def test_the_json_reply_of_the_platforms_page_verifies_and_decrypts() -> None:
    encrypt = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    query = {
        "timestamp": "1713424427",
        "nonce": "415670741",
        "encrypt_type": "aes",
        "msg_signature": "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
    }
    # It gets through to its content, {"demo_resp":"good luck"}, which is no push.
    with pytest.raises(Forbidden, match="no push"):
        official().open(query, json.dumps({"Encrypt": encrypt}).encode())


def test_an_xml_push_of_another_implementation() -> None:
    encrypt = (
        "Q3stYC6hdFzMh9T8HCvyDEyyIo7SrfCU7qIY00FhmKzxLhwDU4yRHtC29SoooV3tqzu845Di3fJxjyUD+4kbEMrgphd5dT44Jp2aevb8"
        "qvg2j0HMJqLFFZoTjsqGIgIbsKrGYQOTHNRiBRmCjPjsnMbXp1MM0qOiJ6i0N/oL+A0eHDkQs/1EO19KKU1+3vrhiVwW9whfR7iWF9F3"
        "vCHs3+Wsg71oEq65Whd3N0FwnHeWgFgIUOsOzmxXU+/q5RRamrFQm9KnItuuze85QDNURe2c17AgWNesd92voT3Nbvqb+62eB32107iQ"
        "H5z/RbC3LcHA5qFxcK9HRnfk8TRMtVLQr8nTViizqfaKLknFItg3C3otb2+jqe9MVWSXlaNg5SewAYZthhGMMXp8NbS7EGxuH2kkR30a"
        "aBDKMI14GaQ="
    )
    query = {
        "signature": "ceca7276166699c9eeb54acc8e6d470f86d8286b",
        "timestamp": "1760000001",
        "nonce": "1357924680",
        "encrypt_type": "aes",
        "msg_signature": "4d69ca79317e965a4f0640f44c5cc4c04301dedd",
    }
    opened = account("safe").open(query, envelope(encrypt))
    assert opened.format == "xml"
    assert opened.inbound.text == "打卡"
    assert opened.inbound.key == "m:24000000000000001"
    # The same credentials in clear: the address check, and a push in plain mode.
    assert account("safe").verify_url({**query, "echostr": "5837201946"}) == "5837201946"


def test_a_message_that_fills_its_blocks_has_a_pad_of_32_bytes() -> None:
    encrypt = (
        "Q3stYC6hdFzMh9T8HCvyDHDxbrF7f8TfmYxXSN1y2Vbjja9RgRLcXPjzJF67v90Vr3HKiuEL04e7gdJi1DufsXo0wvTp5Iwc7Rt+04Oq"
        "4Q1t7yZ26HdYDJfk5lsZrMIt"
    )
    # Its content is "x" 26 times: decrypted, and then no push.
    with pytest.raises(Forbidden, match="not XML"):
        account().open(signed_for(encrypt), envelope(encrypt))


# --- strangers: wechatpy seals what we open, and opens what we seal ---


@pytest.mark.parametrize("name", PUSHES)
def test_it_opens_what_a_stranger_sealed(name: str) -> None:
    opened = account("safe").open(signed_for(encrypt := encrypted(PUSHES[name])), envelope(encrypt))
    assert opened.encrypted
    assert opened.inbound.openid == "oTEST00000000000000000000001"
    assert opened.inbound == account("plain").open(signed(), PUSHES[name].encode()).inbound


def test_it_opens_a_whole_envelope_of_a_stranger() -> None:
    # Spread over lines, with elements the platform doesn't send: not the form that is read without a parser.
    body = stranger.encrypt_message(TEXT, NONCE, TIMESTAMP)
    encrypt = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    assert account().open(signed_for(encrypt), body.encode()).inbound.text == parse_message(TEXT).content


def test_it_opens_base64_in_lines() -> None:
    wrapped = "\n".join(textwrap.wrap(encrypted(TEXT), 76))
    assert account().open(signed_for(wrapped), envelope(wrapped)).inbound.kind == "text"


@pytest.mark.parametrize("name", PUSHES)
def test_a_stranger_opens_what_it_sealed(name: str) -> None:
    codec = account("safe")
    opened = codec.open(signed_for(encrypt := encrypted(PUSHES[name])), envelope(encrypt))
    reply = render_text(opened.inbound, "已记下今天的学习。", 1760000002, opened.format)
    body, content_type = codec.seal(reply, opened)
    assert content_type == "text/xml; charset=utf-8"
    assert "已记下" not in body.decode()
    assert read_reply(body) == reply


def test_a_sealed_json_reply_is_json_inside_and_outside() -> None:
    query, body = as_json('{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1,"MsgType":"text","MsgId":7}')
    codec = account("safe")
    opened = codec.open(query, body)
    sealed, content_type = codec.seal(render_text(opened.inbound, "好", 2, opened.format), opened)
    assert content_type == "application/json; charset=utf-8"
    outer = json.loads(sealed)
    assert outer["TimeStamp"] == int(TIMESTAMP)
    plain = stranger.decrypt_message(outer, outer["MsgSignature"], str(outer["TimeStamp"]), outer["Nonce"])
    assert json.loads(plain) == {
        "ToUserName": "o1",
        "FromUserName": "gh_1",
        "CreateTime": 2,
        "MsgType": "text",
        "Content": "好",
    }


@given(st.text(), st.sampled_from(["xml", "json"]))
def test_any_reply_comes_back_from_the_envelope(reply: str, format: str) -> None:
    codec = account("safe")
    if format == "xml":
        opened = codec.open(signed_for(encrypt := encrypted(TEXT)), envelope(encrypt))
    else:
        query, body = as_json('{"ToUserName":"g","FromUserName":"o","CreateTime":1,"MsgType":"text","MsgId":7}')
        opened = codec.open(query, body)
    sealed, _ = codec.seal(reply, opened)
    if not reply:
        assert sealed == b"success"
    elif format == "xml":
        assert read_reply(sealed) == reply
    else:
        outer = json.loads(sealed)
        plain = stranger.decrypt_message(outer, outer["MsgSignature"], str(outer["TimeStamp"]), outer["Nonce"])
        assert plain == reply


def test_the_same_reply_is_never_sealed_into_the_same_bytes() -> None:
    codec = account()
    opened = codec.open(signed_for(encrypt := encrypted(TEXT)), envelope(encrypt))
    assert codec.seal("好", opened) != codec.seal("好", opened)


def test_no_reply_is_success_in_clear_in_every_mode() -> None:
    codec = account("safe")
    opened = codec.open(signed_for(encrypt := encrypted(TEXT)), envelope(encrypt))
    assert codec.seal("", opened) == (b"success", "text/plain; charset=utf-8")
    clear = account("plain").open(signed(), TEXT.encode())
    assert account("plain").seal("", clear) == (b"success", "text/plain; charset=utf-8")


# --- modes ---


def test_plain_mode_needs_no_key_and_answers_in_clear() -> None:
    codec = Codec(app_id=APP_ID, token=TOKEN, encoding_aes_key="", mode="plain")
    opened = codec.open(signed(openid="oTEST00000000000000000000001"), TEXT.encode())
    assert not opened.encrypted
    reply = render_text(opened.inbound, "好", 1, "xml")
    assert codec.seal(reply, opened) == (reply.encode(), "text/xml; charset=utf-8")


def test_plain_mode_without_a_key_refuses_an_encrypted_push() -> None:
    codec = Codec(app_id=APP_ID, token=TOKEN, encoding_aes_key="", mode="plain")
    with pytest.raises(Forbidden, match="no key"):
        codec.open(signed_for(encrypt := encrypted(TEXT)), envelope(encrypt))


@pytest.mark.parametrize("mode", ["plain", "compatible"])
def test_a_push_in_clear_is_taken_by_its_short_signature(mode: Mode) -> None:
    assert account(mode).open(signed(encrypt_type="raw"), TEXT.encode()).inbound.kind == "text"
    with pytest.raises(Forbidden, match="wrong signature"):
        account(mode).open({**signed(), "timestamp": "1760000002"}, TEXT.encode())


def test_safe_mode_refuses_a_push_in_clear() -> None:
    for query in (signed(), signed(encrypt_type="raw"), signed_for("x") | {"encrypt_type": ""}):
        with pytest.raises(Forbidden, match="in clear"):
            account("safe").open(query, TEXT.encode())


def test_compatible_mode_believes_the_encrypted_part_only() -> None:
    forged = "<FromUserName>oSOMEBODYELSE</FromUserName><Content>全部暂停</Content>"
    body = envelope(encrypt := encrypted(TEXT), clear=forged)
    opened = account("compatible").open(signed_for(encrypt), body)
    assert opened.inbound.openid == "oTEST00000000000000000000001"
    assert opened.inbound.text.startswith("打卡")
    # The short signature, which anybody has who ever saw one, is no proof of a body.
    with pytest.raises(Forbidden, match="msg_signature"):
        account("compatible").open(signed(encrypt_type="aes"), body)
