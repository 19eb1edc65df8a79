"""The commands' way into a running server: a unix socket in the data folder, JSON lines, for its own user alone."""

import asyncio
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Event, Failed, packed, unpacked
from bot.commands.table import COMMANDS
from bot.config import Config

logger = logging.getLogger(__name__)

NAME = "chenzhong.sock"

# One line holds a whole file to import.
LONGEST_LINE = 64 * 1024 * 1024

# The kernel takes 107 bytes for the address of a socket.
_LONGEST_ADDRESS = 100


@asynccontextmanager
async def open_door(product: Product) -> AsyncIterator[None]:
    """Takes commands until the end of the block. The caller owns the database."""
    path = product.config.data_folder / NAME
    running: set[asyncio.Task[None]] = set()
    # A socket that is there is left over: nobody else owns the database.
    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(
        partial(_serve, product, running), sock=_listening(path), limit=LONGEST_LINE
    )
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _listening(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _address(path) as address:
        # The mode has to be right from the first moment: whoever can connect can do everything.
        before = os.umask(0o177)
        try:
            listening.bind(address)
        finally:
            os.umask(before)
    return listening


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """A name for the socket that is short enough: by its folder's descriptor where the path is too long."""
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


async def _serve(
    product: Product, running: set[asyncio.Task[None]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    task = asyncio.current_task()
    assert task is not None
    running.add(task)
    try:
        async for event in _performed(product, await reader.readline()):
            writer.write(json.dumps(packed(event), ensure_ascii=False).encode() + b"\n")
            await writer.drain()
    except ConnectionError:
        logger.info("the terminal of a command was closed")
    finally:
        running.discard(task)
        writer.close()


async def _performed(product: Product, line: bytes) -> AsyncIterator[Event | Failed]:
    """The events of the command that a line asks for."""
    try:
        request = json.loads(line)
        logger.info("command: %s", request["command"])
        async for event in COMMANDS[request["command"]](product, **request["arguments"]):
            yield event
    except CommandError as error:
        yield Failed(error.key, error.values)
    except Exception:  # The border of the door: the terminal has to hear of it, and the server goes on.
        logger.exception("a command failed")
        yield Failed("failed_in_server")


async def hand_over(config: Config, command: str, arguments: Mapping[str, Any]) -> AsyncIterator[Event] | None:
    """Sends a command to the server that owns the database; its events, or None if no server listens."""
    with _address(config.data_folder / NAME) as address:
        try:
            reader, writer = await asyncio.open_unix_connection(address, limit=LONGEST_LINE)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except PermissionError:
            raise CommandError("socket_forbidden", path=str(config.data_folder / NAME)) from None
    request = {"command": command, "arguments": dict(arguments)}
    writer.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
    return _received(reader, writer)


async def _received(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AsyncIterator[Event]:
    try:
        await writer.drain()
        ended = False
        while line := await reader.readline():
            event = unpacked(json.loads(line))
            if isinstance(event, Failed):
                raise CommandError(event.key, **event.values)
            ended = type(event).__name__ == "Ended"
            yield event
        if not ended:
            raise CommandError("server_gone")
    except ConnectionError:
        raise CommandError("server_gone") from None
    finally:
        writer.close()
