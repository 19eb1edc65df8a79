"""Pushes of every kind become the same frozen value, from XML and from JSON, and as a stranger's library reads them."""

import json
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.fields import DateTimeField

from bot.wechat.inbound import Inbound, read_fields
from tests.bot.wechat.wire import PUSHES, account, as_json, signed

HEAD = "<ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1760000000</CreateTime>"


def read(push: str | bytes) -> Inbound:
    body = push if isinstance(push, bytes) else push.encode()
    return account("plain").open(signed(), body).inbound


def message(kind: str, body: str) -> Inbound:
    return read(f"<xml>{HEAD}<MsgType>{kind}</MsgType>{body}</xml>")


def text(content: str) -> str:
    return message("text", f"<Content>{content}</Content><MsgId>1</MsgId>").text


def from_json(**fields: Any) -> Inbound:
    head = {"ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": 1760000000}
    query, body = as_json(json.dumps(head | fields))
    return account().open(query, body).inbound


def raw_json(fields: str) -> str:
    return '{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1760000000,"MsgType":"text",' + fields + "}"


# --- against wechatpy ---


def normal(value: Any, name: str = "") -> Any:
    """What xmltodict read, with our two conventions: "" for nothing, and a list for what may repeat."""
    if isinstance(value, dict):
        value = {inner: normal(part, inner) for inner, part in value.items()}
    if isinstance(value, list):
        return [normal(part) for part in value]
    if name in ("List", "item"):
        return [value]
    return "" if value is None else value


@pytest.mark.parametrize("name", PUSHES)
def test_every_field_reads_as_a_stranger_reads_it(name: str) -> None:
    ours, theirs = read(PUSHES[name]), parse_message(PUSHES[name])
    assert dict(ours.fields) == normal(xmltodict.parse(PUSHES[name])["xml"])
    for attribute, field in type(theirs)._fields.items():
        if field.name not in ours.fields or name == "subscribe_by_code":
            continue
        value: Any = getattr(theirs, attribute)
        if isinstance(field, DateTimeField):
            value = int(value.timestamp())
        if isinstance(value, int | float):
            assert type(value)(ours.fields[field.name]) == value
        else:
            assert ours.fields[field.name] == normal(value, field.name)


@pytest.mark.parametrize("name", PUSHES)
def test_kind_and_event_are_a_strangers(name: str) -> None:
    ours, theirs = read(PUSHES[name]), parse_message(PUSHES[name])
    if theirs.type != "unknown":
        assert ours.kind == theirs.type
        assert ours.event == getattr(theirs, "event", "").removesuffix("_scan")
    assert ours.openid == theirs.source
    assert ours.account == theirs.target
    assert ours.created == theirs.time
    if ours.kind != "event":
        assert ours.key == f"m:{theirs.id}"


# --- both formats ---


def numbers(value: Any) -> Any:
    """As the platform's JSON has it: numbers bare, and one element without its list."""
    if isinstance(value, dict):
        return {name: numbers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [numbers(part) for part in value]
    if isinstance(value, str) and value.isdigit() and str(int(value)) == value:
        return int(value)
    return "" if value is None else value


@pytest.mark.parametrize("name", PUSHES)
def test_json_and_xml_give_the_same_value(name: str) -> None:
    bare = json.dumps(numbers(xmltodict.parse(PUSHES[name])["xml"]), ensure_ascii=False)
    query, body = as_json(bare)
    assert account().open(query, body).inbound == read(PUSHES[name])
    assert read(f"\n{bare}") == read(PUSHES[name])


def test_a_list_of_one_is_a_list_in_both_formats() -> None:
    expected = [{"TemplateId": "TPL_A", "SubscribeStatusString": "accept", "PopupScene": "2"}]
    assert read(PUSHES["subscribe_msg_popup"]).fields["SubscribeMsgPopupEvent"]["List"] == expected
    one = {"TemplateId": "TPL_A", "SubscribeStatusString": "accept", "PopupScene": 2}
    listings: list[tuple[Any, Any]] = [(one, expected), ([one], expected), ("", []), (None, []), ([], [])]
    for listing, read_as in listings:
        push = from_json(MsgType="event", Event="subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": listing})
        assert push.fields["SubscribeMsgPopupEvent"]["List"] == read_as
    none = message(
        "event", "<Event>subscribe_msg_popup_event</Event><SubscribeMsgPopupEvent><List/></SubscribeMsgPopupEvent>"
    )
    assert none.fields["SubscribeMsgPopupEvent"]["List"] == []


