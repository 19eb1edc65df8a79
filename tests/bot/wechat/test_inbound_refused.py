"""What the platform never sends is refused, whatever it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.errors import Forbidden
from bot.wechat.inbound import read_fields, to_inbound
from tests.bot.wechat.test_inbound import HEAD, raw_json, read


@pytest.mark.parametrize("missing", ["ToUserName", "FromUserName", "CreateTime", "MsgType"])
def test_a_push_needs_its_four_fields(missing: str) -> None:
    fields: dict[str, Any] = {"ToUserName": "g", "FromUserName": "o", "CreateTime": "1", "MsgType": "text"}
    assert to_inbound(dict(fields)).kind == "text"
    wrong: list[Any] = ["", {}, ["1", "2"], "1" * 65]
    for value in wrong:
        with pytest.raises(Forbidden, match="no push"):
            to_inbound(fields | {missing: value})
    fields.pop(missing)
    with pytest.raises(Forbidden, match="no push"):
        to_inbound(dict(fields))


@pytest.mark.parametrize("created", ["x", "-1", "1.5", "１", "9" * 12, "9" * 5000])
def test_a_time_that_is_none_is_refused(created: str) -> None:
    with pytest.raises(Forbidden, match="no push"):
        to_inbound({"ToUserName": "g", "FromUserName": "o", "CreateTime": created, "MsgType": "text"})


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % b SYSTEM "http://127.0.0.1:9/x.dtd"> %b;]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE xml>",
    ],
)
def test_document_types_and_with_them_entities_are_refused(doctype: str) -> None:
    body = f"<xml>{HEAD}<MsgType>text</MsgType><Content>x</Content></xml>"
    assert read(body).text == "x"
    with pytest.raises(Forbidden, match="document type"):
        read(doctype + body)
    with pytest.raises(Forbidden):
        read(body.replace("x</Content>", "&b;</Content>"))


@pytest.mark.parametrize("depth", [17, 1000, 30000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(Forbidden):
        read(f"<xml>{HEAD}<MsgType>text</MsgType>{'<a>' * depth}{'</a>' * depth}</xml>")
    with pytest.raises(Forbidden):
        read(raw_json('"a":' + '{"a":' * depth + "1" + "}" * depth))
    with pytest.raises(Forbidden):
        read(raw_json('"a":' + "9" * 5000))
    with pytest.raises(Forbidden):
        read(raw_json('"a":' + "[" * depth + "]" * depth))


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for attempt in (body, b"{" + body, b"<xml>" + body + b"</xml>"):
        try:
            inbound = to_inbound(read_fields(attempt)[0])
        except Forbidden:
            continue
        assert inbound.openid
        assert inbound.key[:2] in ("m:", "e:")
