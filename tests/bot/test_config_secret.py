"""The key that signs links: given by the operator, or made once and kept."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.config import Config, ConfigError
from bot.config_keys import Database, Server


def config_in(folder: Path, secret: str = "") -> Config:
    return Config(database=Database(url=f"sqlite:///{folder}/chenzhong.db"), server=Server(secret=secret))


def test_a_key_is_made_once_for_nobody_else_to_read(tmp_path: Path) -> None:
    config = config_in(tmp_path / "data")
    first = config.secret()
    file = tmp_path / "data" / "secret.key"
    assert len(first) == 64
    assert config.secret() == first == file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["secret.key"]


def test_whoever_starts_together_shares_one_key(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def key(_: int) -> bytes:
        start.wait(timeout=10)
        return config_in(tmp_path).secret()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(key, range(8)))) == 1


def test_a_given_secret_makes_no_file(tmp_path: Path) -> None:
    assert config_in(tmp_path / "data", secret="s" * 32).secret() == b"s" * 32
    assert not (tmp_path / "data").exists()


def test_a_damaged_key_is_not_silently_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(ConfigError, match=r"secret\.key"):
        config_in(tmp_path).secret()
