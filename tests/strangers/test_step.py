"""What a step says that a client must give is really asked for."""

from typing import Any

import pytest

from tests.strangers.step import fits


@pytest.mark.parametrize(
    ("pattern", "value", "fitting"),
    [
        ({"a": int}, {"a": 0, "b": 1}, True),
        ({"a": int}, {"b": 1}, False),
        ({"a": int}, {"a": "1"}, False),
        ({"a": str}, {"a": ""}, False),
        ({"a": {"b": [1]}}, {"a": {"b": [1, 2]}}, False),
        ({"a": {"b": [dict, {"c": 2}]}}, {"a": {"b": [{"d": 1}, {"c": 2}]}}, True),
        ([{"a": 1}], [{"a": 2}], False),
        ("ok", "ok", True),
        ({"a": 1}, None, False),
    ],
)
def test_a_result_fits_what_was_said_of_it(pattern: Any, value: Any, fitting: bool) -> None:
    assert fits(pattern, value) is fitting
