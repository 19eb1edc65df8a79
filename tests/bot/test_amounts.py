"""How much was read, as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.amounts import Amounts, amounts_in


@pytest.mark.parametrize(
    ("note", "pages", "chapters"),
    [
        ("读了20页", 20, 0),
        ("读了二十页", 20, 0),
        ("翻了两百页", 200, 0),
        ("20-35页", 16, 0),
        ("第20页到第35页", 16, 0),
        ("上午10页，下午5页", 15, 0),
        ("读到第20页", 0, 0),
        ("第三章", 0, 1),
        ("读了三章", 0, 3),
        ("第三到五章", 0, 3),
        ("第3章至第5章", 0, 3),
        ("第三、四章", 0, 2),
        ("第三章和第四章", 0, 2),
        ("第三章 20 页", 20, 1),
        ("二十頁", 20, 0),
        ("学习党章", 0, 0),
        ("学习规章制度三章程", 0, 0),
        ("五到三页", 0, 0),
        ("", 0, 0),
    ],
)
def test_pages_and_chapters(note: str, pages: int, chapters: int) -> None:
    found = amounts_in(note)
    assert (found.pages, found.chapters) == (pages, chapters)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("读了20页", 0),
        ("很有启发", 0),
        ("心得：很有启发", 4),
        ("读了第三章，体会是要从身边的小事做起", 12),
        ("《怎样读一份说明书》第一章", 0),
        ("心得", 0),
    ],
)
def test_thoughts_are_counted_in_characters(note: str, words: int) -> None:
    assert amounts_in(note).words == words


@given(st.text(max_size=60))
def test_whatever_is_written_is_some_amount(note: str) -> None:
    found = amounts_in(note)
    assert min(found.pages, found.chapters, found.words) >= 0
    assert found == Amounts(**found.row)
