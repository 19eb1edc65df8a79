"""Check-ins beyond a plain 「打卡」: amounts, earlier days, corrections, pictures, goals, and who sees what."""

import re
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session, select

from bot.config import Config
from models.checkin import CheckIn
from models.keepsake import Keepsake
from models.library import Topic
from models.plan import Plan, PlanKind
from models.role import RoleKind
from tests.flows.conftest import Story

ASKS = "撤销今天的打卡，写过的话、发过的图片和语音也一起删掉。要撤销，回复 1；不撤销，回复 取消。"


@pytest.fixture
def config(config: Config, tmp_path: Path) -> Config:
    server = config.server.model_copy(update={"public_url": "https://study.example.org"})
    checkin = config.checkin.model_copy(update={"keepsake_folder": str(tmp_path / "keepsakes")})
    return config.model_copy(update={"server": server, "checkin": checkin})


async def begins(story: Story) -> int:
    number = await story.person("林小满", joined_on=date(1996, 7, 3))
    await story.joins("林小满")
    return number


async def says(story: Story, *written: str) -> list[str]:
    return [await story.says("林小满", one) for one in written]


async def on_days(story: Story, *days: int) -> str:
    """Checks in on these days of July; the last answer."""
    answer = ""
    for day in days:
        await story.time(f"2026-07-{day:02} 20:00")
        answer = await story.says("林小满", "打卡")
    return answer


def stored(story: Story) -> list[CheckIn]:
    with story.product.database.reading() as db:
        return list(db.exec(select(CheckIn).order_by(CheckIn.day)))  # type: ignore[arg-type]


async def test_amounts_are_heard_added_and_corrected(story: Story) -> None:
    await begins(story)
    assert await says(story, "打卡 读了20页", "打卡 第三到五章", "打卡 又读了十页") == [
        "已记下今天的学习。读了 20 页。",
        "已加进今天的记录。读了 3 章。",
        "已加进今天的记录。读了 10 页。",
    ]
    assert (await story.says("林小满", "我的打卡")).splitlines()[-1] == "一共 30 页、3 章"
    assert await story.says("林小满", "改打卡 读了25页，第三章") == "已改好今天的记录。读了 25 页、1 章。"
    assert (await story.says("林小满", "我的打卡")).splitlines() == [
        "7月打卡 1 天：1日",
        "1日 读了25页，第三章",
        "一共 25 页、1 章",
    ]
    assert await story.says("林小满", "打卡改成：读了第三章") == "已改好今天的记录。"
    assert await story.says("林小满", "改打卡 昨天 读了30页") == "6月30日（周二）没有打卡记录。"
    assert await story.says("林小满", "改打卡") == "今天的记录改成什么？写在下一条里就行。不改了，回复 取消。"
    assert await story.says("林小满", "改打卡 昨天") == "要改成什么，写在后面，例如：改打卡 读了 30 页。"
    assert [(row.pages, row.chapters) for row in stored(story)] == [(0, 1)]


async def test_a_check_in_is_taken_back_and_asks_where_words_would_go(story: Story) -> None:
    await begins(story)
    assert await says(story, "撤销打卡", "打卡", "取消打卡", "打卡", "打卡 读了20页", "撤销打卡") == [
        "今天没有打卡记录。",
        "已记下今天的学习。",
        "已撤销今天的打卡。",
        "已记下今天的学习。",
        "已加进今天的记录。读了 20 页。",
        ASKS,
    ]
    assert await says(story, "取消", "撤销打卡") == ["好的，已取消。", ASKS]
    assert len(stored(story)) == 1
    assert await says(story, "1", "我的打卡") == ["已撤销今天的打卡。", "7月还没有打卡记录。"]
    assert await on_days(story, 2, 3) == "已记下今天的学习。连续第 2 天。"
    assert await says(story, "撤销昨天的打卡") == ["已撤销7月2日（周四）的打卡。"]
    assert await on_days(story, 4) == "已记下今天的学习。连续第 2 天。"


