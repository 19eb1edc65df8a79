"""Shows a command's events in the terminal: sentences on standard output, a progress bar beside them."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from bot.commands import events
from bot.commands.events import Ended, Event, Fact, Line, Tone

_COLOURS: Mapping[Tone, str | None] = {"plain": None, "good": "green", "warning": "yellow", "bad": "red"}


def say(text: str, tone: Tone = "plain") -> None:
    """One sentence; what is wrong goes to standard error."""
    typer.secho(text, fg=_COLOURS[tone], err=tone == "bad")


class RateColumn(ProgressColumn):
    """How many a second, as of late; nothing while nobody knows."""

    def render(self, task: Task) -> Text:
        """The rate of one bar."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed and task.total else "")


class Bar:
    """A progress bar that is only drawn where somebody is looking, and leaves nothing behind."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            *(BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn()),
        )
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, progress: events.Progress) -> None:
        """Moves the bar; a total of 0 is one that nobody knows yet."""
        total = progress.total or None
        self._progress.update(self._task, completed=progress.done, total=total, description=progress.what)


async def show(stream: AsyncIterator[Event], facts: dict[str, Any] | None = None) -> int:
    """Shows all events; the exit status. What is for the program is put into `facts`."""
    status = 0
    with Bar() as bar:
        # Closed at once when the terminal interrupts it, and not whenever the collector comes by.
        async with contextlib.aclosing(stream):  # type: ignore[type-var]
            async for event in stream:
                match event:
                    case events.Progress():
                        bar.show(event)
                    case Line(text, tone):
                        say(text, tone)
                    case Fact(name, value) if facts is not None:
                        facts[name] = value
                    case Ended(status=ended):
                        status = ended
    return status
