"""The chat itself: every mode of the wire, long texts, days that turn late, leaving with something still owed."""

import httpx
import pytest
from sqlmodel import select

from bot.app import Product
from bot.config import Config
from bot.emulator import Account
from models.follower import Follower
from models.push import Push, PushStatus
from tests.flows.conftest import Story
from tests.flows.test_mornings import plans

MODES = [Account(mode=mode, format=form) for mode in ("plain", "compatible", "safe") for form in ("xml", "json")]


@pytest.mark.parametrize("account", MODES, ids=lambda account: f"{account.mode}-{account.format}")
async def test_the_whole_way_works_in_every_mode_and_format(story: Story) -> None:
    await story.person("林小满")
    assert "绑定好了" in await story.joins("林小满")
    assert await story.says("林小满", "打卡 <a & b> ]]> 第三章") == "已记下今天的学习。"
    assert "<a & b> ]]> 第三章" in await story.says("林小满", "我的打卡")


async def test_a_long_text_is_cut_between_sentences_and_goes_on_when_asked(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    note = "".join(f"第{number}句话写得不长也不短。" for number in range(40))
    for day in (1, 2, 3):
        await story.time(f"2026-07-0{day} 20:00")
        await story.says("林小满", f"打卡 {note}")
    first = await story.says("林小满", "我的打卡")
    assert len(first.encode()) <= 2000
    assert first.endswith("（未完，回复 看 接着读）")
    read, more = first.removesuffix("（未完，回复 看 接着读）").rstrip("\n"), ""
    for _ in range(5):
        more = await story.says("林小满", "看")
        if more == "没有更多内容了。":
            break
        assert len(more.encode()) <= 2000
        read += more.removesuffix("（未完，回复 看 接着读）").rstrip("\n")
    assert more == "没有更多内容了。"
    assert read.count("第39句话写得不长也不短。") == 3


async def test_unfollowing_cancels_what_is_still_owed(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await plans(story)
    await story.time("2026-07-06 07:40")
    await story.unfollows("林小满")
    with story.product.database.reading() as db:
        found = [(PushStatus(status), cause) for status, cause in db.exec(select(Push.status, Push.cause))]
    assert (PushStatus.CANCELLED, "not_by_status") in found


async def test_someone_moved_here_is_asked_to_agree_at_the_first_message(story: Story) -> None:
    number = await story.person("搬家甲")
    now = story.product.clock.now()
    moved = Follower(openid=story.openid("搬家甲"), member_id=number, followed_at=now, bound_at=now)
    await story.product.writer.run(lambda db: db.add(moved))
    asked = await story.says("搬家甲", "打卡")
    assert asked.startswith("搬家甲同志，晨光支部的学习助手已换到这里。")
    assert "已经可以用了" in await story.says("搬家甲", "同意")
    assert await story.says("搬家甲", "打卡") == "已记下今天的学习。"


async def test_a_repeat_after_a_restart_gets_the_stored_answer(story: Story, config: Config) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    push = {"openid": story.openid("林小满"), "type": "text", "content": "打卡 只有一次", "MsgId": 4711}
    first = await story.post("messages", push)
    restarted = Product(config, clock=story.product.clock, transport=httpx.ASGITransport(story.emulator.app))
    async with restarted.running():
        story.wire.web = restarted.web()
        again = await story.post("messages", push)
    assert first["reply"]["content"] == "已记下今天的学习。"
    assert again["reply"] == first["reply"]


class TestADayThatTurnsAtThree:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        organisation = config.organisation.model_copy(update={"day_turns_at": 3})
        return config.model_copy(update={"organisation": organisation})

    async def test_reading_after_midnight_counts_for_the_evening(self, story: Story) -> None:
        await story.person("林小满")
        await story.joins("林小满")
        await story.time("2026-07-02 02:59")
        assert await story.says("林小满", "打卡") == "已记下7月1日（周三）的学习。"
        await story.time("2026-07-02 03:00")
        assert await story.says("林小满", "打卡") == "已记下今天的学习。连续第 2 天。"
