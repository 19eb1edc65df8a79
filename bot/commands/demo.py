"""`demo`: everything in one process, on sample data, with the platform emulated."""

import logging
from contextlib import AsyncExitStack
from pathlib import Path

from bot.commands import serve
from bot.commands.door import open_door
from bot.commands.errors import CommandError
from bot.commands.events import Progress
from bot.commands.ownership import Taken, owning
from bot.commands.screen import Bar, say
from bot.demo.samples import SampleError
from bot.demo.wiring import Demo, running_demo
from bot.texts import Texts


async def run_demo(folder: Path, host: str, port: int, *, fresh: bool) -> None:
    """Serves the demo until the process is asked to end; it goes on where it stopped, unless `fresh`."""
    # Two months of messages would bury the one line a visitor needs.
    serve.log_to_terminal(logging.WARNING)
    texts = Texts.load("party")
    database = folder / "chenzhong.db"
    async with AsyncExitStack() as stack:
        bound = stack.enter_context(serve.listening(host, port))
        try:
            stack.enter_context(owning(database))
        except Taken:
            raise CommandError("already_running", file=str(database)) from None
        demo = await _set_up(stack, folder, host, port, fresh=fresh)
        await stack.enter_async_context(open_door(demo.product))
        say(texts("commands.demo_running", host=host, port=port, config=folder / "config.toml"))
        await serve.answer(demo.app, bound, before_end=demo.hang_up, dated=True)


async def _set_up(stack: AsyncExitStack, folder: Path, host: str, port: int, *, fresh: bool) -> Demo:
    texts = Texts.load("party")
    what = texts("commands.demo_setting_up")
    with Bar() as bar:

        def report(share: float) -> None:
            bar.show(Progress(round(share * 100), 100, what))

        try:
            return await stack.enter_async_context(running_demo(folder, host, port, fresh=fresh, report=report))
        except SampleError as error:
            raise CommandError("sample_trouble", reason=str(error)) from None
