"""Identity-card numbers are recognised wherever they hide. Those here are nobody's: there is no region 900000."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.identity import asks_for_it, looks_like_it

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(day: date, order: int) -> str:
    """A number with a right check digit, of a region that doesn't exist."""
    first = f"900000{day:%Y%m%d}{order:03}"
    return first + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999))
def test_every_such_number_is_recognised(day: date, order: int) -> None:
    card = number(day, order)
    assert looks_like_it(card)
    assert looks_like_it(card.lower())
    assert looks_like_it(f"{card[:6]} {card[6:14]} {card[14:]}")
    # What a spreadsheet leaves of it when it takes it for a quantity.
    assert looks_like_it(card[:15] + "000")


@pytest.mark.parametrize(
    "text",
    ["", "13900000000", "900000198507011234567", "oLVPpjqs9BhvzwPj5A-vTYAX3GLc", "999999999999999999", "2026-07-01"],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not looks_like_it(text)


@pytest.mark.parametrize("header", ["身份证", "身份证号码", "公民身份号码", "证件号码", "id_card", "Identity number"])
def test_a_header_that_asks_for_it_is_enough(header: str) -> None:
    assert asks_for_it(header)


def test_no_column_of_ours_asks_for_it() -> None:
    for header in ("姓名", "支部", "加入日期", "手机", "openid", "离退休"):
        assert not asks_for_it(header)
