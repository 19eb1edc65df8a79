"""The bar of a long command: how fast it goes."""

import io

from rich.console import Console
from rich.progress import Progress

from bot.commands.screen import RateColumn


def test_it_says_how_many_a_second_once_that_is_known() -> None:
    now = [0.0]
    bar = Progress(console=Console(file=io.StringIO(), force_terminal=True), get_time=lambda: now[0])
    task = bar.add_task("", total=100_000)
    column = RateColumn()
    assert column.render(bar.tasks[0]).plain == ""
    for second in range(1, 5):
        now[0] = float(second)
        bar.update(task, completed=second * 1500)
    assert column.render(bar.tasks[0]).plain == "1,500/s"
