"""The page about the emulator names every call of its control door and every setting."""

import re
from pathlib import Path

from bot.emulator import Account, Emulator
from bot.emulator.controls import CALLS
from bot.emulator.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


def test_every_call_of_the_control_door_is_explained_with_its_verbs() -> None:
    rows = re.findall(r"`((?:GET|POST|PATCH)[^`/]*) (/_/[a-z]+/?)", PAGE)
    explained = {(path, verb) for verbs, path in rows for verb in re.findall(r"[A-Z]+", verbs)}
    known = {(path, verb) for path, verbs in CALLS.items() for verb in verbs}
    assert known - explained == set()
    door = Emulator(Account(), webhook="http://127.0.0.1:9/").app._control._calls
    assert {(path, verb) for path, verbs in door.items() for verb in verbs} == explained


def test_every_setting_is_named() -> None:
    assert set(Settings.model_fields) <= set(re.findall(r"`([a-z_]+)`", PAGE))
