"""`chenzhong pack`: an organisation writes its own words, and is told what is wrong with them."""

from pathlib import Path

import pytest

from bot.config import Config
from bot.texts import Texts, packs
from tests.bot.commands.conftest import Terminal


@pytest.fixture
def own(on_sqlite: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reading club's words, in the folder in which the commands are typed."""
    monkeypatch.chdir(tmp_path)
    said = on_sqlite.types("pack", "new", "choir", "--like", "reading-club")
    assert said.status == 0
    assert "chenzhong pack lint ./choir" in "\n".join(said.lines)
    return tmp_path / "choir"


def write(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_words_of_ones_own_are_what_members_read(own: Path, on_sqlite: Terminal) -> None:
    write(own / "terms.toml", '"成员" = "书友"', '"成员" = "团员"')
    write(own / "sentences" / "checkin.toml", "记下了，今天读了书。", "记下了，今天练过了。")
    said = on_sqlite.types("pack", "lint", "choir")
    assert (said.status, said.lines[-1]) == (
        0,
        "可以用，上面有 3 处值得再看一眼。要用它，把配置里的 organisation.terms 写成 ./choir。",
    )
    organisation = Config.model_validate({"organisation": {"terms": "./choir"}}).organisation
    texts = Texts.load(organisation.terms)
    assert texts("checkin.done") == "记下了，今天练过了。"
    assert texts.terms["成员"] == "团员"


@pytest.mark.parametrize(
    ("file", "before", "after", "complaint"),
    [
        ("terms.toml", '"成员" = "书友"\n', "", "terms.toml：缺「成员」，党支部的写法是「同志」。"),
        ("terms.toml", '"成员" = "书友"', '"成员" = ""', "terms.toml：「成员」是空的。"),
        ("terms.toml", '"成员" = "书友"', '"成员" = "{name}"', "terms.toml：「成员」里不能有花括号。"),
        ("terms.toml", "1900", "去年", "terms.toml：「最早年份」是「去年」，应是四位数的年份。"),
        ("sentences/bind.toml", "done =", "dnoe =", "没有 bind.dnoe 这一句"),
        ("sentences/bind.toml", "，{name}。每天", "，{nmae}。每天", "bind.done 里的 nmae 填不上，可以用的有：name。"),
        ("sentences/bind.toml", "，{name}。每天", "，{name。每天", "bind.done 的花括号不对"),
        ("sentences/bind.toml", "每天读完回复 打卡", "每天务必回复", "bind.done 在要人回复：「务必回复」。"),
        ("sentences/bind.toml", "done = ", "done = 1 #", "sentences/bind.toml：读不了"),
        ("menu.toml", 'name = "打卡"', 'name = "打卡打卡打卡打卡"', "「打卡打卡打卡打卡」太长"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_file(
    own: Path, on_sqlite: Terminal, file: str, before: str, after: str, complaint: str
) -> None:
    write(own / file, before, after)
    said = on_sqlite.types("pack", "lint", "choir")
    assert said.status == 1
    assert complaint in "\n".join(said.lines)
    assert any(line.startswith("有 ") for line in said.lines)


@pytest.mark.parametrize(
    ("before", "after", "doubt"),
    [
        ("认识你很高兴，{name}。", "认识你很高兴！{name}。", "bind.done 用了感叹号，像在喊。"),
        ("认识你很高兴，{name}。", "认识你很高兴。", "bind.done 没有用到 name，读的人就看不到它。"),
        ("认识你很高兴", "认识你very高兴", "bind.done 的「你v」"),
        ("认识你很高兴", "认识你很高兴" * 20, "最好不超过 120 个。"),
        ("done =", "# done =", "没有改写 bind.done，用的是通用的说法。"),
    ],
)
def test_what_deserves_a_second_look_is_said_and_may_stay(
    own: Path, on_sqlite: Terminal, before: str, after: str, doubt: str
) -> None:
    write(own / "sentences" / "bind.toml", before, after)
    said = on_sqlite.types("pack", "lint", "choir")
    assert said.status == 0
    assert doubt in "\n".join(said.lines)


def test_a_pack_that_cannot_be_used_is_refused_in_one_sentence(own: Path, on_sqlite: Terminal) -> None:
    write(own / "sentences" / "bind.toml", "done =", "dnoe =")
    on_sqlite.configures('name = "晨光支部"', 'name = "晨光合唱团"\nterms = "./choir"')
    said = on_sqlite.types("migrate")
    assert (said.status, said.lines) == (
        2,
        ["术语包 ./choir 不能用。运行 chenzhong pack lint ./choir 看哪里不对。"],
    )


def test_packs_that_are_not_there_and_copies_that_are(own: Path, on_sqlite: Terminal) -> None:
    said = on_sqlite.types("pack", "lint", "quire")
    assert (said.status, said.lines) == (2, ["没有名为「quire」的术语包；可以用的有：party、reading-club、school"])
    assert on_sqlite.types("pack", "new", "choir").status == 2
    assert all(on_sqlite.types("pack", "lint", pack).status == 0 for pack in packs())