async def test_a_forgotten_day_is_made_up_within_the_rule_and_marked(story: Story) -> None:
    await begins(story)
    assert await on_days(story, 1, 2, 4) == "已记下今天的学习。"
    done = "已补上7月3日（周五）的打卡，会注明是补的。这个月还能补 2 次。读了 12 页。现在连续 4 天。"
    assert await says(story, "补卡昨天读了12页", "补卡 周五。", "补卡 7月2日 读了第一章") == [
        done,
        "7月3日（周五）已经记过了。",
        "7月2日（周四）本来就有记录，已加进去。",
    ]
    assert await on_days(story, 5) == "已记下今天的学习。连续第 5 天。"
    assert "其中补的：3日" in await story.says("林小满", "我的打卡")
    unclear = "没看懂是哪一天，可以写成：补卡 昨天 读了第三章。"
    asks = "补哪一天？回复「昨天」「7月3日」这样的话就行，后面可以接着写读了什么。不补了，回复 取消。"
    assert await says(story, "补卡", "补卡 读了第三章", "补卡 6月27日") == [
        asks,
        unclear,
        "只能补、改最近 7 天的打卡。",
    ]
    assert "还能补 1 次" in await story.says("林小满", "补打卡 6月29日")
    assert (await story.says("林小满", "补卡前天")).startswith("7月3日")
    assert "还能补 0 次" in await story.says("林小满", "补卡 6月30日")
    await story.time("2026-07-09 20:00")
    assert await says(story, "补卡 昨天", "补卡 今天") == [
        "这个月能补的 3 次已经用完，下个月再补。",
        "已记下今天的学习。",
    ]
    assert [row.day.day for row in stored(story) if row.made_up] == [29, 30, 3]


async def test_days_of_leave_neither_break_nor_lengthen(story: Story) -> None:
    await begins(story)
    assert "连续第 2 天" in await on_days(story, 1, 2)
    await story.time("2026-07-03 09:00")
    assert "请假到7月5日（周日）" in await story.says("林小满", "请假 三天")
    assert await on_days(story, 6) == "已记下今天的学习。连续第 3 天。"
    # Longer, shorter, and back before the end.
    await story.time("2026-07-07 09:00")
    await says(story, "请假 五天", "请假 三天")
    await story.time("2026-07-09 09:00")
    assert await story.says("林小满", "销假") == "好的，已经销假。"
    assert await story.says("林小满", "打卡") == "已记下今天的学习。连续第 4 天。"
    await story.time("2026-07-10 09:00")
    assert "连续第 5 天" in await story.says("林小满", "打卡")
    await says(story, "请假 两天")
    assert await on_days(story, 11) == "已记下今天的学习。连续第 6 天。"
    assert await on_days(story, 13) == "已记下今天的学习。"


async def test_on_leave_only_the_birthday_comes(story: Story) -> None:
    await begins(story)
    branch = story.groups["晨光支部"]

    def plans(db: Session) -> None:
        db.add(Topic(title="怎样读一份说明书"))
        for kind, hour in ((PlanKind.TOPIC, "7;BYMINUTE=40"), (PlanKind.BIRTHDAY, "8;BYMINUTE=0")):
            rule = f"FREQ=DAILY;BYHOUR={hour};BYSECOND=0"
            db.add(Plan(branch_id=branch, kind=kind, rrule=rule, starts_on=date(2026, 1, 1)))

    await story.product.writer.run(plans)
    await story.joins("书记甲")
    await story.time("2026-07-02 09:00")
    await story.phone("林小满")
    await story.says("林小满", "请假 到7月3日")
    await story.says("书记甲", "广播 周五交笔记")
    forecast = await story.says("书记甲", "广播 周五交笔记")
    assert "请假" not in forecast
    assert "按本人设置暂不发 1 人" in forecast
    await story.says("书记甲", "确认 2")
    await story.phone("林小满")
    await story.time("2026-07-02 09:02")
    assert await story.phone("林小满") == []
    assert "按本人设置或名册状态未发送。" in await story.says("书记甲", "为什么 林小满 没收到")
    assert "您在请假" in await story.says("林小满", "为什么我没收到")
    assert (await story.says("林小满", "我的设置")).endswith("还有 1 条，回复 看")
    await story.time("2026-07-03 07:40")
    await story.time("2026-07-03 08:00")
    texts = [text for route, text in await story.phone("林小满") if route == "custom"]
    assert ["政治生日" in text for text in texts] == [True, False]
    assert texts[1].startswith("我志愿")
    await story.time("2026-07-04 07:30")
    assert [text for route, text in await story.phone("林小满") if route == "custom" and "交笔记" in text] != []