def test_json_values_become_what_xml_would_give() -> None:
    push = read(
        raw_json(f'"MsgId":{2**63 - 1},"Content":null,"Ok":true,"Far":1E5,"X":119.385040,"Deep":{{"a":[null,1]}}')
    )
    assert push.key == f"m:{2**63 - 1}"
    assert push.text == ""
    assert push.fields["Ok"] == "true"
    assert (push.fields["Far"], push.fields["X"]) == ("1E5", "119.385040")
    assert push.fields["Deep"] == {"a": ["", "1"]}


@pytest.mark.parametrize("number", [2**53 + 1, 24000000000000001, 2**63 - 1])
def test_long_message_ids_keep_every_digit(number: int) -> None:
    assert message("text", f"<Content>x</Content><MsgId>{number}</MsgId>").key == f"m:{number}"
    assert from_json(MsgType="text", Content="x", MsgId=number).key == f"m:{number}"
    assert from_json(MsgType="event", Event="TEMPLATESENDJOBFINISH", MsgID=number).fields["MsgID"] == str(number)


# --- messages ---


def test_what_was_said() -> None:
    assert read(PUSHES["text"]).text == "打卡 读了第三章，体会是“持之以恒”"
    assert read(PUSHES["voice_heard"]).text == "打卡，读了第三章。"
    assert read(PUSHES["voice"]).text == ""
    assert read(PUSHES["link"]).text == ""
    assert read(PUSHES["text_from_menu"]).fields["bizmsgmenuid"] == "101"


@pytest.mark.parametrize("content", ["<Content></Content>", "<Content/>", "<Content><![CDATA[]]></Content>", ""])
def test_a_text_without_content_is_an_empty_text(content: str) -> None:
    push = message("text", content + "<MsgId>1</MsgId>")
    assert (push.kind, push.text) == ("text", "")


def test_an_unknown_kind_is_kept() -> None:
    push = read(PUSHES["sticker_of_the_future"])
    assert (push.kind, push.event, push.text, push.fields["Aura"]) == ("holographicsticker", "", "", "blue")
    assert message("event", "<Event>Something_New</Event>").event == "something_new"


def test_text_arrives_as_it_was_written() -> None:
    assert text("<![CDATA[a]]]]><![CDATA[>b]]>") == "a]]>b"
    assert text("&lt;b&gt; &amp; &#25171;") == "<b> & 打"
    assert text("<![CDATA[ 两行\n第二行 🎉 ]]>") == " 两行\n第二行 🎉 "
    assert text("<![CDATA[" + "打卡\n" * 6000 + "]]>") == "打卡\n" * 6000
    declared = f"<?xml version='1.0' encoding='GBK'?><xml>{HEAD}<MsgType>text</MsgType><Content>打卡</Content></xml>"
    assert read(declared).text == "打卡"


def test_a_stray_control_character_costs_nobody_the_answer() -> None:
    assert text("<![CDATA[打\x08卡\x00\x1f]]>") == "打卡"
    assert (
        read(f"<xml>{HEAD}<MsgType>text</MsgType><Content>打卡".encode() + b"\xf0\x9f</Content></xml>").text == "打卡�"
    )
    assert from_json(MsgType="text", MsgId=1, Content="打\x00\x08卡\ud83d").text == "打卡"
    assert from_json(MsgType="text", MsgId=1, Content="🎉").text == "🎉"
    assert read(raw_json('"Content":"打\x08卡"')).text == "打卡"
    assert from_json(**{"MsgType": "event", "Event": "x", "a\ud800": {"b\ud800": "c"}}).fields["a"] == {"b": "c"}


