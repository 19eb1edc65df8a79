"""A large broadcast needs a second admin: asked by a push, never oneself, and only for a while."""

import pytest
from sqlmodel import col, select

from bot.config import Config
from models.audit import Audit
from models.role import RoleKind
from tests.flows.conftest import Story

pytestmark = pytest.mark.race

NEWS = "下周三全体大会，地点另行通知。"


@pytest.fixture
def config(config: Config) -> Config:
    limits = config.limits.model_copy(update={"approve_above": 2})
    return config.model_copy(update={"limits": limits})


async def with_a_second_admin(story: Story) -> None:
    deputy = await story.person("副书记")
    await story.role(deputy, RoleKind.ADMIN, "晨光支部")
    await story.person("林小满")
    await story.time("2026-07-01 09:00")
    for name in ("书记甲", "副书记", "林小满"):
        await story.joins(name)
        await story.phone(name)


async def ask(story: Story) -> None:
    forecast = await story.says("书记甲", f"广播 {NEWS}")
    assert "超过 2 人，您确认之后，还要另一位管理员同意才发。" in forecast
    assert "正等副书记同意" in await story.says("书记甲", "确认 3")


async def test_another_admin_reads_the_whole_text_and_lets_it_go(story: Story) -> None:
    await with_a_second_admin(story)
    await ask(story)
    await story.product.catch_up()
    asked = [text for _, text in await story.phone("副书记")]
    assert asked[0] == f"{NEWS}\n（晨光支部 书记甲）"
    assert asked[1].startswith("上面是书记甲要发给晨光支部全体的广播，共 3 人。同意请回复「同意发 1」")
    await story.time("2026-07-01 09:30")
    assert await story.phone("林小满") == []
    assert await story.says("副书记", "同意发 1") == "好的，编号 1 今天 9:31 发给 3 人。"
    await story.time("2026-07-01 09:31")
    assert [text for _, text in await story.phone("林小满")] == [f"{NEWS}\n（晨光支部 书记甲）"]
    told = [text for _, text in await story.phone("书记甲")]
    assert "编号 1 的广播已由副书记同意，今天 9:31 发出。" in told
    with story.product.database.reading() as db:
        assert db.exec(select(Audit.action).order_by(col(Audit.id))).all() == ["broadcast", "approve"]


async def test_nobody_approves_their_own_nor_does_the_word_for_greetings(story: Story) -> None:
    await with_a_second_admin(story)
    await ask(story)
    assert "要由另一位管理员同意" in await story.says("书记甲", "同意发 1")
    assert "管理员" in await story.says("林小满", "同意发 1")
    await story.says("副书记", "可以")
    await story.time("2026-07-01 10:00")
    assert all(NEWS not in text for _, text in await story.phone("林小满"))
    assert "没有等您同意" in await story.says("副书记", "同意发 7")


async def test_an_admin_of_one_group_has_no_say_about_the_branch(story: Story) -> None:
    await with_a_second_admin(story)
    leader = await story.person("组管理")
    await story.role(leader, RoleKind.ADMIN, "第二小组")
    await story.joins("组管理")
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 4")
    assert "没有等您同意" in await story.says("组管理", "同意发 1")
    assert "发给 4 人" in await story.says("副书记", "同意发 1")


async def test_a_day_without_a_word_is_a_no(story: Story) -> None:
    await with_a_second_admin(story)
    await ask(story)
    await story.time("2026-07-02 09:01")
    assert "可能已经同意、撤回，或者过时了" in await story.says("副书记", "同意发 1")
    await story.time("2026-07-02 09:10")
    assert all(NEWS not in text for _, text in await story.phone("林小满"))
    told = [text for _, text in await story.phone("书记甲")]
    assert [text for text in told if text.startswith("编号 1 的广播没有等到")] == told[-1:]
    await story.time("2026-07-02 09:20")
    assert await story.phone("书记甲") == []


async def test_a_refusal_ends_it_and_its_author_hears_of_it(story: Story) -> None:
    await with_a_second_admin(story)
    await ask(story)
    assert (await story.says("副书记", "不同意发 1")).startswith("好的，编号 1 不发了。")
    await story.time("2026-07-01 09:10")
    assert any("副书记没有同意" in text for _, text in await story.phone("书记甲"))
    assert await story.phone("林小满") == []
    assert "没有等您同意" in await story.says("副书记", "同意发 1")


async def test_its_author_takes_it_back_before_anybody_agrees(story: Story) -> None:
    await with_a_second_admin(story)
    await ask(story)
    assert await story.says("书记甲", "撤回") == "已撤回，谁都没有收到。"
    assert "没有等您同意" in await story.says("副书记", "同意发 1")


async def test_with_nobody_to_ask_nothing_is_asked(story: Story) -> None:
    for name in ("林小满", "周无期"):
        await story.person(name)
    await story.joins("书记甲")
    assert "没有别的管理员" in await story.says("书记甲", f"广播 {NEWS}")


async def test_a_small_one_needs_nobody(story: Story) -> None:
    await with_a_second_admin(story)
    await story.says("书记甲", f"广播 第二小组：{NEWS}")
    assert "60 秒后发给 2 人" in await story.says("书记甲", "确认 2")
