"""「小组打卡」: a leader sees the group's number and nobody's name; the secretary each group that is large enough."""

import pytest

from bot.config import Config
from models.relief import Relief
from models.role import RoleKind

from .conftest import Story

FOOT = "请假的和不用微信的没算在内。"


@pytest.fixture
def config(config: Config) -> Config:
    """The operator permits that the profile goes off; that alone changes nothing."""
    return config.model_copy(update={"relief": config.relief.model_copy(update={"enabled": False})})


async def goes_off(story: Story) -> None:
    now = story.product.clock.now()
    row = Relief(branch_id=1, document="某组发〔2026〕3号", asked_by=1, asked_at=now, agreed_by=2, agreed_at=now)
    await story.product.writer.run(lambda db: db.add(row))


async def led(story: Story) -> None:
    """The second group with its leader and three members, everybody's sharing taken back; two in the first group."""
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    for name in ("林小满", "沉默丙", "请假丁"):
        await story.person(name)
    for name in ("赵邻组", "钱邻组"):
        await story.person(name, branch_id=story.groups["第一小组"])
    for name in ("书记甲", "组长乙", "林小满", "沉默丙", "请假丁", "赵邻组", "钱邻组"):
        await story.joins(name)
        await story.says(name, "撤回同意 署名")


@pytest.mark.parametrize(
    "said", ["小组打卡", "本组打卡", "今天多少人打卡", "我们组今天几个人打卡了？", "小组打卡情况", "本周有多少人打卡"]
)
async def test_a_leader_asks_in_their_own_words(story: Story, said: str) -> None:
    await led(story)
    await story.says("林小满", "打卡")
    number = "第二小组：今天 4 人里有 1 人打卡，本周有 1 人打过卡。"
    assert (await story.says("组长乙", said)).splitlines() == [number, FOOT]


async def test_leave_and_no_wechat_are_nobodys_fault(story: Story) -> None:
    await led(story)
    await story.person("没微信", without_wechat=True)
    await story.says("请假丁", "请假 三天")
    assert "今天 3 人里有 0 人打卡" in await story.says("组长乙", "小组打卡")
    # Who studies all the same counts.
    await story.says("请假丁", "打卡")
    assert "今天 4 人里有 1 人打卡，本周有 1 人打过卡" in await story.says("组长乙", "小组打卡")
    await story.time("2026-07-02 09:00")
    assert "今天 4 人里有 0 人打卡，本周有 1 人打过卡" in await story.says("组长乙", "小组打卡")


async def test_only_who_agreed_to_it_is_named(story: Story) -> None:
    await led(story)
    for name in ("林小满", "沉默丙"):
        await story.says(name, "打卡")
    await story.says("林小满", "同意 署名")
    said = await story.says("组长乙", "小组打卡")
    assert said.splitlines()[1:] == ["今天打卡的（同意署名的）：林小满。", FOOT]
    assert "沉默丙" not in said
    # Whoever agreed and didn't check in isn't listed as such.
    await story.says("请假丁", "同意 署名")
    assert "请假丁" not in await story.says("组长乙", "小组打卡")


async def test_the_secretary_sees_only_groups_that_hide_everybody(story: Story) -> None:
    await led(story)
    await story.says("赵邻组", "打卡")
    whole = "晨光支部：今天 7 人里有 1 人打卡，本周有 1 人打过卡。"
    # Two people in the first group and the secretary: too few each, enough together.
    second, rest = "第二小组：4 人里今天 0 人，本周 0 人", "其余：3 人里今天 1 人，本周 1 人"
    assert (await story.says("书记甲", "小组打卡")).splitlines() == [whole, second, rest, FOOT]
    # Of two the second group would tell, so that it has no line either.
    await story.says("钱邻组", "请假 三天")
    whole = "晨光支部：今天 6 人里有 1 人打卡，本周有 1 人打过卡。"
    assert (await story.says("书记甲", "小组打卡")).splitlines() == [whole, FOOT]


async def test_of_two_people_no_number_is_told(story: Story) -> None:
    await led(story)
    leader = await story.person("组长戊", branch_id=story.groups["第一小组"])
    await story.role(leader, RoleKind.LEADER, "第一小组")
    await story.joins("组长戊")
    await story.says("钱邻组", "请假 三天")
    said = await story.says("组长戊", "小组打卡")
    assert said == "第一小组人少，说人数就等于点名，这里不报，见面聊聊就好。"
    for name in ("赵邻组", "钱邻组"):
        await story.says("书记甲", f"停用 {name}")
        await story.says("书记甲", "1")
    assert await story.says("组长戊", "打卡汇总") == said


async def test_members_have_no_numbers_of_others(story: Story) -> None:
    await led(story)
    assert "小组长" in await story.says("林小满", "今天多少人打卡")


async def test_names_only_while_the_profile_is_off(story: Story) -> None:
    await led(story)
    await story.says("林小满", "打卡")
    assert "沉默丙" not in await story.says("组长乙", "小组打卡")
    await goes_off(story)
    said = await story.says("组长乙", "小组打卡")
    did_not = next(line for line in said.splitlines() if line.startswith("今天还没打卡的："))
    assert set(did_not.removeprefix("今天还没打卡的：").rstrip("。").split("、")) == {"组长乙", "沉默丙", "请假丁"}
