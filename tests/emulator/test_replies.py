"""What the platform makes of passive replies: what it shows, and what it takes for a failure of the account."""

from base64 import b64decode, b64encode

import pytest
from wechatpy.crypto.base import WeChatCipher
from wechatpy.replies import (
    ArticlesReply,
    BaseReply,
    ImageReply,
    MusicReply,
    TextReply,
    TransferCustomerServiceReply,
    VideoReply,
    VoiceReply,
)
from wechatpy.utils import WeChatSigner

from tests.emulator.desk import ALICE, Desk

NOTICE = "该公众号提供的服务出现故障，请稍后再试"
ARTICLE = {"title": "今日主题", "description": "一段话", "image": "http://127.0.0.1/a.jpg", "url": "http://127.0.0.1/"}


def answers(desk: Desk, reply: BaseReply) -> None:
    """Let the account's server answer everything with `reply`."""

    def answer(request: object) -> bytes:
        message = desk.server.read(desk.server.requests[-1])
        reply.source, reply.target = message.target, message.source
        return desk.server.seal(reply.render(), desk.server.requests[-1])

    desk.server.answer = answer


def articles(count: int) -> ArticlesReply:
    reply = ArticlesReply()
    for _ in range(count):
        reply.add_article(ARTICLE)
    return reply


@pytest.mark.parametrize(
    ("reply", "kind", "content"),
    [
        (ImageReply(media_id="M"), "image", "[图片]"),
        (VoiceReply(media_id="M"), "voice", "[语音]"),
        (VideoReply(media_id="M", title="视频课", description=""), "video", "视频课"),
        (MusicReply(thumb_media_id="M", title="歌", description="", music_url="", hq_music_url=""), "music", "歌"),
        (articles(1), "news", "今日主题"),
    ],
)
async def test_every_kind_of_reply_is_shown(desk: Desk, reply: BaseReply, kind: str, content: str) -> None:
    answers(desk, reply)
    answer = await desk.write(ALICE)
    assert "trouble" not in answer
    item = (await desk.phone(ALICE))[-1]
    assert (item["route"], item["type"], item["content"]) == ("passive", kind, content)
    assert item["fields"]


async def test_a_handover_to_people_shows_nothing(desk: Desk) -> None:
    answers(desk, TransferCustomerServiceReply())
    answer = await desk.write(ALICE)
    assert answer["reply"]["type"] == "transfer_customer_service"
    assert await desk.seen(ALICE) == []


@pytest.mark.parametrize(("size", "shown"), [(2048, True), (2049, False)])
async def test_a_text_has_at_most_2048_bytes(desk: Desk, size: int, shown: bool) -> None:
    text = "学" * 600 + "a" * (size - 1800)
    answers(desk, TextReply(content=text))
    await desk.write(ALICE)
    assert await desk.seen(ALICE) == [text if shown else NOTICE]


async def test_a_message_is_answered_with_one_article_at_most(desk: Desk) -> None:
    answers(desk, articles(2))
    assert "2 articles" in (await desk.write(ALICE))["trouble"]
    await desk.order("settings", display="lenient")
    await desk.write(ALICE)
    assert await desk.seen(ALICE) == [NOTICE, "今日主题"]


async def test_an_event_is_answered_with_eight_articles_at_most(desk: Desk) -> None:
    answers(desk, articles(8))
    await desk.event(ALICE, "CLICK", EventKey="BOOKS")
    assert len((await desk.phone(ALICE))[-1]["fields"]["articles"]) == 8
    answers(desk, articles(9))
    assert "9 articles" in (await desk.event(ALICE, "CLICK", EventKey="BOOKS"))["trouble"]


GOOD = (
    f"<xml><ToUserName>{ALICE}</ToUserName><FromUserName>gh_0123456789ab</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType><Content>好</Content></xml>"
)


