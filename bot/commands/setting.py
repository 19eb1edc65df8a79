"""What the typed commands share: the configuration, once it is asked for, and how a command is run and shown."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import typer
from sqlmodel import Session

from bot.app import rules_of
from bot.commands.errors import CommandError
from bot.commands.exports import View
from bot.commands.ownership import database_file
from bot.commands.perform import perform
from bot.commands.screen import show
from bot.config import Config, load
from bot.texts import Texts
from models.database import Database
from models.migrate import is_current
from scheduler.clock import Clock

T = TypeVar("T")


@dataclass
class Setting:
    """What `--config` named. Nothing is read before a command needs it, so that `--help` works anywhere."""

    path: Path | None

    @cached_property
    def config(self) -> Config:
        """The configuration. Raises `ConfigError`."""
        return load(self.path)

    @cached_property
    def texts(self) -> Texts:
        """The sentences of the configured pack."""
        return Texts.load(self.config.organisation.terms)

    def perform(self, command: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Runs a command that writes, in whatever process, and shows it; its facts. Ends the program if it failed."""
        quiet()
        facts: dict[str, Any] = {}
        if status := asyncio.run(show(perform(self.config, command, arguments), facts)):
            raise typer.Exit(status)
        return facts

    @contextmanager
    def reading(self) -> Iterator[tuple[Session, View]]:
        """A session that only reads, beside whoever owns the database. Raises `CommandError` if there is none yet."""
        quiet()
        file = database_file(self.config)
        if file and not file.exists():
            raise CommandError("no_data_yet", path=str(file))
        clock = Clock()
        if self.config.development.clock_url:
            asyncio.run(clock.follow_url(self.config.development.clock_url))
        database = Database(self.config.database.url)
        try:
            if not is_current(database):
                raise CommandError("schema_old")
            with database.reading() as db:
                yield db, View(self.config, self.texts, rules_of(self.config, self.texts), clock.now())
        finally:
            database.close()


def quiet() -> None:
    """Keeps logs off the terminal: what an operator has to know, a command says itself."""
    logging.basicConfig(level=logging.ERROR)


def setting_of(ctx: typer.Context) -> Setting:
    """The setting of the command line that is being run."""
    setting: Setting = ctx.find_root().obj
    return setting


def read_file(path: Path, read: Callable[[bytes], T]) -> T:
    """What `read` makes of a file's bytes. Raises `CommandError` if it can't be opened."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CommandError("file_missing", path=str(path)) from None
    except OSError as error:
        raise CommandError("file_unreadable", path=str(path), reason=error.strerror or str(error)) from None
    return read(content)
