"""Loading the sentences of a pack, filling them, and writing dates and names."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.texts import TextError, Texts, packs


def test_there_is_a_party_pack_and_one_that_is_no_party_at_all() -> None:
    assert {"party", "reading-club"} <= set(packs())


def test_an_unknown_pack_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(TextError, match=r"「choir」.*party、reading-club"):
        Texts.load("choir")


def test_all_packs_give_the_same_terms() -> None:
    assert len({frozenset(Texts.load(pack).terms) for pack in packs()}) == 1


def test_a_sentence_is_filled_with_values_and_terms() -> None:
    assert Texts.load("party")("checkin.streak", days=3) == "连续第 3 天。"
    assert Texts.load("party")("roles.not_admin") == "这件事由支部书记或管理员来做。"


def test_an_unknown_key_and_a_missing_value_are_named() -> None:
    party = Texts.load("party")
    with pytest.raises(TextError, match=r"checkin\.dnoe"):
        party("checkin.dnoe")
    with pytest.raises(TextError, match=r"checkin\.streak.*days"):
        party("checkin.streak")
    with pytest.raises(TextError, match=r"checkin\.dnoe"):
        party.variables("checkin.dnoe")


def test_what_a_member_wrote_is_never_read_as_a_placeholder() -> None:
    assert Texts.load("party")("checkin.month_note", day=1, note="{name} {组织} {0}") == "1日 {name} {组织} {0}"


def test_dates_are_written_as_people_write_them() -> None:
    party = Texts.load("party")
    assert party.date(date(2026, 7, 1)) == "7月1日（周三）"
    assert party.date(date(2026, 7, 1), date(2026, 1, 1)) == "7月1日（周三）"
    assert party.date(date(2025, 12, 28), date(2026, 1, 1)) == "2025年12月28日（周日）"


def test_a_moment_is_told_by_how_near_it_is() -> None:
    party, now = Texts.load("party"), datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    assert party.moment(datetime(2026, 7, 1, 7, 40, tzinfo=UTC), now) == "今天 7:40"
    assert party.moment(datetime(2026, 6, 30, 21, 5, tzinfo=UTC), now) == "昨天 21:05"
    assert party.moment(datetime(2026, 6, 29, 8, 0, tzinfo=UTC), now) == "6月29日（周一）8:00"


def test_a_long_list_of_names_ends_with_how_many_there_are() -> None:
    party = Texts.load("party")
    assert party.names(["钟一", "钟二"]) == "钟一、钟二"
    assert party.names(["钟一", "钟二", "钟三"], most=2) == "钟一、钟二等 3 人"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of texts with one sentence and one pack, to be spoilt by a test."""
    (tmp_path / "sentences").mkdir()
    (tmp_path / "packs" / "choir" / "sentences").mkdir(parents=True)
    (tmp_path / "sentences" / "song.toml").write_text('next = "{成员}们，下面唱{title}。"\n', encoding="utf-8")
    (tmp_path / "packs" / "choir" / "terms.toml").write_text('"成员" = "团员"\n', encoding="utf-8")
    return tmp_path


def test_a_pack_of_ones_own_loads(shelf: Path) -> None:
    assert Texts.load("choir", shelf)("song.next", title="《茉莉花》") == "团员们，下面唱《茉莉花》。"


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("packs/choir/sentences/song.toml", 'encore = "再来一遍"', r"song\.encore.*no base file"),
        ("packs/choir/sentences/song.toml", 'next = "{composer}"', "composer"),
        ("packs/choir/terms.toml", '"会长" = "团长"', "成员"),
        ("packs/choir/terms.toml", '"成员" = "{x}"', "braces"),
        ("sentences/song.toml", "next = 1", "plain string"),
        ("sentences/song.toml", 'next = "{title.upper}"', "plain placeholder"),
        ("sentences/song.toml", 'next = "{title!r}"', "plain placeholder"),
        ("sentences/song.toml", 'next = "{}"', "plain placeholder"),
        ("sentences/song.toml", 'next = "{title"', r"song\.next"),
        ("sentences/song.toml", 'next = "唱完请务必回复 1。"', "务必回复"),
        ("packs/choir/sentences/song.toml", 'next = "不回复，就不再唱{title}。"', "不回复，就"),
    ],
)
def test_a_file_that_could_surprise_a_member_is_refused(shelf: Path, file: str, content: str, complaint: str) -> None:
    (shelf / file).write_text(content, encoding="utf-8")
    with pytest.raises(TextError, match=complaint):
        Texts.load("choir", shelf)


def test_every_sentence_is_said_somewhere() -> None:
    root = Path(__file__).parents[2]
    rooms = [root / "bot", root / "scheduler"]
    files = [file for room in rooms for kind in ("*.py", "*.html") for file in room.rglob(kind)]
    code = "\n".join(file.read_text("utf-8") for file in files)
    # `f"why.{cause}"` says every sentence that fits; a name in quotes inside such a string is a sentence too.
    patterns = [
        re.compile(re.sub(r"\\{.*?\\}", ".*", re.escape(made))) for made in re.findall(r'f"([a-z_]+\.[^"]*)"', code)
    ]
    patterns += [re.compile(re.escape(made) + ".*") for made in re.findall(r"f'([a-z_]+\.)\{", code)]
    quoted = set(re.findall(r"""(?=["']([a-z_.]+)["'])""", code))
    unsaid = [
        key
        for key in Texts.load("party").keys
        if key not in quoted and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unsaid == []
