"""Passive replies: a stranger's library reads back what we rendered, whatever a member put into it."""

import json
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.replies import deserialize_reply

from bot.wechat.inbound import Inbound, read_fields
from bot.wechat.replies import (
    Article,
    Music,
    Video,
    cdata,
    render_image,
    render_music,
    render_news,
    render_text,
    render_transfer,
    render_video,
    render_voice,
)
from tests.bot.wechat.wire import PUSHES, account, encrypted, envelope, read_reply, signed, signed_for

asked: Inbound = account("plain").open(signed(), PUSHES["text"].encode()).inbound

CARDS = [
    Article("七月主题 <1>", "一句话", "https://study.example.org/1.jpg", "https://study.example.org/?a=1&b=2"),
    Article("第二篇", "", "", "https://study.example.org/2"),
]


def read(reply: str) -> Any:
    fields, format = read_fields(reply.encode())
    assert format == "xml"
    theirs = xmltodict.parse(reply, strip_whitespace=False)["xml"]
    assert fields == {name: part if part is not None else "" for name, part in theirs.items()}
    return fields


def test_a_reply_goes_back_to_whoever_wrote() -> None:
    reply = deserialize_reply(render_text(asked, "打卡成功", 1760000001, "xml"))
    assert (reply.type, reply.content, reply.time) == ("text", "打卡成功", 1760000001)
    assert (reply.target, reply.source) == (asked.openid, asked.account)


def test_a_stranger_reads_every_kind_of_reply() -> None:
    image = deserialize_reply(render_image(asked, "MEDIA", 1, "xml"))
    assert (image.type, image.image) == ("image", "MEDIA")
    voice = deserialize_reply(render_voice(asked, "MEDIA", 1, "xml"))
    assert (voice.type, voice.voice) == ("voice", "MEDIA")
    video = deserialize_reply(render_video(asked, Video("MEDIA", "第一集", "介绍"), 1, "xml"))
    assert (video.media_id, video.title, video.description) == ("MEDIA", "第一集", "介绍")
    music = deserialize_reply(render_music(asked, Music("https://study.example.org/a.mp3", "THUMB"), 1, "xml"))
    assert (music.type, music.thumb_media_id) == ("music", "THUMB")
    assert music.music_url == music.hq_music_url == "https://study.example.org/a.mp3"
    assert deserialize_reply(render_transfer(asked, 1, "xml")).type == "transfer_customer_service"
    news = deserialize_reply(render_news(asked, CARDS, 1, "xml"))
    assert [one["title"] for one in news.articles] == ["七月主题 <1>", "第二篇"]
    assert news.articles[0]["url"] == "https://study.example.org/?a=1&b=2"


@pytest.mark.parametrize("name", PUSHES)
def test_every_kind_of_reply_survives_the_envelope(name: str) -> None:
    codec = account("safe")
    opened = codec.open(signed_for(encrypt := encrypted(PUSHES[name])), envelope(encrypt))
    for reply in (
        render_text(opened.inbound, "好", 1, opened.format),
        render_image(opened.inbound, "MEDIA", 1, opened.format),
        render_voice(opened.inbound, "MEDIA", 1, opened.format),
        render_video(opened.inbound, Video("MEDIA"), 1, opened.format),
        render_music(opened.inbound, Music("https://study.example.org/a.mp3", "THUMB"), 1, opened.format),
        render_news(opened.inbound, CARDS, 1, opened.format),
        render_transfer(opened.inbound, 1, opened.format),
    ):
        body, _ = codec.seal(reply, opened)
        assert deserialize_reply(read_reply(body)).target == opened.inbound.openid


@pytest.mark.parametrize(
    "content",
    [
        "hi]]></Content><MsgType>news</MsgType><Content><![CDATA[",
        "]]>",
        "]]]]>>",
        "<![CDATA[x]]>",
        "]]",
        "<xml>&amp;</xml>",
        "x" * 2000 + "]]>",
    ],
)
def test_nobody_can_write_their_way_out_of_a_reply(content: str) -> None:
    fields = read(render_text(asked, content, 1, "xml"))
    assert fields["Content"] == content
    assert fields["MsgType"] == "text"
    assert list(fields) == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    cards = [Article(content, content, content, content)]
    news = xmltodict.parse(render_news(asked, cards, 1, "xml"))["xml"]
    assert news["MsgType"] == "news"
    assert news["Articles"]["item"]["Title"] == content


def test_what_xml_cannot_carry_is_dropped() -> None:
    assert read(render_text(asked, "打\x00\x08\x0b卡\ud800\ufffe", 1, "xml"))["Content"] == "打卡"
    assert json.loads(render_text(asked, "打\x00卡\ud800", 1, "json"))["Content"] == "打卡"
    assert read(render_text(asked, "一\r\n二\r三\t四", 1, "xml"))["Content"] == "一\n二\n三\t四"
    assert json.loads(render_text(asked, "一\r\n二\r三\t四", 1, "json"))["Content"] == "一\n二\n三\t四"


@given(st.text())
def test_any_text_is_read_alike_from_both_formats(content: str) -> None:
    from_xml = read(render_text(asked, content, 1, "xml"))
    from_json, format = read_fields(render_text(asked, content, 1, "json").encode())
    assert format == "json"
    assert from_xml == from_json


def test_json_replies_have_the_names_and_the_nesting_of_xml() -> None:
    expected: dict[str, Any] = {"ToUserName": asked.openid, "FromUserName": asked.account, "CreateTime": 1}
    assert json.loads(render_image(asked, "M", 1, "json")) == expected | {"MsgType": "image", "Image": {"MediaId": "M"}}
    assert json.loads(render_transfer(asked, 1, "json")) == expected | {"MsgType": "transfer_customer_service"}
    news = render_news(asked, CARDS, 1, "json")
    assert "七月主题" in news
    assert json.loads(news)["ArticleCount"] == 2
    assert read_fields(news.encode())[0] == read_fields(render_news(asked, CARDS, 1, "xml").encode())[0]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_character_data_reads_back(text: str) -> None:
    assert (xmltodict.parse(f"<a>{cdata(text)}</a>", strip_whitespace=False)["a"] or "") == text
