"""The platform refuses: what the operator is told and can see, and what becomes of the pushes."""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import Product
from bot.config import Config
from tests.flows.conftest import Story, beijing

pytestmark = pytest.mark.race

SEND = "/cgi-bin/message/custom/send"
TOKENS = "/cgi-bin/stable_token"


class Branch:
    """Five members who can be written to, and the secretary who does."""

    names = ("小爱", "小白", "小陈", "小戴", "小方")

    def __init__(self, story: Story) -> None:
        self.story = story
        self.web = httpx.AsyncClient(
            transport=httpx.ASGITransport(story.product.web(), client=("127.0.0.1", 4711)), base_url="http://product"
        )

    async def broadcast(self, text: str) -> None:
        """The secretary broadcasts; it goes out a minute later."""
        await self.story.says("书记甲", f"广播 {text}")
        assert "60 秒后发给 6 人" in await self.story.says("书记甲", f"确认 {len(self.names) + 1}")

    async def got(self) -> int:
        """How many of the five got something since this was last asked."""
        return sum([bool(await self.story.phone(name)) for name in self.names])

    async def fails(self, path: str, **how: object) -> None:
        """Every call of an API goes wrong in this way from now on; without any, all is well again."""
        await self.story.post("faults", [{"path": path, "rate": 1.0, "seed": 1, **how}] if how else [])

    async def halts(self) -> list[tuple[str, str, int | None]]:
        """What `/readyz` says is halted; it is ready all the same."""
        body = (await self.web.get("/readyz")).json()
        assert body["ready"] is True
        return [(one["name"], one["kind"], one["errcode"]) for one in body["halts"]]

    async def metrics(self) -> dict[str, float]:
        """`/metrics`, each sample by its name and labels."""
        text = (await self.web.get("/metrics")).text
        return {
            " ".join(
                (sample.name, *(f"{label}={value}" for label, value in sorted(sample.labels.items())))
            ): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@pytest.fixture
async def branch(story: Story) -> AsyncIterator[Branch]:
    made = Branch(story)
    await story.time("2026-07-01 09:00")
    await story.joins("书记甲")
    for name in Branch.names:
        await story.person(name)
        await story.joins(name)
        await story.says(name, "你好")
        await story.phone(name)
    async with made.web:
        yield made


def another(branch: Branch, config: Config) -> AbstractAsyncContextManager[Product]:
    """A process that starts afresh on the same database."""
    story = branch.story
    product = Product(config, clock=story.product.clock, transport=httpx.ASGITransport(story.emulator.app))
    return product.running()


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR and one.name != "asyncio"]


async def test_a_spent_quota_is_waited_out_until_midnight_in_beijing(
    branch: Branch, caplog: pytest.LogCaptureFixture
) -> None:
    await branch.fails(SEND, errcode=45009)
    await branch.broadcast("开会。")
    await branch.story.time("2026-07-01 09:02")
    await branch.story.time("2026-07-01 20:00")
    assert await branch.halts() == [("custom", "quota", 45009)]
    (told,) = errors(caplog)
    assert "custom is halted until 2026-07-02 00:00 Beijing time: the platform's quota for today is spent" in told
    await branch.fails(SEND)
    await branch.story.time("2026-07-02 08:00")
    assert await branch.got() == 5
    assert await branch.halts() == []


async def test_an_account_without_the_permission_is_told_of_once(
    branch: Branch, caplog: pytest.LogCaptureFixture
) -> None:
    await branch.fails(SEND, errcode=48001)
    await branch.broadcast("开会。")
    await branch.story.time("2026-07-01 09:02")
    await branch.story.time("2026-07-01 20:00")
    assert await branch.halts() == [("custom", "feature", 48001)]
    assert len(errors(caplog)) == 1
    assert (await branch.metrics())["chenzhong_halts kind=feature name=custom"] == 1
    # Nothing is lost: whoever writes gets it below the answer.
    await branch.story.phone("小爱")
    await branch.story.says("小爱", "打卡")
    ((route, text),) = await branch.story.phone("小爱")
    assert (route, "开会。" in text) == ("passive", True)