async def test_a_goal_and_a_score_are_for_their_owner_alone(story: Story) -> None:
    await begins(story)
    assert await says(story, "每周目标", "每周目标 三天", "每周目标", "每周目标 9 天") == [
        "还没有定每周目标，想定可以写成：每周目标 3 天。",
        "好的，每周 3 天，只有您自己看得到。不想要了，回复 每周目标 取消。",
        "现在的目标是每周 3 天。不想要了，回复 每周目标 取消。",
        "每周目标是 1 到 7 天，可以写成：每周目标 3 天。",
    ]
    assert "每周目标：3 天（回复 每周目标 取消）" in await story.says("林小满", "我的设置")
    await on_days(story, 1, 2, 3, 6, 7, 8)
    await says(story, "补卡 7月5日 读了20页", "请假 两天")
    calendar = await story.says("林小满", "打卡日历")
    assert calendar.splitlines()[:8] == [
        "7月打卡 7 天",
        "日期　一二三四五六日",
        "０１　　　学学学．补",
        "０６　学学学假",
        "１３",
        "２０",
        "２７",
        "学 打过卡，补 补的，假 请假",
    ]
    assert "本周 3 天，目标 3 天" in calendar
    assert "连着 2 周达到目标" in calendar
    found = re.search(r"连续 4 天，坚持度 (\d+)%（只有您看得到）", calendar)
    assert found
    assert 10 < int(found[1]) < 60
    assert (await story.says("林小满", "今年打卡")).splitlines()[:3] == [
        "2026 年打卡 7 天",
        "7月：7 天，20 页",
        "一共 20 页",
    ]
    await story.says("林小满", "隐藏天数")
    hidden = await story.says("林小满", "打卡日历")
    assert "坚持度" not in hidden
    assert "连续" not in hidden
    assert await says(story, "每周目标 取消", "去年打卡", "6月打卡", "上月打卡日历") == [
        "好的，不再有每周目标。",
        "2025 年没有打卡记录。",
        "6月还没有打卡记录。",
        await story.says("林小满", "6月打卡日历"),
    ]


async def test_the_branch_sees_sums_and_never_who(story: Story) -> None:
    await begins(story)
    for name in ("组长乙", "沉默丙"):
        number = await story.person(name)
        await story.joins(name)
        if name == "组长乙":
            await story.role(number, RoleKind.LEADER, "第二小组")
    await story.joins("书记甲")
    await says(story, "打卡 读了20页")
    assert "这件事由小组长" in await story.says("林小满", "打卡汇总")
    foot = "各人的记录只有本人看得到。"
    one = "第二小组 3 人：今天打卡 1 人，本周 1 人，本月 1 人。"
    assert (await story.says("组长乙", "打卡汇总")).splitlines() == [one, foot]
    await story.says("组长乙", "打卡")
    await story.says("沉默丙", "打卡 读了5页")
    await story.says("书记甲", "打卡 读了100页")
    three = "第二小组 3 人：今天打卡 3 人，本周 3 人，本月 3 人。"
    assert (await story.says("组长乙", "打卡汇总")).splitlines() == [three, "本月一共 25 页。", foot]
    assert "晨光支部 4 人：今天打卡 4 人" in await story.says("书记甲", "打卡汇总")


def files(story: Story) -> int:
    folder = Path(story.product.config.checkin.keepsake_folder)
    return len(list(folder.iterdir())) if folder.exists() else 0


async def seen(story: Story, address: str) -> httpx.Response:
    web = httpx.ASGITransport(story.wire)
    async with httpx.AsyncClient(transport=web) as browser:
        return await browser.get(address)


async def test_a_picture_is_kept_before_it_expires_for_its_owner_alone(story: Story) -> None:
    await begins(story)
    uploaded = await story.control.post("/_/media?type=image", content=b"\xff\xd8\xff and so on")
    media_id = uploaded.json()["media_id"]
    before = "图片先收着，只有您看得到。回复 打卡，就和今天的记录放在一起；今天不打卡，就不留。"
    assert await story.sends("林小满", type="image", MediaId=media_id) == before
    await story.product.catch_up()
    assert files(story) == 0, "nothing is fetched that belongs to no check-in"
    await story.says("林小满", "打卡")
    assert "正在存" in await story.says("林小满", "我的图片")
    kept = await story.sends("林小满", type="voice", MediaId="EMULATED_VOICE")
    assert kept == "语音收好了，和今天的打卡放在一起，只有您看得到。"
    await story.product.catch_up()
    assert files(story) == 2
    assert "图片和语音 2 件" in await story.says("林小满", "我的打卡")
    mine = await story.says("林小满", "我的图片")
    addresses = re.findall(r"https://\S+", mine)
    shown = [await seen(story, one) for one in addresses]
    assert sorted((one.status_code, one.headers["content-type"]) for one in shown) == [
        (200, "audio/amr"),
        (200, "image/jpeg"),
    ]
    assert "no-store" in shown[0].headers["cache-control"]
    assert (await seen(story, addresses[0][:-2] + "AA")).status_code == 404
    await story.time("2026-07-05 09:00")
    assert (await seen(story, addresses[0])).status_code == 404, "a link is good for a day"
    again = re.findall(r"https://\S+", await story.says("林小满", "我的图片"))
    assert (await seen(story, again[0])).status_code == 200, "the platform has forgotten it, we haven't"
    await story.unfollows("林小满")
    assert (await seen(story, again[0])).status_code == 404
    await story.product.catch_up()
    assert files(story) == 0


