"""One port for the tests of the strangers, and the files that they upload."""

from pathlib import Path

import pytest

from bot.emulator.media import FILM, PIXEL, SILENCE
from tests.emulator.conftest import switchboard

__all__ = ["switchboard"]

# A picture is known by its first bytes.
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in {"a.png": PIXEL, "a.jpg": JPEG, "a.amr": SILENCE, "a.mp4": FILM}.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path
