"""The servers: `run`, and its parts `web`, `clock`, `worker`; and what they share with `demo` and `emulator`."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.app import Product
from bot.commands.door import open_door
from bot.commands.errors import CommandError
from bot.commands.ownership import Taken, database_file, owning
from bot.commands.screen import say
from bot.config import Config
from bot.texts import Texts
from models.database import Database
from models.migrate import is_current, migrate

# `clock` and `worker` wait so long for another process to bring the database up to date.
SCHEMA_SECONDS = 60.0

# The jobs of each part; see scheduler/jobs.py.
CLOCK_JOBS, WORKER_JOBS = ("tick", "clean up", "follow"), ("deliver", "mass", "post", "keep", "follow")
# What was written to us at the platform's time is dated and answered by that time too.
WEB_JOBS = ("follow",)

# Answers take less; only the demo's endless streams are cut off by it.
_SHUTDOWN_SECONDS = 5


class _Server(uvicorn.Server):
    """Leaves signals to `stopping`: uvicorn's own way ends the process before what surrounds it is put away."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def stopping(stop: Callable[[], object]) -> Iterator[None]:
    """Calls `stop` when the process is asked to end, instead of ending it."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on which nobody is answered yet. Raises `CommandError` if the port can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio switches off Nagle's algorithm for this protocol alone, and an answer that goes out in two
    # parts would wait 40 ms for the other side's delayed acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise CommandError("port_taken", port=port, other=port % 65535 + 1, host=host, reason=reason) from None
        yield bound


async def answer(
    app: ASGIApp, bound: socket.socket, before_end: Callable[[], object] = lambda: None, *, dated: bool = False
) -> None:
    """Answers requests until the process is asked to end; `before_end` is called as soon as it is.

    `dated`: the application says itself what time it is, as the emulated platform does by its own clock.
    """
    options = uvicorn.Config(
        app,
        loop="asyncio",
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        # Whose address it was matters to nobody but `/health`, which looks for itself.
        proxy_headers=False,
        server_header=False,
        date_header=not dated,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = _Server(options)

    def stop() -> None:
        # Whoever asks a second time doesn't want to wait for what is still being answered.
        server.force_exit = server.should_exit
        server.should_exit = True
        before_end()

    # What was built so far stays: walking through it takes the collector 0.1 s, in which nobody is answered. And few
    # of the objects that an answer leaves behind need a collector at all.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    with stopping(stop):
        await server.serve([bound])


def log_to_terminal(level: int = logging.INFO) -> None:
    """What a server says while it runs, one line each, with the time."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # They tell of every single job and request.
    for name in ("apscheduler", "httpx", "uvicorn", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def owning_if_sqlite(config: Config) -> Iterator[None]:
    """Owns the file of a SQLite database. Raises `CommandError` if a server or a command does."""
    with ExitStack() as stack:
        if file := database_file(config):
            try:
                stack.enter_context(owning(file))
            except Taken:
                raise CommandError("already_running", file=str(file)) from None
        yield


@asynccontextmanager
async def door_if_sqlite(product: Product) -> AsyncIterator[None]:
    """Takes commands of other processes; on PostgreSQL they do their work themselves."""
    if not product.database.is_sqlite:
        yield
        return
    async with open_door(product):
        yield


async def run(config: Config, host: str, port: int) -> None:
    """Everything in one process, for a real account on one machine."""
    config.check_account()
    log_to_terminal()
    with listening(host, port) as bound, owning_if_sqlite(config):
        product = Product(config)
        async with product.running(jobs=True), door_if_sqlite(product):
            texts = product.texts
            say(texts("commands.running", host=host, port=port))
            kind = config.wechat.account.replace("-", "_")
            say(texts(f"commands.account_{kind}"))
            await answer(product.web(), bound)


async def web(config: Config, host: str, port: int) -> None:
    """Answers the platform, and neither plans nor sends."""
    _refuse_sqlite(config, "web")
    config.check_account()
    log_to_terminal()
    with listening(host, port) as bound:
        product = Product(config)
        async with product.running():
            await product.engine.start(WEB_JOBS)
            say(product.texts("commands.running", host=host, port=port))
            await answer(product.web(), bound)


async def part(config: Config, name: str, jobs: tuple[str, ...], patience: float = SCHEMA_SECONDS) -> None:
    """Some of the jobs, in a process of their own."""
    _refuse_sqlite(config, name)
    config.check_account()
    log_to_terminal()
    await _wait_for_schema(config, patience)
    product = Product(config)
    stop = asyncio.Event()
    with stopping(stop.set):
        async with product.running():
            await product.engine.start(jobs)
            say(product.texts(f"commands.{name}_running"))
            await stop.wait()


async def emulator(platform: AbstractAsyncContextManager[object], app: ASGIApp, host: str, port: int) -> None:
    """The emulated platform alone."""
    log_to_terminal()
    with listening(host, port) as bound:
        async with platform:
            say(Texts.load("party")("commands.emulator_running", host=host, port=port))
            await answer(app, bound, dated=True)


def _refuse_sqlite(config: Config, name: str) -> None:
    if database_file(config):
        raise CommandError("not_on_sqlite", name=name)


async def _wait_for_schema(config: Config, patience: float) -> None:
    database = Database(config.database.url)
    try:
        for _ in range(max(1, round(patience))):
            if await asyncio.to_thread(is_current, database):
                return
            await asyncio.sleep(1)
    finally:
        database.close()
    raise CommandError("schema_missing", seconds=round(patience))


def bring_up_to_date(config: Config) -> bool:
    """Brings the schema up to date; False if it was already. Raises `CommandError` while a server runs."""
    with owning_if_sqlite(config):
        database = Database(config.database.url)
        try:
            there = is_current(database)
            migrate(database)
        finally:
            database.close()
        return not there
