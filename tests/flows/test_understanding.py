"""The chat with people who write as they write: slips, politeness, half a command, a picture, a voice."""

from datetime import date

import httpx
import pytest
from sqlmodel import select

from bot.app import Product
from bot.config import Config
from models.member import Member, Status
from models.role import RoleKind, end_roles
from tests.flows.conftest import Story


async def status(story: Story, name: str) -> str:
    with story.product.database.reading() as db:
        return str(db.exec(select(Member.status).where(Member.name == name)).one())


async def test_a_member_writes_as_people_write(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert await story.says("林小满", "書記好，麻煩幫我打咔，謝謝！") == "已记下今天的学习。"
    assert await story.says("林小满", "打咔 第三章很受啟發") == "已加进今天的记录。"
    assert "第三章很受啟發" in await story.says("林小满", "请问我这个月的打卡记录")
    assert (await story.says("林小满", "麻烦您，我要请三天假")).startswith("好的，请假到7月3日（周五）")
    assert await story.says("林小满", "消假") == "好的，已经销假。"


async def test_a_dead_end_offers_three_things_and_a_tap_does_one(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    answer = await story.says("林小满", "昨天忘记打卡了")
    assert answer.startswith('这句话没能看懂。要做的可能是：<a href="weixin://bizmsgmenu?msgmenucontent=补卡%20昨天&')
    assert answer.count("</a>") == 3
    tapped = await story.sends("林小满", type="text", content="打卡", bizmsgmenuid="1")
    assert tapped == "已记下今天的学习。"
    assert await story.says("林小满", "[微笑][强]") == "看到您发的表情了。想做什么，回复 帮助 看一看。"


async def test_help_begins_with_what_most_people_want(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert (await story.says("林小满", "请问怎么用？")).startswith("常用的：<a href=")
    assert ">打卡</a>" in await story.says("林小满", "帮助")
    await story.says("林小满", "打卡")
    assert ">我的打卡</a>、" in await story.says("林小满", "帮助")
    await story.joins("书记甲")
    assert ">接下来</a>" in await story.says("书记甲", "帮助")


async def test_a_slip_in_what_cannot_be_undone_is_only_offered(story: Story) -> None:
    await story.joins("书记甲")
    await story.person("林小满")
    offered = await story.says("书记甲", "亭用 林小满")
    assert offered.startswith("这句话没能看懂。")
    assert ">停用 林小满</a>" in offered
    assert await status(story, "林小满") == Status.ACTIVE
    assert "确定请回复 1" in await story.says("书记甲", "停用 林小满")
    assert await status(story, "林小满") == Status.ACTIVE


async def test_who_is_asked_back_answers_with_the_next_message(story: Story) -> None:
    await story.joins("书记甲")
    await story.person("林小满")
    assert await story.says("书记甲", "停用") == "停用哪一位？请写姓名。不停用，回复 取消。"
    assert "确定请回复 1" in await story.says("书记甲", "林小满。")
    assert await story.says("书记甲", "1") == "已停用林小满。"


async def test_the_question_outlives_the_process(story: Story, config: Config) -> None:
    await story.joins("书记甲")
    await story.person("林小满")
    await story.says("书记甲", "绑定码")
    restarted = Product(config, clock=story.product.clock, transport=httpx.ASGITransport(story.emulator.app))
    async with restarted.running():
        story.wire.web = restarted.web()
        assert "林小满" in await story.says("书记甲", "林小满")


async def test_the_question_ends_when_it_is_cancelled_or_late(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert "到哪一天为止" in await story.says("林小满", "我想请假")
    assert await story.says("林小满", "算了吧") == "好的，已取消。"
    assert "没能看懂" in await story.says("林小满", "三天")
    await story.says("林小满", "请个假")
    await story.time("2026-07-01 06:11")
    assert "没能看懂" in await story.says("林小满", "今天天气真好")
    assert await story.says("林小满", "三天") == "这一步已过时，没有生效。需要的话，请您从头再来一次。"


async def test_a_chat_in_between_does_not_answer_the_question(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    await story.says("林小满", "请假")
    assert "没能看懂" in await story.says("林小满", "今天天气真好")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"
    assert (await story.says("林小满", "到下週五")).startswith("好的，请假到7月10日（周五）")


async def test_only_a_leader_is_asked_about_whom(story: Story) -> None:
    leader = await story.person("周组长")
    await story.role(leader, RoleKind.LEADER, "第二小组")
    await story.person("林小满")
    for name in ("周组长", "林小满"):
        await story.joins(name)
    assert "哪一位没收到" in await story.says("周组长", "为什么没收到")
    assert "哪一位" not in await story.says("林小满", "为什么没收到")
    assert await story.says("林小满", "绑定码") == "您已经绑定好了，林小满同志。"
    assert "哪一位绑定码" in await story.says("周组长", "绑定码")


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ({"type": "voice", "MediaId": "m", "Format": "amr", "Recognition": "打卡。"}, "已记下今天的学习。"),
        ({"type": "voice", "MediaId": "m", "Format": "amr", "Recognition": "天气真好。"}, "听到的是「天气真好。」"),
        ({"type": "voice", "MediaId": "m", "Format": "amr"}, "语音先收着"),
        (
            {"type": "location", "Location_X": "39.9", "Location_Y": "116.3", "Scale": "15", "Label": "某地"},
            "位置收到了",
        ),
        ({"type": "link", "Title": "t", "Description": "d", "Url": "http://example.org"}, "链接收到了"),
        ({"type": "text", "content": "【收到不支持的消息类型，暂无法显示】"}, "表情或文件收到了"),
        ({"type": "event", "event": "CLICK", "EventKey": "我的打卡"}, "7月"),
        ({"type": "event", "event": "CLICK", "EventKey": "OLD_KEY"}, "没能看懂"),
    ],
)
async def test_whatever_comes_gets_a_sensible_answer(story: Story, message: dict[str, object], answer: str) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert answer in await story.sends("林小满", **message)


async def test_whoever_loses_a_post_after_the_question_is_refused_the_answer(story: Story) -> None:
    await story.joins("书记甲")
    deputy = await story.person("副书记")
    await story.role(deputy, RoleKind.ADMIN, "晨光支部")
    await story.joins("副书记")
    await story.says("副书记", "广播")
    await story.product.writer.run(lambda db: end_roles(db, deputy, date(2026, 7, 1)))
    assert "管理员" in await story.says("副书记", "明天下午三点开会。")


async def test_manners_are_answered_as_people_do(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    for said in ("你好", "在吗", "早上好！"):
        assert await story.says("林小满", said) == "您好。想做什么，回复 帮助 看一看。"
    for said in ("谢谢您！", "谢谢书记"):
        assert await story.says("林小满", said) == "不客气。"
    assert (await story.says("林小满", "我换手机了，怎么办")).startswith("换了手机、微信没换的，什么都不用做。")
    assert (await story.says("林小满", "书记的电话是多少？")).startswith("有事请联系办公室。")
    assert await story.says("林小满", "哈哈哈") == "好的。有事随时写一句，回复 帮助 看能做什么。"


@pytest.mark.parametrize("said", ["新来的同志怎么加", "把王建国加进来", "王建国升组长了", "给王建国换个小组"])
async def test_an_admin_is_told_where_the_roster_is_changed(story: Story, said: str) -> None:
    await story.person("林小满")
    for name in ("林小满", "书记甲"):
        await story.joins(name)
    assert "chenzhong import members" in await story.says("书记甲", said)
    assert "import" not in await story.says("林小满", said)


async def test_who_asks_whether_it_is_done_does_nothing(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert ">我的打卡</a>" in await story.says("林小满", "今天打卡了吗？")
    assert await story.says("林小满", "打卡") == "已记下今天的学习。"


@pytest.mark.parametrize(
    ("who", "said", "offered"),
    [
        ("林小满", "谁打过卡没有", "我的打卡"),
        ("林小满", "写错了", "改打卡"),
        ("林小满", "怎么联系书记", "意见"),
        ("林小满", "怎么退出", "我的数据"),
        ("林小满", "我想看书", "荐书"),
        ("组长乙", "林小满绑定了吗", "查 林小满"),
        ("组长乙", "林小满那边没收到", "为什么 林小满 没收到"),
        ("组长乙", "组里谁没打卡", "小组打卡"),
        ("书记甲", "通知大家明天开会", "广播"),
        ("书记甲", "给全体发个消息", "广播"),
        ("书记甲", "都停了", "全部暂停"),
        ("书记甲", "今天发什么", "接下来"),
        ("书记甲", "林小满调走了", "转出 林小满"),
        ("书记甲", "林小满退休了", "退休 林小满"),
        ("书记甲", "林小满去世了", "停用 林小满"),
        ("组长乙", "桥静好换手机了", "绑定码 桥静好"),
        ("组长乙", "桥静好和林小满都换手机了", "绑定码"),
    ],
)
async def test_the_dead_end_offers_what_was_meant(story: Story, who: str, said: str, offered: str) -> None:
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    for name in ("林小满", "桥静好"):
        await story.person(name)
    await story.joins(who)
    answer = await story.says(who, said)
    assert f">{offered}</a>" in answer
