"""The documents say what is there: every command, chat command, key and word they should, and none that isn't."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.__main__ import app
from bot.config import Config
from bot.dispatch import FREE_TEXT, understand
from bot.phrases import COMMANDS
from bot.texts import Texts
from bot.wechat.inbound import Inbound
from models.tables import PERSONAL
from scheduler.cause import ARRIVED, BY_ITSELF, NEXT_MESSAGE, ON_PURPOSE, SOMEBODY, Asker, Cause, told
from scheduler.routes import Account

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.en.md"]
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")})
EVERYTHING = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
CODE = re.compile(r"`([^`\n]+)`")

# The parts of docs/causes.md, in its order.
PARTS = (ARRIVED, BY_ITSELF, NEXT_MESSAGE, SOMEBODY, ON_PURPOSE)

# What CONTRIBUTING.md shows how to make, and what a running copy makes.
NOT_YET = ("bot/handlers/group.py", "tests/flows/test_group.py", "data/")


def rows(document: Path) -> Iterator[list[str]]:
    """The cells of each table row, headers and rules left out."""
    lines = document.read_text(encoding="utf-8").splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("| ") and before.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def meaning(text: str) -> object:
    message = Inbound("m:1", "o1", "gh_1", 0, "text", "", "", text, {})
    return understand(message).command


def chat_examples() -> list[str]:
    """What `docs/commands.md` says one can write, with a name and a text filled in."""
    written = [said for first, *_ in rows(ROOT / "docs/commands.md") for said in re.findall(r"「([^」]+)」", first)]
    return [said.replace("〈姓名〉", "晨有光") for said in written]


def test_every_chat_command_is_in_the_documents() -> None:
    shown = {id(meaning(said)) for said in chat_examples()}
    assert [command.pattern.pattern for command in COMMANDS if id(command) not in shown] == []


@pytest.mark.parametrize("said", chat_examples())
def test_whatever_the_documents_tell_people_to_write_is_understood(said: str) -> None:
    assert meaning(said) is not FREE_TEXT


def command_line() -> dict[str, set[str]]:
    """Every command, "import members" for one, with its options."""
    found: dict[str, set[str]] = {}
    waiting: list[tuple[str, Any]] = [("", get_command(app))]
    while waiting:
        path, command = waiting.pop()
        if isinstance(command, TyperGroup):
            waiting += [(f"{path} {name}".strip(), part) for name, part in command.commands.items()]
        else:
            found[path] = {option for parameter in command.params for option in parameter.opts if option[:2] == "--"}
    return found


def test_every_command_and_option_is_in_the_documents() -> None:
    page = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    missing = [f"chenzhong {path}" for path in command_line() if f"chenzhong {path}" not in page]
    options = set().union(*command_line().values())
    assert missing + [option for option in sorted(options) if option not in page] == []


def test_every_command_that_the_documents_name_exists() -> None:
    typed = re.findall(r"(?:^|`|bin/|exec chenzhong )chenzhong ((?:--config \S+ )?[a-z]+)", EVERYTHING, re.MULTILINE)
    named = {words.split()[-1] for words in typed}
    assert len(named) > 10
    assert named <= {path.split()[0] for path in command_line()}


def glossary() -> list[tuple[str, Path, str]]:
    found = []
    for word, *_, place in rows(ROOT / "docs/glossary.md"):
        file, name = CODE.findall(place)
        found.append((word, ROOT / file, name))
    return found


@pytest.mark.parametrize(("word", "file", "name"), glossary())
def test_every_word_of_the_glossary_lives_where_it_says(word: str, file: Path, name: str) -> None:
    assert re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")), f"{word}: no {name} in {file.name}"


def test_every_file_that_the_documents_name_is_there() -> None:
    named = {code for code in CODE.findall(EVERYTHING) if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/([\w-]+\.\w+)?", code)}
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists() and not name.startswith(NOT_YET)] == []


def test_every_key_that_the_documents_name_exists() -> None:
    sections = dict(Config())
    named = {code for code in CODE.findall(EVERYTHING) if re.fullmatch(r"[a-z]+\.[a-z_]+", code)}
    keys = {tuple(name.split(".")) for name in named if name.split(".")[0] in sections}
    assert len(keys) > 10
    assert [key for key in sorted(keys) if key[1] not in type(sections[key[0]]).model_fields] == []


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)`", EVERYTHING)) <= targets


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: str(readme.name))
def test_a_readme_says_for_each_kind_of_account_what_members_see(readme: Path) -> None:
    kinds = {code for first, *_ in rows(readme) for code in CODE.findall(first)}
    assert kinds >= {account.value for account in Account}


def test_the_two_readmes_have_the_same_parts() -> None:
    lines = [readme.read_text(encoding="utf-8").splitlines() for readme in READMES]
    shapes = [[mark[1] for line in text if (mark := re.match(r"(#+ |\d+\. |- |\| |```|!\[)", line))] for text in lines]
    assert shapes[0] == shapes[1]


def test_the_privacy_page_lists_all_that_is_held_of_a_person() -> None:
    listed = {code for *_, table in rows(ROOT / "docs/privacy.md") for code in CODE.findall(table)}
    assert listed == {personal.table.__name__ for personal in PERSONAL}


def test_the_page_of_causes_is_the_list_of_causes() -> None:
    texts = Texts.load("party")
    values = {
        "name": "〈姓名〉",
        "until": "〈时间〉",
        "when": "〈时间〉",
        "route": "〈怎样送的〉",
        "contact": "〈联系人〉",
    }
    written = {CODE.findall(cells[0])[0]: cells for cells in rows(ROOT / "docs/causes.md")}
    assert list(written) == [cause for part in PARTS for cause in Cause if cause in part]
    assert {cause: cells[1] for cause, cells in written.items()} == {
        cause: texts(f"why.{cause}", time="7:30", **values) for cause in Cause
    }
    assert [cause for cause, cells in written.items() if len(cells) != 5 or not all(cells)] == []


def test_the_page_of_causes_says_who_is_told_less() -> None:
    less = {mark: set[str]() for mark in "†‡§"}
    for cells in rows(ROOT / "docs/causes.md"):
        for mark in less.keys() & set(cells[0]):
            less[mark].add(CODE.findall(cells[0])[0])
    private = {cause for cause in Cause if told(cause, Asker.SECRETARY) != cause}
    assert less["‡"] == private == {cause for cause in Cause if told(cause, Asker.ADMIN) != cause}
    assert less["†"] == {cause for cause in Cause if told(cause, Asker.LEADER) != cause} - private
    assert less["§"] == {cause for cause in Cause if told(cause, Asker.MEMBER) != cause}


def test_every_decision_is_in_the_list_of_decisions() -> None:
    pages = {page.name for page in ROOT.glob("docs/decisions/[0-9]*.md")}
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\((\d{4}-[a-z-]+\.md)\)", listed)) == pages


def test_the_changelog_begins_with_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == version
