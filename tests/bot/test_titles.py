"""Which title is meant."""

import pytest

from bot.titles import MOST, is_exact, match

TITLES = dict(enumerate(("乡土中国", "平凡的世界", "平凡的一天", "红楼梦", "红楼梦补", "How to Read", "一")))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("乡土中国", "乡土中国"),
        ("《乡土中国》", "乡土中国"),
        ("乡土", "乡土中国"),
        # The whole of a title is that title, whatever else begins so.
        ("红楼梦", "红楼梦"),
        ("ＨＯＷ to read", "How to Read"),
        ("世界", "平凡的世界"),
        ("一", "一"),
    ],
)
def test_a_whole_title_or_a_part_that_only_one_has_is_sure(written: str, title: str) -> None:
    found = match(written, TITLES)
    assert found.sure is not None
    assert TITLES[found.sure] == title


@pytest.mark.parametrize(
    ("written", "titles"),
    [
        ("平凡", ["平凡的世界", "平凡的一天"]),
        ("红楼", ["红楼梦", "红楼梦补"]),
        ("平凡的视界", ["平凡的世界"]),
        ("乡士中国", ["乡土中国"]),
        ("梦", []),
        ("三体", []),
        ("——", []),
        ("", []),
    ],
)
def test_what_is_in_several_or_merely_alike_is_never_sure(written: str, titles: list[str]) -> None:
    found = match(written, TITLES)
    assert found.sure is None
    assert [TITLES[key] for key in found.maybe] == titles


def test_no_more_are_offered_than_one_reads() -> None:
    assert len(match("第", {number: f"第{number}讲" for number in range(20)}).maybe) == 0
    assert len(match("讲座", {number: f"讲座{number}" for number in range(20)}).maybe) == MOST


def test_marks_and_width_do_not_tell_titles_apart() -> None:
    assert is_exact("《Ｈow To, Read》", "How to Read")
    assert not is_exact("How to", "How to Read")
