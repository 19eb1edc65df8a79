"""Commands that come with somebody else's package, by Python's entry points.

A package that declares `[project.entry-points."chenzhong.commands"]` names a module with a table `COMMANDS`, as those
in `bot/phrases`; a folder `sentences` beside it holds what its answers say, a file a topic. Who installs the package
adds them. https://packaging.python.org/en/latest/specifications/entry-points/
"""

import logging
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.phrases.command import Command

GROUP = "chenzhong.commands"

logger = logging.getLogger(__name__)


def commands() -> tuple["Command", ...]:
    """The lines of all tables, by the names of their entry points; they come after our own."""
    return tuple(command for one in _found() for command in _table(one))


def sentences() -> list[Path]:
    """The folders of what they say."""
    folders = [_folder(one) for one in _found()]
    return [folder for folder in folders if folder is not None and folder.is_dir()]


def _found() -> list[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda one: one.name)


def _table(one: EntryPoint) -> tuple["Command", ...]:
    try:
        return tuple(one.load().COMMANDS)
    except Exception:  # The border to somebody else's code: without it the bot still answers everything else.
        logger.exception("the commands of %r can't be loaded, and are left out", one.name)
        return ()


def _folder(one: EntryPoint) -> Path | None:
    try:
        spec = find_spec(one.module)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin).parent / "sentences" if spec is not None and spec.origin else None
