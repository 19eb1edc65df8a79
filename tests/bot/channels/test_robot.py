"""What a robot's address looks like, and how much a robot takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.robot import MARKDOWN_BYTES, TEXT_BYTES, key_of, message
from bot.channels.seal import Seal

BASE = "https://qyapi.weixin.qq.com"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (f"{BASE}/cgi-bin/webhook/send?key=abc", "abc"),
        (f"  {BASE}/cgi-bin/webhook/send?key=abc\n", "abc"),
        (f"{BASE}/cgi-bin/webhook/send", None),
        (f"{BASE}/cgi-bin/webhook/send?key=", None),
        (f"{BASE}/cgi-bin/webhook/send?key=a&key=b", None),
        (f"{BASE}.elsewhere.example/cgi-bin/webhook/send?key=abc", None),
        ("http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc", None),
        ("json://127.0.0.1/", None),
    ],
)
def test_a_robots_address_is_wecoms_own_with_one_key(address: str, key: str | None) -> None:
    assert key_of(address, BASE) == key


def test_a_base_with_a_path_serves_too() -> None:
    assert key_of("http://127.0.0.1:8000/emulator/cgi-bin/webhook/send?key=k", "http://127.0.0.1:8000/emulator") == "k"


@given(st.text(alphabet="学a\n", min_size=1, max_size=2000))
def test_a_text_goes_whole_or_not_at_all(text: str) -> None:
    size, body = len(text.encode()), message(text)
    if size > MARKDOWN_BYTES:
        assert body is None
    else:
        kind = "text" if size <= TEXT_BYTES else "markdown"
        assert body == {"msgtype": kind, kind: {"content": text}}


def test_a_seal_opens_with_its_own_secret_alone() -> None:
    ours, theirs = Seal(b"one secret"), Seal(b"another")
    sealed = ours.close("https://example.org/?key=abc")
    assert "abc" not in sealed
    assert ours.open(sealed) == "https://example.org/?key=abc"
    assert theirs.open(sealed) is None
    assert ours.digest("a") == ours.digest("a") != ours.digest("b") != theirs.digest("b")
