"""A table of people and columns, and a text with the columns in braces."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import begging, filled, read_card, variables
from bot.files.faults import FileError
from bot.files.letters import Letter, Letters, Reader, samples, write_letters
from bot.files.sheet import read_sheet
from bot.misread import Misread
from bot.texts import Texts

PARTY = Texts.load("party")
READERS = [
    Reader(1, "晨知远", "第一小组", "oZhiyuan", 29),
    Reader(2, "林小满", "第二小组", "", None),
    Reader(3, "重名人", "第一小组", "", 3),
    Reader(4, "重名人", "第二小组", "", 4),
]


def written(table: str, text: str, **fits: Any) -> Letters:
    return write_letters(read_sheet(table.encode()), text, READERS, fits.get("fits", lambda _letter: True))


def faults(letters: Letters) -> list[str]:
    return [fault.said(PARTY) for fault in letters.faults]


def test_each_row_is_a_letter_with_the_columns_that_the_text_names() -> None:
    letters = written("姓名,座位,用餐\n晨知远,三排一座,是\n林小满,三排二座,否\n", "{称呼}，您的座位是{座位}。")
    assert [(one.reader.member_id, one.columns) for one in letters.good] == [
        (1, {"座位": "三排一座"}),
        (2, {"座位": "三排二座"}),
    ]
    assert [remark.said(PARTY) for remark in letters.remarks] == ["「用餐」这一列在正文里没有用到。"]
    assert letters.faults == ()


def test_years_come_from_the_roster_where_it_knows_them_and_no_column_says_otherwise() -> None:
    letters = written("姓名\n晨知远\n林小满\n", "入党{年数}年")
    assert [one.columns for one in letters.good] == [{"年数": "29"}]
    assert faults(letters) == ["第 3 行：林小满的「年数」是空的，正文里要用。"]
    assert written("姓名,年数\n林小满,1\n", "入党{年数}年").good[0].columns == {"年数": "1"}


def test_what_is_wrong_is_said_row_by_row_and_nothing_is_guessed() -> None:
    table = "姓名,小组,座位\n晨知远,,一座\n谁也不是,,二座\n重名人,,三座\n重名人,第二小组,四座\n晨知远,,五座\n林小满,,\n"
    letters = written(table, "{座位}")
    assert [one.reader.member_id for one in letters.good] == [1, 4]
    assert faults(letters) == [
        "第 3 行：名册上没有「谁也不是」，或者已经停用。",
        "第 4 行：名册上有几位重名人，请加上「小组」一列。",
        "第 6 行：晨知远在第 2 行已经有了。",
        "第 7 行：林小满的「座位」是空的，正文里要用。",
    ]


def test_a_variable_without_a_column_stops_everything() -> None:
    letters = written("姓名,座位\n晨知远,一座\n", "{坐位}")
    assert letters.good == ()
    assert faults(letters) == ["正文里的「坐位」没有对应的列，可以用的有：姓名、座位、称呼、年数。"]


def test_people_may_be_named_by_their_openid_alone() -> None:
    letters = written("openid,座位\noZhiyuan,一座\n", "{座位}")
    assert [one.reader.name for one in letters.good] == ["晨知远"]
    with pytest.raises(FileError) as refused:
        written("座位,排\n一座,2\n", "{座位}")
    assert "不知道每一行发给谁" in refused.value.said(PARTY)


def test_identity_cards_are_refused_here_as_everywhere() -> None:
    with pytest.raises(FileError):
        written("姓名,身份证号\n晨知远,略\n", "{身份证号}")


def test_what_no_message_can_carry_is_a_fault_of_its_row() -> None:
    letters = written("姓名,话\n晨知远,短\n林小满,长长长\n", "{话}", fits=lambda letter: len(letter.columns["话"]) < 3)
    assert faults(letters) == ["第 3 行：给林小满的内容太长，一条消息放不下。"]


def test_three_people_are_shown_before_anything_is_sent() -> None:
    letters = [Letter(row, READERS[0], {"话": "长" * row}) for row in (5, 2, 9, 7)]
    assert [one.row for one in samples(letters, lambda letter: len(letter.columns["话"]))] == [5, 2, 9]
    assert samples([], lambda _letter: 0) == []


@given(st.text(max_size=60), st.dictionaries(st.text("座位排", min_size=1, max_size=3), st.text(max_size=8)))
def test_whatever_the_values_hold_only_variables_are_replaced_and_once(text: str, values: dict[str, str]) -> None:
    assert filled(text, {}) == text
    assert all(f"{{{name}}}" in text for name in variables(text))
    left = filled("{座}|{座}", values)
    assert left == (f"{values['座']}|{values['座']}" if "座" in values else "{座}|{座}")


@pytest.mark.parametrize("text", ["看完收到请回复。", "请回复收到", "求回复", "请大家点赞"])
def test_begging_is_found(text: str) -> None:
    assert begging(text)


@pytest.mark.parametrize("text", ["明天开会，请带笔记。", "已收到各组的计划。", "有事请回复书记。"])
def test_ordinary_requests_are_none(text: str) -> None:
    assert begging(text) == ""


def test_a_card_is_a_title_a_description_and_addresses() -> None:
    description, card = read_card("安排｜请早到｜https://example.org/1")
    assert (description, card) == ("请早到", {"title": "安排", "url": "https://example.org/1", "picture_url": ""})
    for wrong in ("", "只有标题", "https://example.org", "长" * 65 + "\nhttps://example.org"):
        with pytest.raises(Misread):
            read_card(wrong)
