"""What is much the same as another text, and what isn't."""

import pytest

from bot.likeness import is_near_copy, length

# Two people about the same lesson, and a third text that both could have had before them.
MATERIAL = (
    "清晨读书，贵在有恒。每天读上十页，一年便是三千多页；读过之后合上书本，用自己的话把要点说一遍，"
    "说不清楚的地方，正是还没有读懂的地方。把这些地方记下来，第二天带着问题再读，读书便成了和作者谈话。"
)
ONE = (
    "这一课讲读书要有恒，我想到自己订了计划总是半途而废。从这周起，我打算只定五页，读完在本子上写一句话，"
    "哪怕写得不好也不跳过，先把每天坐下来这件事做到。"
)
OTHER = (
    "今天学了怎样读书。以前我图快，翻完就算学过，问起来什么也说不上。组里老张说他每天早饭前读两页，"
    "读不懂的画个圈，晚上再看。我觉得这个办法笨，可是管用，想跟着试一个月。"
)


def changed(text: str) -> str:
    """A copy with a word changed here and there."""
    return text.replace("每天", "每日").replace("一年便是", "一年就有").replace("第二天", "隔天").replace("，", ", ")


@pytest.mark.parametrize(
    "copy",
    [
        MATERIAL,
        changed(MATERIAL),
        MATERIAL.replace("，", "").replace("。", "\n"),
        MATERIAL[20:70],
        MATERIAL + "说得好。",
        "学习体会：" + MATERIAL,
    ],
    ids=["whole", "a few words changed", "other marks", "a piece", "a word more", "a head"],
)
def test_a_copy_is_found(copy: str) -> None:
    assert is_near_copy(copy, [ONE, MATERIAL])


@pytest.mark.parametrize(
    "own",
    [
        ONE,
        OTHER,
        "「说不清楚的地方，正是还没有读懂的地方」，这句话说的就是我。" + ONE,
        MATERIAL + ONE,
        "今天天气很好，跟老同事一起去公园走了走，没有读书。",
        "好",
    ],
    ids=["one", "the other", "a quotation", "as much again", "something else", "a word"],
)
def test_thoughts_of_ones_own_are_none(own: str) -> None:
    others = {ONE: OTHER, OTHER: ONE}.get(own, OTHER)
    assert not is_near_copy(own, [MATERIAL, others])


def test_a_piece_is_found_wherever_it_stands_in_a_long_text() -> None:
    # The same letters again and again: any short text has them all, but not in one place.
    book = "".join(chr(0x4E00 + (number * number * 7 + number) % 900) for number in range(3000))
    for start in range(0, 2900, 97):
        assert is_near_copy(book[start : start + 60], ["短", book])
    assert not is_near_copy(ONE, [book])


def test_nothing_is_like_nothing() -> None:
    assert not is_near_copy("", ["", MATERIAL])
    assert not is_near_copy("，。！", [MATERIAL])
    assert not is_near_copy(ONE, [])


def test_marks_and_spaces_have_no_length() -> None:
    assert length("读了 3 章，很好。\n") == 6