# --- events ---


def test_events_are_told_without_regard_to_case() -> None:
    assert [read(PUSHES[name]).event for name in ("click", "scan", "templatesendjobfinish", "publishjobfinish")] == [
        *("click", "scan", "templatesendjobfinish", "publishjobfinish")
    ]
    assert message("EVENT", "<Event>SubScribe</Event>").kind == "event"


def test_the_scene_of_a_follow_loses_its_prefix() -> None:
    by_code = read(PUSHES["subscribe_by_code"])
    assert (by_code.event, by_code.event_key, by_code.fields["Ticket"]) == ("subscribe", "branch_07", "gQTESTTICKET")
    assert by_code.fields["EventKey"] == "qrscene_branch_07"
    assert (read(PUSHES["subscribe"]).event, read(PUSHES["subscribe"]).event_key) == ("subscribe", "")
    assert read(PUSHES["scan"]).event_key == "branch_07"
    assert message("event", "<Event>scan</Event><EventKey>qrscene_1</EventKey>").event_key == "qrscene_1"


def test_the_results_of_a_publication_are_lists() -> None:
    done = read(PUSHES["publishjobfinish"]).fields["PublishEventInfo"]
    assert done["article_detail"]["item"] == [{"idx": "1", "article_url": "https://study.example.org/p"}]
    assert read(PUSHES["publishjobfinish_failed"]).fields["PublishEventInfo"]["fail_idx"] == ["1", "2"]


# --- keys ---


def test_a_message_is_known_by_its_id_alone() -> None:
    assert message("text", "<Content>a</Content><MsgId>5</MsgId>").key == "m:5"
    assert message("image", "<PicUrl>b</PicUrl><MsgId>5</MsgId>").key == "m:5"


def test_an_event_is_known_by_all_its_fields() -> None:
    keys = {name: read(push).key for name, push in PUSHES.items() if read(push).kind == "event"}
    assert len(set(keys.values())) == len(keys)
    assert all(key.startswith("e:") and len(key) == 66 for key in keys.values())
    first = message("event", "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID><Status>success</Status>")
    again = message("event", "<Status>success</Status><MsgID>1</MsgID><Event>TEMPLATESENDJOBFINISH</Event>")
    other = message("event", "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>2</MsgID><Status>success</Status>")
    assert first.key == again.key != other.key
    assert message("event", "<Event>x</Event><MsgId>5</MsgId>").key.startswith("e:")


@pytest.mark.parametrize("msg_id", ["", "<MsgId/>", "<MsgId>abc</MsgId>", "<MsgId>1</MsgId><MsgId>2</MsgId>"])
def test_a_message_without_a_usable_id_is_known_like_an_event(msg_id: str) -> None:
    assert message("text", f"<Content>a</Content>{msg_id}").key.startswith("e:")


def test_the_widest_body_that_is_let_in_is_read() -> None:
    wide = message("text", "<Content>x</Content><MsgId>1</MsgId>" + "<a/>" * 16000)
    assert wide.text == "x"
    assert wide.fields["a"] == [""] * 16000


names = st.text("abcdefgXYZ_", min_size=1, max_size=8)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)


@given(
    st.dictionaries(names, words | st.lists(words, min_size=2, max_size=3) | st.dictionaries(names, words, min_size=1))
)
def test_any_fields_come_back_from_both_formats(fields: dict[str, Any]) -> None:
    assert read_fields(json.dumps(fields).encode()) == (fields, "json")
    if fields:
        assert read_fields(xmltodict.unparse({"xml": fields}, full_document=False).encode()) == (fields, "xml")