async def test_what_is_not_kept_goes(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "打卡")
    await story.sends("林小满", type="image", MediaId="never there")
    large = await story.control.post("/_/media?type=image", content=b"\xff\xd8\xff" + bytes(6 * 2**20))
    await story.sends("林小满", type="image", MediaId=large.json()["media_id"])
    await story.product.catch_up()
    assert files(story) == 0
    assert await story.says("林小满", "我的图片") == "还没有图片和语音。打卡之后发来，就会收好。"
    for _ in range(9):
        await story.sends("林小满", type="image")
    assert await story.sends("林小满", type="image") == "今天已经收了 9 件，这一件没有留。"
    await story.product.catch_up()
    assert files(story) == 9
    assert await story.says("林小满", "撤销打卡") == ASKS
    await story.says("林小满", "1")
    await story.product.catch_up()
    assert files(story) == 0
    # Of a day without a check-in nothing stays.
    await story.sends("林小满", type="image")
    await story.time("2026-07-02 06:00")
    with story.product.database.reading() as db:
        assert db.exec(select(Keepsake)).all() == []


async def test_nothing_is_kept_of_whoever_did_not_agree_to_it(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "打卡")
    await story.sends("林小满", type="image")
    await story.product.catch_up()
    assert files(story) == 1
    assert "都删了" in await story.says("林小满", "撤回同意 留存")
    await story.product.catch_up()
    assert files(story) == 0
    voice = {"type": "voice", "MediaId": "EMULATED_VOICE", "Recognition": "打卡，读了二十页。"}
    assert "同意留存" in await story.sends("林小满", type="image")
    await story.sends("林小满", **voice)
    await story.product.catch_up()
    assert files(story) == 0
    await story.says("林小满", "同意留存")
    assert "图片收好了" in await story.sends("林小满", type="image")


async def test_a_check_in_may_be_spoken(story: Story) -> None:
    await begins(story)
    voice = {"type": "voice", "MediaId": "EMULATED_VOICE"}
    assert await story.sends("林小满", **voice, Recognition="打卡，读了二十页。") == "已记下今天的学习。读了 20 页。"
    assert "语音收好了" in await story.sends("林小满", **voice, Recognition="今天读得很有收获")
    await story.product.catch_up()
    assert files(story) == 2
    assert "语音「今天读得很有收获」" in await story.says("林小满", "我的语音")


async def test_a_platform_that_is_busy_is_asked_again(story: Story) -> None:
    await begins(story)
    await story.says("林小满", "打卡")
    await story.sends("林小满", type="image")
    await story.post("faults", [{"path": "/cgi-bin/media/get", "errcode": -1, "times": 1}])
    await story.product.catch_up()
    assert files(story) == 0
    await story.product.catch_up()
    assert files(story) == 1


async def test_an_admins_picture_is_for_a_broadcast_and_after_a_check_in_for_both(story: Story) -> None:
    await story.joins("书记甲")
    assert "广播图片" in await story.sends("书记甲", type="image")
    await story.says("书记甲", "打卡")
    both = (await story.sends("书记甲", type="image")).splitlines()
    assert both[0] == "图片收好了，和今天的打卡放在一起，只有您看得到。"
    assert "广播图片" in both[1]


async def test_where_nothing_is_kept_or_made_up_it_is_said(story: Story) -> None:
    off = story.product.config.checkin.model_copy(update={"makeup_days": 0, "keepsake_megabytes": 0})
    story.product.means.config = story.product.config.model_copy(update={"checkin": off})
    await begins(story)
    await story.says("林小满", "打卡")
    assert "看不懂图" in await story.sends("林小满", type="image")
    assert await says(story, "补卡 昨天", "改打卡 读了3页") == [
        "这里不补以前的打卡，只记当天的。",
        "已改好今天的记录。读了 3 页。",
    ]
