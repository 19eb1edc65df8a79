"""Links in pushes: signed, nobody's name in them, leading nowhere but where the push leads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.links import LIFETIME, Links, Mark, links_in
from bot.texts import Texts
from bot.wording import Wording
from models.broadcast import BroadcastKind
from scheduler.messenger import Outgoing

BASE = "https://study.example.cn"
LINKS = Links(BASE, b"a secret of thirty-two characters")
DUE = datetime(2026, 7, 1, 4, tzinfo=UTC)
DAY = DUE.date()

marks = st.builds(
    Mark,
    push_id=st.integers(0, 2**40 - 1),
    place=st.integers(0, 255),
    until=st.dates(date(1970, 1, 1), date(2149, 1, 1)),
)
words = st.text(st.characters(codec="utf-8"), max_size=30)
addresses = st.from_regex(r"https?://[a-z0-9.]{1,20}/[A-Za-z0-9/?=&%#_-]{0,30}[A-Za-z0-9]", fullmatch=True)
texts = st.lists(st.one_of(words, addresses), max_size=8).map(" ".join)


def push(kind: BroadcastKind = BroadcastKind.TEXT) -> Outgoing:
    return Outgoing(7, 1, 3, "oLinXiaoMan", "林小满", kind, DAY, DAY, DUE)


def found_in(text: str) -> list[str]:
    return [text[begin:end] for begin, end in links_in(text)]


@given(marks)
def test_what_is_signed_is_read(mark: Mark) -> None:
    assert LINKS.read(LINKS.sign(mark)) == mark


@given(marks, st.integers(0, 10_000), st.integers(1, 63))
def test_whatever_is_changed_is_refused(mark: Mark, place: int, step: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = LINKS.sign(mark)
    place %= len(token)
    other = alphabet[(alphabet.index(token[place]) + step) % 64]
    forged = token[:place] + other + token[place + 1 :]
    # The last letter carries two bits that nobody reads.
    assert LINKS.read(forged) in ((None, mark) if place == len(token) - 1 else (None,))


@given(st.text(max_size=60))
@example("")
@example("ä" * 27)
def test_whatever_else_is_refused(token: str) -> None:
    assert LINKS.read(token) is None


def test_another_secret_signs_differently() -> None:
    mark = Mark(7, 0, DAY)
    assert Links(BASE, b"another secret of thirty-two chars").read(LINKS.sign(mark)) is None


@given(texts)
def test_each_link_leads_to_its_own(text: str) -> None:
    led = LINKS.led(push(), text)
    before, after = found_in(text), found_in(led)
    if led == text:
        return
    assert len(led.encode()) <= 2000
    assert len(after) == len(before)
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        mark = LINKS.read(new.rpartition("/")[2])
        assert mark is not None
        assert (mark.push_id, before[mark.place]) == (7, old)
        assert mark.place == place
        assert mark.until == DAY + LIFETIME
    for old, new in zip(before, after, strict=True):
        text = text.replace(old, "x", 1)
        led = led.replace(new, "x", 1)
    assert text == led


def test_nobody_is_named() -> None:
    led = LINKS.led(push(), "看这里 https://a.cn/b")
    assert led.startswith(f"看这里 {BASE}/m/l/")
    assert len(led) < len(f"看这里 {BASE}/m/l/") + 30
    assert not {"oLinXiaoMan", "a.cn", "林小满"} & set(led.split("/"))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("见https://a.cn/b。谢谢", ["https://a.cn/b"]),
        ("（https://a.cn/b）", ["https://a.cn/b"]),
        ("(see https://a.cn/b).", ["https://a.cn/b"]),
        ("https://a.cn/wiki_(b)", ["https://a.cn/wiki_(b)"]),
        ('<a href="http://a.cn/?x=1&y=2">看</a>', ["http://a.cn/?x=1&y=2"]),
        ("HTTPS://A.CN/B, http://c.cn", ["HTTPS://A.CN/B", "http://c.cn"]),
        ("https://... http://", []),
        ("weixin://dl javascript:alert(1) ftp://a.cn", []),
    ],
)
def test_what_a_link_is(text: str, links: list[str]) -> None:
    assert found_in(text) == links


def test_what_is_ours_already_and_what_is_forgotten_stays() -> None:
    for text in (f"{BASE}/m/l/AAA", f"{BASE}/console"):
        assert LINKS.led(push(), text) == text
    for kind in (BroadcastKind.ANSWER, BroadcastKind.BIRTHDAY_LIST):
        assert LINKS.led(push(kind), "https://a.cn") == "https://a.cn"


def test_a_text_that_would_grow_too_long_is_left_as_it_was() -> None:
    text = "长" * 650 + " http://a.cn"
    assert LINKS.led(push(), text) == text
    assert LINKS.read(LINKS.sign(Mark(1, 0, DAY + timedelta(days=1)))) is not None


def test_a_link_beside_the_words_leads_over_here_too() -> None:
    texts = Texts.load("party")
    topic = replace(
        push(BroadcastKind.TOPIC), facts={"title": "甲", "link": "https://a.cn/b", "summary": "http://c.cn"}
    )
    token = Wording(texts, LINKS).link(topic).removeprefix(f"{BASE}/m/l/")
    mark = LINKS.read(token)
    assert mark is not None
    assert found_in(Wording(texts).plain(topic))[mark.place] == "https://a.cn/b"
    assert Wording(texts).link(topic) == "https://a.cn/b"
    for link in ("", "javascript:alert(1)", "weixin://dl"):
        assert Wording(texts, LINKS).link(replace(topic, facts={"title": "甲", "link": link})) == ""
