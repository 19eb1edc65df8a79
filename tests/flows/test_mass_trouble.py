"""A mass message that the platform refuses, at once or by its receipt, and one of which nobody knows if it left."""

import logging
from typing import Any

import pytest
from sqlmodel import select

from models.mass import MassSend
from tests.flows.conftest import Story
from tests.flows.test_mass import (
    NEWS,
    SIGNED,
    a_broadcast_that_reached_few,
    later,
    receipts,
    statuses,
    stored,
)


async def order(story: Story) -> None:
    await a_broadcast_that_reached_few(story)
    await story.says("书记甲", "群发剩下的")
    await story.says("书记甲", "确认 3")
    await story.phone("书记甲")


SEND = "/cgi-bin/message/mass/send"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_uncertain_call_is_repeated_by_its_key_and_arrives_once(story: Story, when: str) -> None:
    await order(story)
    await story.post("faults", [{"path": SEND, "times": 1, "drop": when}])
    await later(story, 60)
    assert statuses(story) == {"sending"}
    assert NEWS not in await story.says("沉默丙", "打卡")
    await let_time_run(story)
    await later(story, 70)
    assert statuses(story) == {"accepted"}
    assert [text for route, text in await story.phone("沉默丙") if route == "mass"] == [SIGNED]
    # The receipt may have come before the job's number was known.
    await receipts(story)
    assert [row.state for row in stored(story, MassSend)] == ["done"]


async def let_time_run(story: Story) -> None:
    """As if real time had passed: pauses and leases are over."""

    def free(db: Any) -> None:
        for row in db.exec(select(MassSend)).all():
            row.free_at = None

    await story.product.writer.run(free)


async def test_uncertain_for_longer_than_the_key_lives_it_is_unknown(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    await order(story)
    await story.post("faults", [{"path": SEND, "times": 5, "drop": "after"}])
    await later(story, 60)
    await let_time_run(story)
    with caplog.at_level(logging.WARNING):
        await later(story, 24 * 3600)
    assert statuses(story) == {"unknown unknown"}
    assert [text for route, text in await story.phone("沉默丙") if route == "mass"] == [SIGNED]
    assert "说不准发出没有" in str(await story.phone("书记甲"))


@pytest.mark.parametrize(
    ("errcode", "said"), [(45028, "群发次数已经用完"), (48003, "没有给这个公众号群发的权限"), (40008, "微信没有接收")]
)
async def test_refused_at_once_the_pushes_wait_for_their_members_again(story: Story, errcode: int, said: str) -> None:
    await order(story)
    await story.post("faults", [{"path": SEND, "times": 1, "errcode": errcode}])
    await later(story, 60)
    assert statuses(story) == {"held mass_failed"}
    await story.product.catch_up()
    assert said in str(await story.phone("书记甲"))
    assert "群发没有成功" in await story.says("书记甲", "为什么 沉默丙 没收到")
    assert NEWS in await story.says("沉默丙", "打卡")
    again = await story.says("书记甲", "群发剩下的")
    assert ("本月的群发都已用完" in again) is (errcode == 45028)


@pytest.mark.parametrize(("refused", "said"), [(20001, "内容没有通过微信的审核"), (40002, "半小时内没有在微信里确认")])
async def test_refused_by_its_receipt_they_wait_too(story: Story, refused: int, said: str) -> None:
    await order(story)
    await story.post("settings", {"mass_refused": refused})
    await later(story, 60)
    await receipts(story)
    await story.product.catch_up()
    assert statuses(story) == {"held mass_failed"}
    assert said in str(await story.phone("书记甲"))
    assert [(row.state, row.status) for row in stored(story, MassSend)] == [("failed", f"err({refused})")]


async def test_a_busy_platform_is_asked_again(story: Story) -> None:
    await order(story)
    await story.post("faults", [{"path": SEND, "times": 1, "errcode": -1}])
    await later(story, 60)
    assert statuses(story) == {"sending"}
    await let_time_run(story)
    await story.product.catch_up()
    assert await story.phone("沉默丙") == [("mass", SIGNED)]
