"""From following to the first check-in, and away again."""

import re

import pytest
from sqlmodel import select

from models.checkin import CheckIn
from models.departure import Departure
from models.follower import Follower
from models.inbound import InboundKey
from models.member import Member, Status
from models.role import RoleKind
from tests.flows.conftest import Story

pytestmark = pytest.mark.race


async def test_follow_agree_bind_check_in_streak(story: Story) -> None:
    await story.person("林小满")
    greeting = await story.follows("林小满")
    assert len(greeting) <= 120
    assert "涉密" in greeting
    assert "回复 同意 开始，回复 详情 看全文；不同意不影响任何事。" in greeting
    assert "六位绑定码" in await story.says("林小满", "同意")
    assert await story.says("林小满", f"绑定 {story.codes['林小满']}") == "您是林小满（第二小组）吗？回复 1 确认。"
    assert "绑定好了" in await story.says("林小满", "1")
    assert await story.says("林小满", "打卡 读了第三章，体会是踏实") == "已记下今天的学习。"
    assert await story.says("林小满", "已学") == "今天已经记过了。"
    assert await story.says("林小满", "打卡：晚上又读了一节") == "已加进今天的记录。"
    await story.time("2026-07-02 20:00")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。连续第 2 天。"
    assert await story.says("林小满", "隐藏天数") == "好的，以后不再显示连续天数。想看时回复 显示天数。"
    await story.time("2026-07-03 20:00")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"
    month = await story.says("林小满", "我的打卡")
    assert month.splitlines() == [
        "7月打卡 3 天：1日至3日",
        "1日 读了第三章，体会是踏实；晚上又读了一节",
        "一共 1 章、心得 5 字",
    ]


async def test_before_agreeing_nothing_but_the_openid_is_kept(story: Story) -> None:
    await story.person("林小满")
    await story.follows("林小满")
    for words in (story.codes["林小满"], "打卡 读了", "你好"):
        answer = await story.says("林小满", words)
        assert "林小满" not in answer
        assert "同意" in answer
    with story.product.database.reading() as db:
        follower = db.exec(select(Follower)).one()
        assert (follower.member_id, follower.agreed_at, follower.last_at, follower.window_left) == (None, None, None, 0)
        assert db.exec(select(CheckIn)).all() == []


@pytest.mark.parametrize("written", ["{0}", "{0:.3} {0:3.3}", "绑定{0}", "绑定码：{0}", " {0} 。"])
async def test_a_code_is_taken_however_it_is_typed(story: Story, written: str) -> None:
    await story.person("林小满")
    await story.follows("林小满")
    await story.says("林小满", "同意")
    code = story.codes["林小满"]
    typed = written.replace("{0:.3} {0:3.3}", f"{code[:3]} {code[3:]}").replace("{0}", code)
    assert "您是林小满" in await story.says("林小满", typed)


async def test_a_code_in_full_width_digits_is_taken(story: Story) -> None:
    await story.person("林小满")
    await story.follows("林小满")
    await story.says("林小满", "同意")
    wide = story.codes["林小满"].translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert "您是林小满" in await story.says("林小满", wide)


async def test_five_wrong_codes_cost_an_hour(story: Story) -> None:
    await story.person("林小满")
    await story.follows("林小满")
    await story.says("林小满", "同意")
    wrong = f"{(int(story.codes['林小满']) + 1) % 1_000_000:06d}"
    answers = [await story.says("林小满", wrong) for _ in range(5)]
    assert "还可以试 4 次" in answers[0]
    assert "办公室" in answers[4]
    assert "60 分钟" in await story.says("林小满", story.codes["林小满"])
    await story.time("2026-07-01 07:01")
    assert "您是林小满" in await story.says("林小满", story.codes["林小满"])


async def test_a_stranger_reads_the_organisations_own_text_and_is_not_asked_twice(story: Story) -> None:
    await story.follows("过客")
    asked = await story.says("过客", "同意")
    assert "绑定码" in asked
    for words in ("你们是做什么的", "打卡", "讲个笑话"):
        answer = await story.says("过客", words)
        assert "只为本支部的人服务" in answer
        assert "绑定码" not in answer


async def test_a_leader_gives_a_new_code_and_the_old_phone_loses_access(story: Story) -> None:
    await story.person("林小满")
    leader = await story.person("周组长")
    await story.role(leader, RoleKind.LEADER, "第二小组")
    for name in ("林小满", "周组长"):
        await story.joins(name)
    answer = await story.says("周组长", "绑定码 林小满")
    forward = answer.split("\n\n")[1]
    assert forward.startswith("林小满同志：请在微信里关注晨光支部的公众号")
    story.codes["新手机"] = re.findall(r"\d{6}", forward)[0]
    assert "绑定好了" in await story.joins("新手机")
    assert "另一个微信" in await story.says("林小满", "打卡")
    assert "只为本支部的人服务" in await story.says("林小满", "打卡")
    assert await story.says("新手机", "打卡") == "已记下今天的学习。"


