"""The access token: asked for once, renewed ahead of its end, and when the platform refuses it."""

import asyncio

import pytest

from bot.wechat.errors import CallFailed, NotPermitted, NotSent, RetryLater
from bot.wechat.token import AccessToken


class Platform:
    """Keeps the promises of the stable token: the same until five minutes before its end, a new one by force."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.life = 7200.0
        self.asked: list[bool] = []
        self.failure: CallFailed | None = None
        self.number = 0
        self.ends = 0.0
        self.forced_at = float("-inf")

    async def stable_token(self, force: bool) -> tuple[str, float]:
        self.asked.append(force)
        await asyncio.sleep(0)
        if self.failure:
            raise self.failure
        if force and self.now - self.forced_at >= 30:
            self.forced_at = self.now
            self.issue()
        elif self.now >= self.ends - 300:
            self.issue()
        return f"token-{self.number}", self.ends - self.now

    def issue(self) -> None:
        """A new token; the one before is void, as after another process forced it or the secret was reset."""
        self.number += 1
        self.ends = self.now + self.life


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def token(platform: Platform) -> AccessToken:
    return AccessToken(platform.stable_token, monotonic=lambda: platform.now)


async def test_many_callers_at_once_ask_once(platform: Platform, token: AccessToken) -> None:
    assert set(await asyncio.gather(*(token.current() for _ in range(50)))) == {"token-1"}
    assert platform.asked == [False]


async def test_it_is_renewed_five_minutes_ahead(platform: Platform, token: AccessToken) -> None:
    await token.current()
    platform.now += 7200 - 301
    assert await token.current() == "token-1"
    assert len(platform.asked) == 1
    platform.now += 1
    assert set(await asyncio.gather(*(token.current() for _ in range(50)))) == {"token-2"}
    assert platform.asked == [False, False]


async def test_a_token_near_its_end_is_not_asked_for_at_every_call(platform: Platform, token: AccessToken) -> None:
    platform.life = 200.0
    for _ in range(10):
        assert await token.current() == "token-1"
    assert len(platform.asked) == 1
    platform.now += 100
    assert await token.current() == "token-2"


async def test_while_the_platform_does_not_answer_the_old_one_serves_to_its_end(
    platform: Platform, token: AccessToken
) -> None:
    await token.current()
    platform.now += 7200 - 299
    platform.failure = NotSent("ConnectTimeout")
    for _ in range(10):
        assert await token.current() == "token-1"
    assert len(platform.asked) == 2
    platform.now += 299
    with pytest.raises(NotSent):
        await token.current()
    platform.failure = None
    platform.now += 2
    assert await token.current() == "token-2"


async def test_after_a_failure_nobody_asks_for_two_seconds(platform: Platform, token: AccessToken) -> None:
    platform.failure = RetryLater(-1, "system error")
    outcomes = await asyncio.gather(*(token.current() for _ in range(50)), return_exceptions=True)
    assert all(outcome is platform.failure for outcome in outcomes)
    assert len(platform.asked) == 1
    platform.failure = None
    platform.now += 2
    assert await token.current() == "token-1"


async def test_a_wrong_secret_is_not_tried_for_a_minute(platform: Platform, token: AccessToken) -> None:
    platform.failure = NotPermitted(40125, "invalid appsecret")
    for _ in range(10):
        with pytest.raises(NotPermitted, match="40125"):
            await token.current()
    platform.now += 59
    with pytest.raises(NotPermitted):
        await token.current()
    assert len(platform.asked) == 1
    platform.failure = None
    platform.now += 1
    assert await token.current() == "token-1"


async def test_one_that_another_process_replaced_is_asked_for_without_force(
    platform: Platform, token: AccessToken
) -> None:
    refused = await token.current()
    platform.issue()
    assert set(await asyncio.gather(*(token.renew(refused) for _ in range(50)))) == {"token-2"}
    assert platform.asked == [False, False]
    assert await token.current() == "token-2"


async def test_one_that_the_platform_still_hands_out_is_replaced_by_force(
    platform: Platform, token: AccessToken
) -> None:
    refused = await token.current()
    assert set(await asyncio.gather(*(token.renew(refused) for _ in range(50)))) == {"token-2"}
    assert platform.asked == [False, False, True]


async def test_force_is_used_once_a_minute(platform: Platform, token: AccessToken) -> None:
    assert await token.renew(await token.current()) == "token-2"
    platform.asked.clear()
    for _ in range(10):
        assert await token.renew("token-2") is None
    assert platform.asked == [False]
    platform.now += 10
    assert await token.renew("token-2") is None
    assert platform.asked == [False, False]
    platform.now += 50
    assert await token.renew("token-2") == "token-3"
    assert platform.asked == [False, False, False, True]


async def test_force_that_brings_nothing_new_is_told(platform: Platform, token: AccessToken) -> None:
    refused = await token.current()
    platform.forced_at = platform.now
    assert await token.renew(refused) is None
    assert platform.asked == [False, False, True]


async def test_a_renewal_that_fails_is_raised_and_pauses_too(platform: Platform, token: AccessToken) -> None:
    refused = await token.current()
    platform.failure = NotPermitted(40243, "AppSecret frozen")
    for _ in range(10):
        with pytest.raises(NotPermitted):
            await token.renew(refused)
    assert platform.asked == [False, False]


async def test_a_caller_who_leaves_does_not_take_the_others_along(platform: Platform, token: AccessToken) -> None:
    first = asyncio.create_task(token.current())
    second = asyncio.create_task(token.current())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "token-1"
    assert first.cancelled()
