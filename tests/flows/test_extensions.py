"""Commands of somebody else's package, installed beside the product."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import dispatch, extensions
from bot.config import Config
from bot.phrases import COMMANDS
from bot.texts import TextError, Texts
from tests.flows.conftest import Story

CODE = """
from bot.phrases.command import END, command
from bot.turn import Answer, Who

COMMANDS = (command(Who.MEMBER, rf"下次会议{END}", lambda db, turn: Answer(turn.say("meetings.next", day="周五"))),)
"""


def install(folder: Path, code: str = CODE, topic: str = "meetings") -> None:
    """Puts a package where Python finds it, as an installer does."""
    package = folder / "chenzhong_meetings"
    (package / "sentences").mkdir(parents=True)
    (package / "__init__.py").write_text(code, encoding="utf-8")
    (package / "sentences" / f"{topic}.toml").write_text('next = "{您}的下次会议在{day}。"\n', encoding="utf-8")
    about = folder / "chenzhong_meetings-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: chenzhong-meetings\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[chenzhong.commands]\nmeetings = chenzhong_meetings\n")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on Python's path; nothing of what was loaded from it stays."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "chenzhong_meetings", raising=False)
    yield folder
    sys.modules.pop("chenzhong_meetings", None)
    Texts._read.cache_clear()
    dispatch.meaning.cache_clear()


@pytest.fixture
def config(place: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    install(place)
    Texts._read.cache_clear()
    dispatch.meaning.cache_clear()
    monkeypatch.setattr("bot.dispatch.COMMANDS", (*COMMANDS, *extensions.commands()))
    return config


async def test_a_command_of_another_package_is_understood_and_answered(story: Story) -> None:
    await story.person("林小满")
    await story.joins("林小满")
    assert await story.says("林小满", "下次会议。") == "您的下次会议在周五。"
    assert await story.says("林小满", "麻煩看下下次會議，謝謝") == "您的下次会议在周五。"
    assert "下次会议" not in await story.says("路人", "下次会议"), "the gate is there for theirs too"


def test_one_that_cannot_be_loaded_is_left_out_and_said(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    install(place, code="import nothing_of_that_name")
    with caplog.at_level(logging.ERROR):
        assert extensions.commands() == ()
    assert "the commands of 'meetings' can't be loaded" in caplog.text


def test_a_topic_belongs_to_one(place: Path) -> None:
    install(place, topic="checkin")
    Texts._read.cache_clear()
    with pytest.raises(TextError, match="'checkin'"):
        Texts.load("party")