@pytest.mark.parametrize(
    ("plain", "trouble"),
    [
        ("你好", "not XML"),
        ("<html></html>", "<html>"),
        (GOOD.replace("<MsgType>text</MsgType>", ""), "MsgType"),
        (GOOD.replace("text", "sticker"), "sticker"),
        (GOOD.replace("<Content>好</Content>", "<Content></Content>"), "empty"),
        (GOOD.replace(ALICE, "oSOMEBODYELSE"), "ToUserName"),
        (GOOD.replace("gh_0123456789ab", "gh_other"), "FromUserName"),
        (GOOD.replace("<CreateTime>1<", "<CreateTime>now<"), "CreateTime"),
        (GOOD.replace("</xml>", "<MsgType>news</MsgType></xml>"), "twice"),
        ('<!DOCTYPE xml [<!ENTITY a "b">]>' + GOOD, "DTD"),
        (GOOD.replace(">text<", ">image<"), "MediaId"),
        (GOOD.replace(">text<", ">news<"), "Articles"),
    ],
)
async def test_a_malformed_reply_looks_like_a_failure(desk: Desk, plain: str, trouble: str) -> None:
    desk.server.answer = lambda request: desk.server.seal(plain, request)
    answer = await desk.write(ALICE)
    assert trouble in answer["trouble"]
    assert answer["attempts"] == 1
    assert await desk.seen(ALICE) == [NOTICE]


async def test_a_reply_sealed_for_another_account_is_refused(desk: Desk) -> None:
    desk.server.account = desk.server.account.__class__(app_id="wxffffffffffffffff")
    desk.server.answer = lambda request: desk.server.seal(GOOD, request)
    assert "app id" in (await desk.write(ALICE))["trouble"]


def frame(text: bytes, app_id: bytes, *, size: int | None = None, pad: bytes | None = None) -> bytes:
    """What is inside an envelope, wrong where the test wants it."""
    inside = b"r" * 16 + (len(text) if size is None else size).to_bytes(4, "big") + text + app_id
    rest = 32 - len(inside) % 32
    return inside + (bytes([rest]) * rest if pad is None else (bytes(rest) + pad)[-rest:])


OURS = b"wx0123456789abcdef"


@pytest.mark.parametrize(
    ("inside", "trouble"),
    [
        (frame(b"x", OURS, pad=b"\x00"), "padding"),
        (frame(b"x", OURS, pad=b"\x21"), "padding"),
        (frame(b"x", OURS, pad=b"\x07\x02"), "padding"),
        (frame(b"x", OURS)[:-16], "padding"),
        (b"r" * 16 + b"\x10" * 16, "length"),
        (frame(b"x", OURS, size=99), "length"),
        (frame(b"x", b"wxffffffffffffffff"), "app id"),
        (frame(b"x", OURS, size=0), "app id"),
        (frame(b"\xff", OURS), "UTF-8"),
        (b"r" * 31, "decrypt"),
    ],
)
async def test_what_is_inside_the_envelope_is_checked(desk: Desk, inside: bytes, trouble: str) -> None:
    account = desk.server.account
    cipher = WeChatCipher(b64decode(account.encoding_aes_key + "="))
    sealed = b64encode(cipher.encrypt(inside) if len(inside) % 16 == 0 else inside).decode()
    signer = WeChatSigner()
    signer.add_data(account.token, "1", "2", sealed)
    reply = (
        f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signer.signature}</MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
    )
    desk.server.answer = lambda request: reply.encode()
    assert trouble in (await desk.write(ALICE))["trouble"]
    assert await desk.seen(ALICE) == [NOTICE]


async def test_a_reply_sealed_with_another_key_is_refused(desk: Desk) -> None:
    desk.server.account = desk.server.account.__class__(encoding_aes_key="A" * 43)
    desk.server.answer = lambda request: desk.server.seal(GOOD, request)
    assert (await desk.write(ALICE))["trouble"]
    assert await desk.seen(ALICE) == [NOTICE]


async def test_a_reply_with_a_wrong_signature_is_refused(desk: Desk) -> None:
    desk.server.answer = lambda request: desk.server.seal(GOOD, request).replace(
        b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A"
    )
    assert (await desk.write(ALICE))["trouble"] == "MsgSignature does not match"


async def test_who_left_sees_no_answer(desk: Desk) -> None:
    desk.server.says("再见")
    await desk.follow(ALICE)
    await desk.event(ALICE, "unsubscribe")
    assert await desk.phone(ALICE) == []
