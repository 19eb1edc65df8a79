"""What is told of calls to the platform's API: a line in the log without secrets, and a count."""

import contextlib
import logging

import httpx
import pytest
from prometheus_client import REGISTRY

from bot.wechat import custom
from bot.wechat.errors import CallFailed
from tests.bot.wechat.test_client import OK, OPENID, PRIVATE, REFUSED, SECRET, SEND, Answer, Platform

# --- the log ---


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        {"errcode": 45015, "errmsg": f"response out of time limit {OPENID} rid: 68ebc1d0-1a2b3c4d"},
        REFUSED,
        httpx.Response(502, html="<h1>"),
        httpx.ConnectError(f"https://api.weixin.qq.com{SEND}?access_token=TOKEN-1"),
        httpx.ReadTimeout(f"https://api.weixin.qq.com{SEND}?access_token=TOKEN-1"),
    ],
)
async def test_the_log_tells_of_every_call_but_no_secret(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "httpx", "httpcore", "aiohttp", "bot.wechat.client"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with Platform(answer).client() as client:
        try:
            await custom.send_text(client, OPENID, PRIVATE)
        except CallFailed:
            logging.getLogger("elsewhere").exception("as a careless caller would")
    for secret in ("TOKEN-1", SECRET, PRIVATE, "https://"):
        assert secret not in caplog.text
    own = [record.getMessage() for record in caplog.records if record.name == "bot.wechat.client"]
    assert own[0].startswith("/cgi-bin/stable_token errcode=0 ")
    assert own[1].startswith(SEND)
    assert all(message.endswith(" ms") for message in own)
    assert not any(OPENID in message for message in own)
    if isinstance(answer, dict) and answer["errcode"] == 45015:
        assert " errcode=45015 rid=68ebc1d0-1a2b3c4d " in own[1]


async def test_the_log_names_the_push_that_a_call_was_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bot.wechat.client")
    async with Platform(OK).client() as client:
        await custom.send_text(client, OPENID, PRIVATE, push=4711)
    assert caplog.records[-1].getMessage().startswith(f"{SEND} errcode=0 push=4711 ")


# --- what is counted ---


def counted(**labels: str) -> float:
    return REGISTRY.get_sample_value("chenzhong_platform_calls_total", {"api": SEND, **labels}) or 0


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (OK, "ok"),
        ({"errcode": -1}, "retry"),
        (REFUSED, "token"),
        ({"errcode": 43004}, "recipient"),
        ({"errcode": 45015}, "window"),
        ({"errcode": 45009}, "quota"),
        ({"errcode": 45065}, "duplicate"),
        ({"errcode": 44004}, "bug"),
        ({"errcode": 987654}, "bug"),
        ({"errcode": 48001}, "permission"),
        (httpx.ConnectError("refused"), "not_sent"),
        (httpx.ReadTimeout("late"), "unknown"),
    ],
)
async def test_every_call_is_counted_by_how_it_ended(answer: Answer, outcome: str) -> None:
    before = counted(outcome=outcome)
    async with Platform(answer).client() as client:
        with contextlib.suppress(CallFailed):
            await custom.send_text(client, OPENID, PRIVATE)
    assert counted(outcome=outcome) == before + 1