async def test_a_member_cannot_give_codes_and_a_leader_only_inside_the_group(story: Story) -> None:
    leader = await story.person("周组长")
    await story.role(leader, RoleKind.LEADER, "第二小组")
    await story.person("邻组乙", branch_id=story.groups["第一小组"])
    await story.person("林小满")
    for name in ("林小满", "周组长"):
        await story.joins(name)
    assert "小组长" in await story.says("林小满", "绑定码 周组长")
    assert await story.says("周组长", "绑定码 邻组乙") == "名册上没有邻组乙，请核对姓名。"


async def test_unfollowing_forgets_the_phone_and_following_again_offers_the_place(story: Story) -> None:
    number = await story.person("林小满")
    await story.joins("林小满")
    await story.says("林小满", "打卡 第三章")
    await story.unfollows("林小满")
    with story.product.database.reading() as db:
        assert db.get(Follower, story.openid("林小满")) is None
        assert db.exec(select(InboundKey).where(InboundKey.openid != "")).all() == []
        assert [row.reply for row in db.exec(select(InboundKey)) if row.reply] == []
        assert db.exec(select(CheckIn.note)).all() == ["第三章"]
        assert story.openid("林小满") not in db.exec(select(Departure.openid_digest)).one()
    await story.time("2026-07-01 06:10")
    assert "您是林小满吗？" in await story.follows("林小满")
    assert "绑定已恢复" in await story.says("林小满", "1")
    assert "7月打卡 1 天" in await story.says("林小满", "我的打卡")
    with story.product.database.reading() as db:
        assert db.exec(select(Follower.member_id)).all() == [number]


async def test_after_the_days_of_grace_a_returning_phone_is_a_stranger(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await story.unfollows("林小满")
    await story.time("2026-08-01 06:00")
    assert "林小满" not in await story.follows("林小满")


async def test_who_is_inactive_reads_one_neutral_sentence(story: Story) -> None:
    number = await story.person("林小满")
    await story.joins("林小满")
    await story.joins("书记甲")
    assert "确定请回复 1" in await story.says("书记甲", "停用 林小满")
    assert await story.says("书记甲", "1") == "已停用林小满。"
    sentence = "您好，这里暂时不能为您服务。有事请联系办公室；要看、导出或者删除您的数据，回复 我的数据。"
    assert {await story.says("林小满", words) for words in ("打卡", "帮助", "为什么")} == {sentence}
    assert await story.says("书记甲", "绑定码 林小满") == "名册上没有林小满，请核对姓名。"
    with story.product.database.reading() as db:
        assert db.get_one(Member, number).status == Status.INACTIVE
    assert await story.says("书记甲", "启用 林小满") == "已启用林小满。"
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"


async def test_the_last_admin_cannot_be_removed(story: Story) -> None:
    await story.joins("书记甲")
    await story.says("书记甲", "停用 书记甲")
    assert "最后一位管理员" in await story.says("书记甲", "1")


async def test_help_tells_each_what_they_can_do(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await story.joins("书记甲")
    assert "广播" not in await story.says("林小满", "帮助")
    first = await story.says("书记甲", "帮助")
    assert "广播" in first + await story.says("书记甲", "看")


async def test_one_question_at_a_time_and_a_command_wins_over_it(story: Story) -> None:
    await story.person("林小满")
    await story.follows("林小满")
    await story.says("林小满", "同意")
    await story.says("林小满", story.codes["林小满"])
    assert "学习助手 使用说明" in await story.says("林小满", "详情")
    assert await story.says("林小满", "取消") == "好的，已取消。"
    assert await story.says("林小满", "取消") == "现在没有要取消的事。"
    assert "只为本支部的人服务" in await story.says("林小满", "1")


async def test_an_answer_that_comes_too_late_is_told_so(story: Story) -> None:
    await story.person("林小满")
    await story.follows("林小满")
    await story.says("林小满", "同意")
    await story.says("林小满", story.codes["林小满"])
    await story.time("2026-07-01 06:11")
    assert "已过时" in await story.says("林小满", "1")
    assert "您是林小满" in await story.says("林小满", story.codes["林小满"])


async def test_pictures_stickers_and_the_unknown_get_a_kind_answer(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    picture = {"type": "image", "PicUrl": "http://example.org/a.jpg", "MediaId": "m"}
    assert "图片先收着" in await story.sends("林小满", **picture)
    assert "打字" in await story.sends("林小满", type="location")
    assert "没能看懂" in await story.says("林小满", "天气真好")
