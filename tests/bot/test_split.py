"""Cutting a long answer: nothing is lost, nothing is too long, and sentences stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import split


def test_a_text_that_fits_stays_whole() -> None:
    assert split("") == [""]
    assert split("一句话。", limit=12) == ["一句话。"]


def test_the_cut_is_after_the_last_sentence_that_fits() -> None:
    assert split("甲说好。乙也说好。丙没说。", limit=30) == ["甲说好。乙也说好。", "丙没说。"]


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    assert split("他说：「好。」我们走。", limit=21) == ["他说：「好。」", "我们走。"]
    assert split("先。他说：「好。」走。", limit=24) == ["先。", "他说：「好。」", "走。"]


def test_without_a_sentence_end_the_cut_is_at_a_pause_and_else_anywhere() -> None:
    assert split("春天，夏天，秋天", limit=20) == ["春天，夏天，", "秋天"]
    assert split("春夏秋冬", limit=7) == ["春夏", "秋冬"]


def test_a_limit_too_small_for_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        split("春", limit=3)


LETTERS = st.one_of(st.sampled_from("。！？；，、\n 」）春夏a1😀"), st.characters(exclude_categories=["Cs"]))


@given(
    text=st.text(LETTERS),
    limit=st.integers(min_value=4, max_value=60),
)
def test_cutting_loses_nothing_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(len(part.encode()) <= limit for part in parts)
    assert all(parts) or text == ""