async def test_whoever_was_given_the_permission_restarts_and_need_not_wait(branch: Branch) -> None:
    await branch.fails(SEND, errcode=48001)
    await branch.broadcast("开会。")
    await branch.story.time("2026-07-01 09:02")
    await branch.fails(SEND)
    await branch.story.time("2026-07-01 09:04")
    assert await branch.got() == 0
    await branch.story.product.engine.start(())
    assert await branch.halts() == [("custom", "feature", 48001)]
    await branch.story.time("2026-07-01 09:05")
    assert await branch.got() == 5
    assert await branch.halts() == []


async def test_too_many_calls_a_minute_are_made_a_minute_later(
    branch: Branch, caplog: pytest.LogCaptureFixture
) -> None:
    await branch.fails(SEND, errcode=45011)
    await branch.broadcast("开会。")
    await branch.story.time("2026-07-01 09:02")
    assert await branch.halts() == [("custom", "slow", 45011)]
    await branch.fails(SEND)
    await branch.story.time("2026-07-01 09:02")
    assert await branch.got() == 0
    await branch.story.time("2026-07-01 09:04")
    assert await branch.got() == 5
    assert errors(caplog) == []


async def test_an_address_that_is_not_on_the_whitelist_is_named(
    branch: Branch, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    story = branch.story
    await story.post("settings", {"ip_allow_list": ["203.0.113.7"]})
    await branch.broadcast("开会。")
    await story.time("2026-07-01 09:02")
    assert await branch.halts() == [("everything", "account", 40164)]
    (told,) = errors(caplog)
    assert "the platform takes no calls from 127.0.0.1: add it to the account's IP whitelist (IP白名单)" in told
    why = await story.says("书记甲", "为什么 小爱 没收到")
    assert "公众号这边出了问题，不是小爱的原因。" in why
    await story.post("settings", {"ip_allow_list": []})
    story.emulator.clock.set(beijing("2026-07-01 09:10"))
    async with another(branch, config) as restarted:
        await restarted.catch_up()
    assert await branch.got() == 5
    assert await branch.halts() == []


async def test_after_a_new_secret_everything_that_waited_goes_out(
    branch: Branch, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    story, new = branch.story, "0" * 31 + "1"
    await story.post("account", {"app_secret": new})
    await branch.broadcast("开会。")
    await story.time("2026-07-01 09:02")
    assert await branch.halts() == [("everything", "account", 40125)]
    assert len(errors(caplog)) == 1
    assert await branch.got() == 0
    changed = config.model_copy(update={"wechat": config.wechat.model_copy(update={"app_secret": new})})
    async with another(branch, changed) as restarted:
        await restarted.catch_up()
    assert await branch.got() == 5
    assert await branch.halts() == []


async def test_metrics_tell_the_story(branch: Branch) -> None:
    before = await branch.metrics()
    await branch.broadcast("开会。")
    await branch.story.time("2026-07-01 09:00")
    assert (await branch.metrics())["chenzhong_pushes_waiting status=due"] == 6
    await branch.story.time("2026-07-01 09:02")
    after = await branch.metrics()

    def more(sample: str) -> float:
        return after.get(sample, 0) - before.get(sample, 0)

    assert more(f"chenzhong_platform_calls_total api={SEND} outcome=ok") == 6
    assert more(f"chenzhong_platform_call_seconds_count api={SEND}") == 6
    assert more(f"chenzhong_platform_calls_total api={TOKENS} outcome=ok") == 1
    assert more("chenzhong_token_refreshes_total forced=false outcome=ok") == 1
    assert more("chenzhong_pushes_sent_total result=accepted route=custom") == 6
    assert after["chenzhong_pushes_waiting status=due"] == 0
    assert not any("halts" in sample for sample in after)
    # Nobody can be found out from it.
    told = (await branch.web.get("/metrics")).text
    for name in Branch.names:
        assert branch.story.openid(name) not in told


async def test_a_restart_forgets_no_halt(branch: Branch, config: Config) -> None:
    await branch.fails(SEND, errcode=45009)
    await branch.broadcast("开会。")
    await branch.story.time("2026-07-01 09:02")
    await branch.fails(SEND)
    story = branch.story
    async with another(branch, config) as restarted:
        story.emulator.clock.set(beijing("2026-07-01 20:00"))
        await restarted.catch_up()
        assert await branch.got() == 0
        story.emulator.clock.set(beijing("2026-07-02 09:00"))
        await restarted.catch_up()
        assert await branch.got() == 5
