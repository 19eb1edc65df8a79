"""What members agree to: purpose by purpose, in a version, and asked anew once when it changes."""

from collections.abc import Callable
from datetime import date

from sqlmodel import Session, select

from models.branch import Branch
from models.checkin import CheckIn
from models.consent import Consent, Purpose
from models.follower import Follower
from scheduler.defaults import default_plans

from .conftest import Story

JOINED = date(1996, 7, 2)


async def binds(story: Story, name: str) -> str:
    """Follows and binds, and agrees to nothing but the service."""
    await story.follows(name)
    for words in ("同意", story.codes[name]):
        await story.says(name, words)
    return await story.says(name, "1")


async def change(story: Story, function: Callable[[Session], object]) -> None:
    await story.product.writer.run(function)


async def test_the_day_of_joining_is_asked_about_by_itself(story: Story) -> None:
    await story.person("林小满", joined_on=JOINED)
    await story.person("无日期")
    answer = await binds(story, "林小满")
    assert answer.splitlines()[-1].startswith("想在政治生日收到祝贺，回复 同意祝贺。")
    assert "祝贺" not in await binds(story, "无日期")
    shown = (await story.says("林小满", "我的同意")).splitlines()
    assert shown[0] == "使用，学习内容、打卡、通知等：7月1日（周三）同意，第 3 版"
    assert shown[1] == "祝贺，用到入党日期，属于敏感个人信息：没有同意。想要，回复 同意祝贺"
    assert await story.says("林小满", "同意祝贺") == "好的，记下了：祝贺，用到入党日期，属于敏感个人信息。"
    assert (await story.says("林小满", "同意 祝贺")).startswith("您已经同意过")
    assert "第 1 版" in (await story.says("林小满", "我的同意")).splitlines()[1]


async def test_nobody_is_congratulated_who_has_not_agreed_to_it(story: Story) -> None:
    await change(story, lambda db: default_plans(db, _top(db), story.product.rules, story.product.clock.now()))
    await story.joins("书记甲")
    for name in ("林小满", "钟晚星"):
        await story.person(name, joined_on=JOINED)
        await binds(story, name)
    await story.says("钟晚星", "要祝贺")
    assert {row[-14:] for row in (await story.says("书记甲", "本月生日")).splitlines()[1:3]} == {
        "小满 30 年（逢十），请当面或打电话祝贺"[-14:],
        "晚星 30 年（逢十），预计当天送到"[-14:],
    }
    await story.time("2026-07-02 08:01")
    assert any("政治生日" in text for _, text in await story.phone("钟晚星"))
    assert not any("表示衷心的祝贺" in text for _, text in await story.phone("林小满"))
    assert (await story.says("钟晚星", "撤回同意 祝贺")).startswith("好的，不再发祝贺")
    assert "晚星" not in await story.says("书记甲", "本月生日")


def _top(db: Session) -> Branch:
    return db.exec(select(Branch).where(Branch.name == "晨光支部")).one()


async def test_a_new_wording_is_asked_about_once(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")

    def older(db: Session) -> None:
        for given in db.exec(select(Consent).where(Consent.purpose == Purpose.SERVICE)):
            given.version = "2"
        for follower in db.exec(select(Follower)):
            follower.edition = "2.1.1.1"

    await change(story, older)
    answer = await story.says("林小满", "打卡")
    assert answer.splitlines()[-2:] == [
        "使用说明有更新，您以前同意的照旧有效。",
        "看全文，回复 详情；同意新的，回复 同意。",
    ]
    assert "使用说明有更新" not in await story.says("林小满", "我的打卡")
    assert "第 2 版。现在有新的" in await story.says("林小满", "我的同意")
    assert await story.says("林小满", "同意") == "好的，记下了，您同意的是新的说明。"
    assert "第 3 版" in await story.says("林小满", "我的同意")
    assert await story.says("林小满", "同意") == "您已经同意过了。"


async def test_taking_back_the_service_is_leaving_and_is_asked_about(story: Story) -> None:
    member_id = await story.person("林小满")
    await story.joins("林小满")
    await story.says("林小满", "打卡 读了第三章")
    assert (await story.says("林小满", "确认退出")).startswith("要退出，先回复")
    assert "确认退出" in await story.says("林小满", "撤回同意 使用")
    assert await story.says("林小满", "确认退出") == "好的，已经退出，不影响任何事。以后想用，回复 同意。"
    with story.product.database.reading() as db:
        assert all(given.withdrawn_at for given in db.exec(select(Consent).where(Consent.member_id == member_id)))
        # The wording said that check-ins stay as the organisation's record.
        assert len(db.exec(select(CheckIn).where(CheckIn.member_id == member_id)).all()) == 1
        assert db.exec(select(Follower).where(Follower.member_id == member_id)).all() == []
    assert "还没有同意" in await story.says("林小满", "打卡")


async def test_one_purpose_ends_without_the_others(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert "从现在起不再写出" in await story.says("林小满", "撤回同意 署名")
    assert (await story.says("林小满", "撤回同意 署名")).startswith("本来就没有同意过")
    assert "不保存" in await story.says("林小满", "撤回同意 图片")
    shown = (await story.says("林小满", "撤回同意")).splitlines()
    assert ["没有同意" in line for line in shown[:4]] == [False, False, True, True]
    # They haven't left with it.
    await story.joins("书记甲")
    assert "林小满" not in await story.says("书记甲", "谁收不到")
