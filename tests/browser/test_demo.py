"""The demo as a visitor meets it: the six steps, writing freely, being anybody."""

import csv
import re
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import STEP_MS, STRANGER, WIDTHS

SAMPLES = Path(__file__).parents[2] / "samples"
NOTICE = "演示环境，不连接微信，数据只在本机，人名均为虚构"


def joined_in(name: str) -> int:
    """The year in which somebody of the sample branch joined."""
    with (SAMPLES / "members.csv").open(encoding="utf-8-sig") as roster:
        row = next(row for row in csv.DictReader(roster) if row["姓名"] == name)
    return int(row["加入日期"][:4])


@WIDTHS
def test_the_six_steps_within_a_minute(visit_new: Visit, width: int, height: int) -> None:
    visitor = visit_new(width, height)
    page = visitor.page
    expect(page.get_by_text(NOTICE)).to_be_visible()
    member = visitor.owner("member")
    began = time.monotonic()

    # This morning's topic lies in the chat already, and so do two months before it.
    assert "今日学习" in visitor.bubbles("member")[0]
    assert visitor.phone("member").locator(".bubble").count() > 60
    assert "客服消息" in visitor.play(1)

    assert "被动回复" in visitor.play(2)
    said, answer = visitor.bubbles("member", 2)
    assert said == f"{member}：打卡 读了第三章"
    assert "已记下今天的学习" in answer

    words = visitor.play(3)
    this_year = int(page.evaluate("new Date().getFullYear()"))
    years = re.search(r"入党满 (\d+) 年", words)
    assert years is not None
    assert int(years[1]) in (this_year - joined_in(member), this_year + 1 - joined_in(member))
    assert any(f"入党已经 {years[1]} 年" in text for text in visitor.bubbles("member", 4))

    words = visitor.play(4)
    number = re.search(r"「确认 (\d+)」", words)
    assert number is not None
    assert any("确认" in text and number[1] in text for text in visitor.bubbles("secretary", 5))
    assert "支部大会" in visitor.bubbles("member")[0]

    visitor.play(5)
    asked, because = visitor.bubbles("secretary", 2)
    missing = re.search(r"为什么 (\S+) 没收到", asked)
    assert missing is not None
    assert "超过两天没给公众号发消息" in because
    assert visitor.owner("member") == missing[1]
    assert "支部大会" not in visitor.bubbles("member")[0]

    words = visitor.play(6)
    assert "未认证账号不能主动推" in words
    said, with_topic = visitor.bubbles("member", 2)
    assert said == f"{member}：打卡"
    assert "今日学习" in with_topic
    assert "【今日学习】" in visitor.bubbles("secretary")[0]
    assert time.monotonic() - began < 60


def test_what_waited_comes_with_the_answer(visit: Visit) -> None:
    """Whoever was silent for two days hasn't got the topic; one word from them brings it along."""
    visitor = visit()
    silent = next(one for one in visitor.ask("people")["people"] if one["reach"] == "closed")
    visitor.hand("member", silent["name"])
    # What came last may be the topic of a day before they fell silent.
    seen = visitor.bubbles("member")[0]
    answer = visitor.write("member", "打卡 补上这两天的")
    assert "已记下今天的学习" in answer
    # The branch's turn, or what they had missed where they had that before.
    topic = re.search("今日学习（.*", answer)
    assert topic is not None
    assert topic[0] not in seen


def test_the_wall_has_notes_of_the_two_months(visit: Visit) -> None:
    wall = visit().write("member", "心得墙").partition("：")[2]
    assert wall.startswith("心得墙上有 4 条：")
    assert wall.count("一位同志") == 1


def test_a_stranger_follows_agrees_and_becomes_a_member(visit: Visit) -> None:
    visitor = visit()
    phone = visitor.phone("member")
    visitor.hand("member", STRANGER)
    expect(phone.locator("textarea")).to_be_disabled()
    phone.get_by_role("button", name="关注公众号").click()
    expect(phone.locator(".theirs")).to_have_count(1)
    assert "同意" in visitor.bubbles("member")[0]
    assert "没有保存" in visitor.write("member", "你好")
    visitor.write("member", "同意")

    unbound = next(one["name"] for one in visitor.ask("people")["people"] if one["reach"] == "unbound")
    phone.get_by_role("button", name=f"请书记给{unbound}发一个绑定码").click()
    phone.get_by_role("button", name="填进输入框").click()
    assert visitor.bubbles("secretary", 2)[0].endswith(f"绑定码 {unbound}")
    phone.get_by_role("button", name="发送").click()
    expect(phone.get_by_text(f"您是{unbound}")).to_be_visible()
    visitor.write("member", "1")
    expect(visitor.holder("member")).to_have_text(unbound)

    phone.get_by_role("button", name="公众号资料").click()
    phone.get_by_role("button", name="取消关注", exact=True).click()
    expect(phone.get_by_role("button", name="关注公众号")).to_be_visible()
    assert any(one["name"] == unbound and not one["following"] for one in visitor.ask("people")["people"])


def test_the_phone_screen_works_by_keyboard_alone(visit: Visit) -> None:
    """The tabs are tabs, a step is a button, and what it did is announced."""
    visitor = visit(390, 844)
    page = visitor.page
    page.get_by_role("tab", name="成员").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="书记")).to_be_focused()
    expect(visitor.phone("secretary")).to_be_visible()
    expect(visitor.phone("member")).to_be_hidden()
    page.get_by_role("button", name="打卡 读了第三章").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("被动回复", timeout=STEP_MS)
    expect(visitor.phone("member")).to_be_visible()


def test_what_arrives_behind_the_other_tab_is_counted(visit: Visit) -> None:
    """The topic of the next morning comes to both; whose phone lies behind shows that something is new."""
    visitor = visit(390, 844)
    visitor.turn("明早")
    tab = visitor.page.get_by_role("tab", name="书记")
    expect(tab).to_contain_text("条新消息")
    tab.click()
    expect(tab).not_to_contain_text("条新消息")
