"""From the platform's answers to what the scheduler has to decide."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.wechat.client import Client
from bot.wechat.messenger import TEXT_BYTES, WechatMessenger
from bot.wechat.templates import Notice
from models.broadcast import BroadcastKind
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Route

DAY, DUE = date(2026, 7, 1), datetime(2026, 7, 1, 7, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
PUSH = Outgoing(1, 1, 1, "oTEST", "小爱", BroadcastKind.TEXT, DAY, DAY, DUE, facts={"text": "开会。"})
NOTICE = Notice("oTEST", "TPL", {"thing1": "开会。"}, key="push-1")


class Platform:
    """Answers each send with what it was told to."""

    def __init__(self) -> None:
        self.answers: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={"errcode": 0, "errmsg": "ok"})
        self.token: dict[str, object] = {"access_token": "token", "expires_in": 7200}
        self.bodies: list[dict[str, object]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("stable_token"):
            return httpx.Response(200, json=self.token)
        self.bodies.append(json.loads(request.content))
        return self.answers()


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
async def messenger(platform: Platform) -> AsyncIterator[WechatMessenger]:
    transport = httpx.MockTransport(platform)
    async with Client(base="http://127.0.0.1", app_id="wx", app_secret="secret", transport=transport) as client:
        yield WechatMessenger(
            client,
            lambda push: str(push.facts["text"]),
            "／".join,
            lambda route, push: NOTICE,
        )


async def test_it_words_a_push_and_sends_it_to_its_openid(messenger: WechatMessenger, platform: Platform) -> None:
    assert await messenger.send(Route.CUSTOM, [PUSH]) == Outcome(Result.ACCEPTED, 0)
    assert platform.bodies == [{"touser": "oTEST", "msgtype": "text", "text": {"content": "开会。"}}]


@pytest.mark.parametrize(
    ("errcode", "result", "refused"),
    [
        (-1, Result.LATER, ""),
        (45011, Result.TOO_FAST, ""),
        (45501, Result.TOO_FAST, ""),
        (45015, Result.WINDOW_OVER, ""),
        (45047, Result.COUNT_USED, ""),
        (43004, Result.UNREACHABLE, "unfollowed"),
        (40003, Result.UNREACHABLE, "unfollowed"),
        (48002, Result.UNREACHABLE, "blocked"),
        (50002, Result.UNREACHABLE, "frozen"),
        (45009, Result.QUOTA_SPENT, ""),
        (45093, Result.QUOTA_SPENT, ""),
        (48001, Result.NOT_PERMITTED, ""),
        (45087, Result.NOT_PERMITTED, ""),
        (48004, Result.ACCOUNT_REFUSED, ""),
        (50004, Result.ACCOUNT_REFUSED, ""),
        (50007, Result.ACCOUNT_REFUSED, ""),
        (40001, Result.ACCOUNT_REFUSED, ""),
        (44004, Result.WRONG, ""),
        (99999, Result.WRONG, ""),
    ],
)
async def test_each_errcode_has_its_result(
    messenger: WechatMessenger, platform: Platform, errcode: int, result: Result, refused: str
) -> None:
    said = {"errcode": errcode, "errmsg": "no rid: 68ebc1d0-1a2b3c4d-5e6f7a8b"}
    platform.answers = lambda: httpx.Response(200, json=said)
    outcome = await messenger.send(Route.CUSTOM, [PUSH])
    assert outcome == Outcome(result, errcode, "68ebc1d0-1a2b3c4d-5e6f7a8b", refused)


async def test_a_fault_of_ours_is_told_with_what_finds_it_and_no_words_of_anybody(
    messenger: WechatMessenger, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"errcode": 987654, "errmsg": "oTEST 开会。 rid: 68ebc1d0-1a2b3c4d-5e6f7a8b"}
    platform.answers = lambda: httpx.Response(200, json=said)
    await messenger.send(Route.CUSTOM, [PUSH])
    (told,) = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert told == "push 1: our request is at fault (errcode=987654 rid=68ebc1d0-1a2b3c4d-5e6f7a8b)"


async def test_a_line_that_broke_leaves_the_outcome_open(messenger: WechatMessenger, platform: Platform) -> None:
    def breaks() -> httpx.Response:
        raise httpx.ReadError("gone")

    platform.answers = breaks
    assert await messenger.send(Route.CUSTOM, [PUSH]) == Outcome(Result.UNKNOWN)


async def test_a_platform_that_was_never_reached_is_asked_again(messenger: WechatMessenger, platform: Platform) -> None:
    def refuses() -> httpx.Response:
        raise httpx.ConnectError("refused")

    platform.answers = refuses
    assert await messenger.send(Route.CUSTOM, [PUSH]) == Outcome(Result.LATER)


async def test_only_a_whole_text_fits(messenger: WechatMessenger) -> None:
    def of(text: str) -> Outgoing:
        return Outgoing(1, 1, 1, "oTEST", "小爱", BroadcastKind.TEXT, DAY, DAY, DUE, facts={"text": text})

    assert messenger.fits(Route.CUSTOM, [PUSH])
    assert messenger.fits(Route.CUSTOM, [of("字" * (TEXT_BYTES // 3))])
    assert not messenger.fits(Route.CUSTOM, [of("字" * (TEXT_BYTES // 3 + 1))])
    assert not messenger.fits(Route.CUSTOM, [of("")])


@pytest.mark.parametrize(
    ("errcode", "errmsg", "address"),
    [
        (40164, "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 1-2", "203.0.113.9"),
        (40164, "invalid ip 2001:db8::9, not in whitelist", "2001:db8::9"),
        (40164, "not in whitelist", ""),
        (40125, "invalid appsecret", ""),
        (40013, "invalid appid", ""),
        (40243, "AppSecret frozen", ""),
        (40001, "invalid credential", ""),
        (89503, "needs confirmation", ""),
    ],
)
async def test_an_account_that_gets_no_token_is_told_from_a_push_that_fails(
    messenger: WechatMessenger, platform: Platform, errcode: int, errmsg: str, address: str
) -> None:
    platform.token = {"errcode": errcode, "errmsg": errmsg}
    outcome = await messenger.send(Route.CUSTOM, [PUSH])
    assert (outcome.result, outcome.errcode, outcome.address) == (Result.ACCOUNT_REFUSED, errcode, address)
    assert platform.bodies == []
