"""Which process runs a command: the one that owns the database."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.app import Product
from bot.commands.door import hand_over
from bot.commands.errors import CommandError
from bot.commands.events import Event
from bot.commands.ownership import Taken, database_file, owning
from bot.commands.table import COMMANDS, SENDING
from bot.config import Config

# A short command of somebody else, or a server that is just starting, is waited for so long.
PATIENCE_SECONDS = 20.0
_LOOK_SECONDS = 0.2


async def perform(config: Config, command: str, arguments: Mapping[str, Any]) -> AsyncIterator[Event]:
    """Runs a command of `COMMANDS` here, or in the server that owns the database. Raises `CommandError`."""
    file = database_file(config)
    if file is None:
        async for event in _here(config, command, arguments):
            yield event
        return
    for _ in range(round(PATIENCE_SECONDS / _LOOK_SECONDS)):
        try:
            with owning(file):
                async for event in _here(config, command, arguments):
                    yield event
                return
        except Taken:
            events = await hand_over(config, command, arguments)
        if events is not None:
            async for event in events:
                yield event
            return
        await asyncio.sleep(_LOOK_SECONDS)
    raise CommandError("busy")


async def _here(config: Config, command: str, arguments: Mapping[str, Any]) -> AsyncIterator[Event]:
    product = Product(config)
    async with product.running(jobs=command in SENDING):
        async for event in COMMANDS[command](product, **arguments):
            yield event
