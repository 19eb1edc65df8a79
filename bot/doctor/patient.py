"""Whom the checks look at, and what earlier checks learned that later ones need."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.wechat.client import Client
from bot.wechat.token import NeverForces
from models.database import Database


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass
class Patient:
    """One installation: its configuration and the file that came from, a client of its own, and what is known so far.

    `has` holds what succeeded and others need (see `Check.needs`), `answers` what each ability's harmless question
    brought: the platform's answer, or the `CallFailed`. `now` and `free_bytes` are the machine's.
    """

    config: Config
    file: Path
    client: Client
    now: Callable[[], datetime] = _wall_clock
    free_bytes: Callable[[Path], int] = _free_bytes
    database: Database | None = None
    has: set[str] = field(default_factory=set)
    answers: dict[str, Any] = field(default_factory=dict)
    seconds_ahead: float | None = None

    @property
    def on_wechat(self) -> bool:
        """Whether calls go to WeChat itself, and not to an emulated platform or something in between."""
        return self.config.wechat.api_base.partition("://")[2].rstrip("/").endswith("api.weixin.qq.com")

    def may(self, ability: str) -> bool:
        """Whether the account turned out to have this ability."""
        return ability in self.answers and not isinstance(self.answers[ability], Exception)


def patient(config: Config, file: Path, seconds: float) -> Patient:
    """A patient whose calls take `seconds` at most. Its client and database are the caller's to close."""
    wechat = config.wechat
    client = Client(
        base=wechat.api_base,
        app_id=wechat.app_id,
        app_secret=wechat.app_secret,
        concurrency=1,
        connect_seconds=seconds,
        answer_seconds=seconds,
        whole_seconds=seconds,
        # Nothing is taken from a shelf, so that the secret and the address are really asked about.
        shelf=NeverForces(),
    )
    return Patient(config, file, client)
