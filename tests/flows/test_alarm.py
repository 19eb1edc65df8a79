"""Trouble with the platform reaches the operator by another road, once, and nothing is lost meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.alarm import Alarm
from bot.config import Config
from bot.texts import Texts
from models.halt import Halt, HaltKind
from scheduler.halts import PLATFORM_DAYS
from tests.emulator.desk import Receiver, served
from tests.flows.conftest import Story

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def address(receiver: Receiver) -> Iterator[str]:
    with served(receiver) as address:
        yield address.replace("http://", "json://") + "/a-secret-path"


@pytest.fixture
def config(config: Config, address: str) -> Config:
    return config.model_copy(update={"alerts": config.alerts.model_copy(update={"urls": address})})


async def _broadcasts(story: Story) -> None:
    await story.time("2026-07-01 09:00")
    await story.person("小爱")
    for name in ("书记甲", "小爱"):
        await story.joins(name)
        await story.phone(name)
    await story.says("书记甲", "广播 开会。")
    await story.says("书记甲", "确认 2")


async def _fails(story: Story, path: str = SEND, **how: object) -> None:
    await story.post("faults", [{"path": path, "rate": 1.0, "seed": 1, **how}] if how else [])


async def test_an_account_in_trouble_is_told_once_and_everything_comes_later(story: Story, receiver: Receiver) -> None:
    await _broadcasts(story)
    await _fails(story, errcode=48004)
    for time in ("2026-07-01 09:02", "2026-07-01 09:04", "2026-07-01 12:00"):
        await story.time(time)
    await story.product.alarm.settle()
    (told,) = receiver.said
    assert told["message"].startswith("晨钟（晨光支部）：微信拒绝了账号或密钥（48004）")
    assert "小爱" not in str(told)
    assert await story.phone("小爱") == []
    await _fails(story)
    await story.time("2026-07-01 15:00")
    assert [text.partition("\n")[0] for _, text in await story.phone("小爱")] == ["开会。"]


async def test_a_platform_that_is_down_is_waited_for_in_silence(story: Story, receiver: Receiver) -> None:
    """It passes by itself: there is nothing for an operator to do."""
    await _broadcasts(story)
    await _fails(story, "*", errcode=-1)
    await story.time("2026-07-01 09:02")
    await story.product.alarm.settle()
    assert receiver.said == []


async def test_an_alarm_that_reaches_nobody_keeps_its_address_to_itself(
    story: Story, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = 500
    await _broadcasts(story)
    await _fails(story, errcode=45009)
    await story.time("2026-07-01 09:02")
    await story.product.alarm.settle()
    assert "an alarm could not be delivered by json" in caplog.text
    assert "a-secret-path" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "errcode", "address", "said"),
    [
        (HaltKind.QUOTA, 45009, "", "微信今天的额度用完了（45009）"),
        (HaltKind.QUOTA, None, "", "limits.sends_per_day"),
        (HaltKind.FEATURE, 48001, "", "微信不许这个账号用这种推送（48001）"),
        (HaltKind.ACCOUNT, 40001, "", "微信拒绝了账号或密钥（40001）"),
        (HaltKind.ACCOUNT, 40164, "203.0.113.9", "这台机器的 IP 203.0.113.9 不在白名单里"),
    ],
)
def test_each_trouble_has_its_words(kind: HaltKind, errcode: int | None, address: str, said: str) -> None:
    now = datetime(2026, 7, 1, 1, tzinfo=UTC)
    halt = Halt(name="custom", kind=kind, since=now, until=now, errcode=errcode, address=address, account="a")
    words = Alarm([], Texts.load("party"), "", PLATFORM_DAYS).words(halt)
    assert words.startswith("晨钟（公众号）：")
    assert said in words
