"""Calls to the platform's API: what is sent, and what each failure becomes."""

import json
from typing import Any

import httpx
import pytest

from bot.wechat import custom
from bot.wechat.client import Client
from bot.wechat.errors import (
    CallFailed,
    Duplicate,
    NotPermitted,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RecipientUnreachable,
    RequestWrong,
    RetryLater,
    TokenRefused,
    WindowClosed,
)

SECRET = "0123456789abcdef0123456789abcdef"
OPENID = "oTEST00000000000000000000001"
SEND = "/cgi-bin/message/custom/send"
PRIVATE = "心里话"
OK = {"errcode": 0, "errmsg": "ok"}

Answer = dict[str, Any] | httpx.Response | Exception


class Platform:
    """Hands out tokens and answers calls by a script, the last answer for ever; keeps what it was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.token_answer: Answer | None = None
        self.tokens = 1
        self.asked_for_tokens: list[dict[str, Any]] = []
        self.calls: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/cgi-bin/stable_token"):
            self.asked_for_tokens.append(json.loads(request.content))
            answer = self.token_answer or {"access_token": f"TOKEN-{self.tokens}", "expires_in": 7200}
        else:
            self.calls.append(request)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def client(self, base: str = "https://api.weixin.qq.com") -> Client:
        return Client(base=base, app_id="wx0123456789abcdef", app_secret=SECRET, transport=httpx.MockTransport(self))


# --- what is sent ---


async def test_a_text_is_sent_to_the_platform_as_its_page_says() -> None:
    platform = Platform(OK)
    async with platform.client() as client:
        await custom.send_text(client, OPENID, "今天学“第三章”🎉\n<a href='https://study.example.org'>打开</a>")
    (call,) = platform.calls
    assert call.method == "POST"
    assert str(call.url) == f"https://api.weixin.qq.com{SEND}?access_token=TOKEN-1"
    assert call.headers["content-type"] == "application/json; charset=utf-8"
    body = call.content.decode()
    assert "今天学" in body
    assert "🎉" in body
    assert "\\u" not in body
    assert json.loads(body) == {
        "touser": OPENID,
        "msgtype": "text",
        "text": {"content": "今天学“第三章”🎉\n<a href='https://study.example.org'>打开</a>"},
    }
    (asked,) = platform.asked_for_tokens
    assert asked == {
        "grant_type": "client_credential",
        "appid": "wx0123456789abcdef",
        "secret": SECRET,
        "force_refresh": False,
    }


async def test_the_platform_may_live_below_another_address() -> None:
    platform = Platform(OK)
    async with platform.client("http://127.0.0.1:8000/emulator") as client:
        await client.call("/cgi-bin/getcallbackip", method="GET", params={"a": "一"})
    (call,) = platform.calls
    assert call.url.path == "/emulator/cgi-bin/getcallbackip"
    assert dict(call.url.params) == {"a": "一", "access_token": "TOKEN-1"}
    assert call.content == b""


async def test_a_text_with_half_a_character_is_still_sent() -> None:
    platform = Platform(OK)
    async with platform.client() as client:
        await custom.send_text(client, OPENID, "打卡\ud83d")
    assert json.loads(platform.calls[0].content)["text"]["content"] == "打卡?"


# --- answers ---


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        {"errcode": "0"},
        {"total": 2, "count": 2},
        {"errcode": None},
        {},
        httpx.Response(200, text='{"nickname": "a\x08"}'),
    ],
)
async def test_no_errcode_is_success(answer: Answer) -> None:
    async with Platform(answer).client() as client:
        assert isinstance(await client.call(SEND, json={}), dict)


async def test_numbers_keep_every_digit() -> None:
    async with Platform({"errcode": 0, "msgid": 3000000000123456789}).client() as client:
        assert (await client.call("/cgi-bin/message/template/send", json={}))["msgid"] == 3000000000123456789


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [
        (45015, WindowClosed),
        (45047, WindowClosed),
        (43004, RecipientUnreachable),
        (-1, RetryLater),
        ("-1", RetryLater),
        (48001, NotPermitted),
        (45065, Duplicate),
        (777777, RequestWrong),
    ],
)
async def test_an_errcode_is_raised_as_its_kind(errcode: int | str, kind: type[PlatformError]) -> None:
    answer = {"errcode": errcode, "errmsg": "words rid: 68ebc1d0-1a2b3c4d", "msg_id": 5}
    for status in (200, 500):
        platform = Platform(httpx.Response(status, json=answer))
        async with platform.client() as client:
            with pytest.raises(kind) as raised:
                await custom.send_text(client, OPENID, "好")
        assert (raised.value.rid, raised.value.answer["msg_id"]) == ("68ebc1d0-1a2b3c4d", 5)
        assert len(platform.calls) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(500), OutcomeUnknown),
        (httpx.Response(502, html="<h1>Bad Gateway</h1>"), OutcomeUnknown),
        (httpx.Response(503, json={"detail": "busy"}), OutcomeUnknown),
        (httpx.Response(200, html="<html>"), OutcomeUnknown),
        (httpx.Response(200, text=""), OutcomeUnknown),
        (httpx.Response(200, json=[1]), OutcomeUnknown),
        (httpx.Response(200, json={"errcode": "none"}), OutcomeUnknown),
        (httpx.ReadTimeout("late"), OutcomeUnknown),
        (httpx.ReadError("reset"), OutcomeUnknown),
        (httpx.WriteError("reset"), OutcomeUnknown),
        (httpx.RemoteProtocolError("cut off"), OutcomeUnknown),
        (httpx.ConnectError("refused"), NotSent),
        (httpx.ConnectTimeout("late"), NotSent),
        (httpx.PoolTimeout("late"), NotSent),
        (httpx.Response(302, headers={"location": "http://login.example.org/"}), NotSent),
        (httpx.Response(404, json={"detail": "Not Found"}), NotSent),
        (httpx.Response(413, html="<h1>"), NotSent),
    ],
)
async def test_a_call_without_a_readable_answer_is_unknown_only_if_it_may_have_been_done(
    answer: Answer, kind: type[CallFailed]
) -> None:
    platform = Platform(answer)
    async with platform.client() as client:
        with pytest.raises(kind):
            await custom.send_text(client, OPENID, "好")
        assert len(platform.calls) == 1, "nothing is sent twice by itself"
        with pytest.raises(NotSent):
            await client.call("/cgi-bin/user/get", method="GET")
        with pytest.raises(NotSent):
            await client.call("/cgi-bin/message/template/send", json={"client_msg_id": "1"}, repeatable=True)
        with pytest.raises(kind):
            await client.call("/cgi-bin/menu/delete", method="GET", repeatable=False)


# --- tokens ---


REFUSED = {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest rid: 1-2"}


async def test_a_refused_token_is_replaced_and_the_call_made_once_more() -> None:
    platform = Platform(OK)
    async with platform.client() as client:
        await custom.send_text(client, OPENID, "一")
        platform.tokens, platform.answers = 2, [REFUSED, OK]
        await custom.send_text(client, OPENID, "二")
    assert [call.url.params["access_token"] for call in platform.calls] == ["TOKEN-1", "TOKEN-1", "TOKEN-2"]
    assert [json.loads(call.content)["text"]["content"] for call in platform.calls] == ["一", "二", "二"]
    assert [asked["force_refresh"] for asked in platform.asked_for_tokens] == [False, False]


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_call_is_not_repeated_when_the_platform_has_no_other_token(errcode: int) -> None:
    platform = Platform({"errcode": errcode, "errmsg": "no"})
    async with platform.client() as client:
        with pytest.raises(RetryLater, match=str(errcode)):
            await custom.send_text(client, OPENID, "好")
    assert len(platform.calls) == 1
    assert [asked["force_refresh"] for asked in platform.asked_for_tokens] == [False, False, True]


async def test_a_new_token_that_is_refused_too_ends_the_call() -> None:
    platform = Platform(OK)
    async with platform.client() as client:
        await custom.send_text(client, OPENID, "一")
        platform.tokens, platform.answers = 2, [REFUSED]
        with pytest.raises(TokenRefused):
            await custom.send_text(client, OPENID, "二")
    assert [call.url.params["access_token"] for call in platform.calls] == ["TOKEN-1", "TOKEN-1", "TOKEN-2"]


async def test_a_withdrawn_web_authorisation_is_no_matter_of_our_token() -> None:
    platform = Platform({"errcode": 42002, "errmsg": "refresh_token expired"})
    async with platform.client() as client:
        with pytest.raises(TokenRefused):
            await client.call("/sns/oauth2/refresh_token", method="GET")
    assert len(platform.calls) == len(platform.asked_for_tokens) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"errcode": 40001, "errmsg": "invalid credential"}, NotPermitted),
        ({"errcode": 40125, "errmsg": "invalid appsecret"}, NotPermitted),
        ({"errcode": 40164, "errmsg": "invalid ip 203.0.113.9, not in whitelist"}, NotPermitted),
        ({"errcode": -1, "errmsg": "system error"}, RetryLater),
        ({"access_token": ""}, NotSent),
        ({"access_token": "T"}, NotSent),
        ({"expires_in": 7200}, NotSent),
        (httpx.Response(502), NotSent),
        (httpx.ReadTimeout("late"), NotSent),
    ],
)
async def test_without_a_token_nothing_is_sent(answer: Answer, kind: type[CallFailed]) -> None:
    platform = Platform(OK)
    platform.token_answer = answer
    async with platform.client() as client:
        with pytest.raises(kind):
            await custom.send_text(client, OPENID, "好")
    assert platform.calls == []
    assert len(platform.asked_for_tokens) == 1
