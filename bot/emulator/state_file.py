"""Keeps the platform's state in one file between runs: a line of JSON for the platform, then one per follower."""

import asyncio
import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

from bot.emulator.followers import Follower
from bot.emulator.platform import Platform
from bot.emulator.settings import Settings

VERSION = 1
# A changed state is written after so many seconds, and never so often that writing takes more than a tenth of the time.
PAUSE = 2.0
SHARE = 10


class StateFile:
    """Reads the file once, and writes it while the emulator runs."""

    def __init__(self, path: Path, platform: Platform) -> None:
        self._path = path
        self._platform = platform

    def load(self) -> None:
        """Take up what an earlier run knew; without a file there is nothing to do.

        Raises ValueError if the file is not one of ours.
        """
        if not self._path.exists():
            return
        try:
            with self._path.open(encoding="utf-8") as lines:
                head = json.loads(next(lines))
                if head["version"] != VERSION:
                    raise ValueError(f"version {head['version']}")
                _restore(self._platform, head)
                for line in lines:
                    follower = Follower.restored(json.loads(line))
                    self._platform.followers[follower.openid] = follower
                    self._platform.stats.remember(follower)
        except (ValueError, LookupError, TypeError, StopIteration) as error:
            raise ValueError(f"{self._path} is not the state of an emulator of this version: {error}") from error
        self._platform.dirty = False

    async def keep(self, stopping: asyncio.Event) -> None:
        """Save whatever changed, until `stopping` is set, and then a last time."""
        pause = PAUSE
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
            if self._platform.dirty or stopping.is_set():
                self._platform.dirty = False
                began = time.monotonic()
                # Followers are written line by line in a thread, so that calls go on meanwhile.
                await asyncio.to_thread(self._write, _head(self._platform), list(self._platform.followers.values()))
                pause = max(PAUSE, SHARE * (time.monotonic() - began))
            if stopping.is_set():
                return

    def _write(self, head: str, followers: list[Follower]) -> None:
        """Write everything beside the file, then put it in its place."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(self._path.name + ".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(head + "\n")
            for follower in followers:
                file.write(_json(follower.saved()) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _head(platform: Platform) -> str:
    """Everything but the followers."""
    account, clock = platform.account, platform.clock
    head = {
        "version": VERSION,
        "account": {"kind": account.kind, "mode": account.mode, "format": account.format},
        "clock": {"offset": clock.offset, "frozen_at": clock.time() if clock.frozen else None},
        "settings": platform.settings.model_dump(),
        "tokens": platform.tokens.saved(),
        "menu": platform.menu,
        "stats": platform.stats.saved(),
        "parts": {name: part.saved() for name, part in platform.parts.items()},
    }
    return _json(head)


def _restore(platform: Platform, head: dict[str, Any]) -> None:
    """Credentials come from the configuration of this run; what the control door changed comes from the file."""
    platform.change_account(head["account"])
    platform.clock.resume(**head["clock"])
    platform.settings = Settings.model_validate(head["settings"])
    platform.tokens.restore(head["tokens"])
    platform.menu = head["menu"]
    platform.stats.restore(head["stats"])
    for name, part in platform.parts.items():
        # A file of an earlier run may lack what was emulated later.
        if name in head.get("parts", {}):
            part.restore(head["parts"][name])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
