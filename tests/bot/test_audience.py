"""Whom a few words mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audience import Places, described, head_and_text, read
from bot.misread import Misread
from bot.texts import Texts
from models.branch import Branch

NODES = [
    Branch(id=1, name="机关支部", path="/1/"),
    Branch(id=2, name="第一小组", path="/1/2/"),
    Branch(id=3, name="第二小组", path="/1/3/"),
    Branch(id=4, name="青年支部", path="/1/4/"),
    Branch(id=5, name="第二小组", path="/1/4/5/"),
]
PARTY = Texts.load("party")
PLACES = Places(NODES, PARTY)


def facts(words: str) -> dict[str, object]:
    return {name: value for name, value in read(words, PLACES).audience.items() if name != "within"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", {}),
        ("全体", {}),
        ("机关支部", {}),
        ("第一小组", {"places": [2]}),
        ("第一小组、青年支部", {"places": [2, 4]}),
        ("青年支部/第二小组", {"places": [5]}),
        ("机关支部/第二小组 组长", {"places": [3], "roles": ["leader"]}),
        ("书记 管理员", {"roles": ["secretary", "admin"]}),
        ("支部书记 小组长", {"roles": ["secretary", "leader"]}),
        ("#书法 ＃合唱 #书法", {"tags": ["书法", "合唱"]}),
        ("未绑定", {"bound": False}),
        ("七天没打卡", {"unchecked": 7}),
        ("7 天没打卡", {"unchecked": 7}),
        ("三十天内没有打卡", {"unchecked": 30}),
        ("今天没打卡", {"unchecked": 1}),
        ("最近两天打过卡", {"checked": 2}),
        ("三天没打卡 十天内打过卡", {"unchecked": 3, "checked": 10}),
    ],
)
def test_words_and_what_they_mean(words: str, expected: dict[str, object]) -> None:
    assert facts(words) == expected


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("第九小组", "audience.word_unknown"),
        ("第二小组", "audience.place_unclear"),
        ("已绑定 未绑定", "audience.word_against"),
        ("三天没打卡 五天没打卡", "audience.word_against"),
        ("零天没打卡", "audience.days_unclear"),
        ("999天没打卡", "audience.days_unclear"),
        ("#", "audience.word_unknown"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(words: str, key: str) -> None:
    with pytest.raises(Misread) as refused:
        read(words, PLACES)
    assert refused.value.key == key
    assert refused.value.said(PARTY)


def test_one_place_signs_and_several_do_not() -> None:
    assert read("第一小组 书记", PLACES).node.id == 2
    assert read("第一小组 青年支部", PLACES).node.id == 1
    # The top is everybody, whatever stands beside it.
    assert read("机关支部 第一小组", PLACES).audience == {"within": "/1/"}


@pytest.mark.parametrize(
    ("written", "expected", "text"),
    [
        ("明天开会", {}, "明天开会"),
        ("通知：明天开会", {}, "通知：明天开会"),
        ("时间 9:00，地点三楼", {}, "时间 9:00，地点三楼"),
        ("第一小组：时间：九点", {"places": [2]}, "时间：九点"),
        ("青年支部 #书法 七天没打卡: 带上笔", {"places": [4], "tags": ["书法"], "unchecked": 7}, "带上笔"),
        ("全体：书记 说：开会", {}, "书记 说：开会"),
        ("书记 明天 9:00 在三楼讲课", {}, "书记 明天 9:00 在三楼讲课"),
        ("青年支部 的安排见 https://example.org", {}, "青年支部 的安排见 https://example.org"),
        ("青年支部：https://example.org", {"places": [4]}, "https://example.org"),
        ("开会\n第一小组：三楼", {}, "开会\n第一小组：三楼"),
    ],
)
def test_in_the_chat_they_stand_before_a_colon(written: str, expected: dict[str, object], text: str) -> None:
    addressed, left = head_and_text(written, PLACES)
    assert ({name: value for name, value in addressed.audience.items() if name != "within"}, left) == (expected, text)


def test_a_head_that_is_half_understood_would_reach_everybody_and_is_refused() -> None:
    with pytest.raises(Misread) as refused:
        head_and_text("第一小组 书计：开会", PLACES)
    assert "「书计」" in refused.value.said(PARTY)


def test_the_forecast_says_it_in_words() -> None:
    def said(words: str) -> str:
        return described(read(words, PLACES), PLACES, PARTY)

    assert said("") == "机关支部全体"
    assert said("第一小组") == "第一小组"
    assert said("第一小组 书记 #书法 未绑定") == "第一小组，支部书记，#书法，未绑定"
    assert said("七天没打卡") == "机关支部全体里符合「7 天没打卡」的"


WORDS = ("第一小组", "青年支部", "书记", "组长", "#书法", "#合唱", "已绑定", "七天没打卡", "全体")


@given(st.lists(st.sampled_from(WORDS), max_size=6).flatmap(lambda words: st.permutations([*words, *words])))
def test_neither_the_order_nor_saying_it_twice_changes_anything(shuffled: list[str]) -> None:
    words = sorted(set(shuffled))
    assert _sorted(facts(" ".join(words))) == _sorted(facts("、".join(shuffled)))


@given(st.text(max_size=40))
def test_whatever_is_written_it_is_understood_or_refused_and_never_lost(written: str) -> None:
    try:
        addressed, text = head_and_text(written, PLACES)
    except Misread as error:
        refused = error
    else:
        assert addressed.audience["within"] == "/1/"
        assert text in written
        return
    assert refused.said(PARTY)


def _sorted(found: dict[str, object]) -> dict[str, object]:
    return {name: sorted(value) if isinstance(value, list) else value for name, value in found.items()}
