"""`plans …`, as it is typed."""

from typing import Annotated

import typer

from bot.commands.plans import list_lines, next_lines
from bot.commands.screen import say
from bot.commands.setting import setting_of

plans = typer.Typer(invoke_without_command=True, help="到点自动做的事 / what happens by itself, and when")

PlanId = Annotated[int, typer.Argument(metavar="PLAN", help="计划的编号 / the plan's number")]


@plans.callback()
def list_plans(ctx: typer.Context) -> None:
    """Lists them, where no command follows."""
    if ctx.invoked_subcommand is None:
        with setting_of(ctx).reading() as (db, view):
            lines = list_lines(db, view)
        for line in lines:
            say(line)


@plans.command("next", help="接下来的十次，和跳过的日子 / the next ten firings, and the days left out")
def show_next(ctx: typer.Context, plan: PlanId) -> None:
    """Only reads."""
    with setting_of(ctx).reading() as (db, view):
        lines = next_lines(db, view, plan)
    for line in lines:
        say(line)


@plans.command("set", help="改一个计划的时间，暂停或恢复 / change when a plan fires, pause it, let it go on")
def set_plan(
    ctx: typer.Context,
    plan: PlanId,
    when: Annotated[
        str | None,
        typer.Option(help="什么时候：「每周三 20:00」、cron 或 RRULE / words, five fields of cron, or an RRULE"),
    ] = None,
    workdays: Annotated[
        bool | None, typer.Option("--workdays/--any-day", help="只在工作日 / on working days only")
    ] = None,
    makeup: Annotated[
        bool | None, typer.Option("--makeup/--no-makeup", help="调休上班的周末算不算工作日 / worked weekends count")
    ] = None,
    paused: Annotated[bool | None, typer.Option("--pause/--resume", help="暂停或恢复 / pause, resume")] = None,
) -> None:
    """Changes one plan."""
    arguments = {"plan": plan, "when": when, "workdays": workdays, "makeup": makeup, "paused": paused}
    setting_of(ctx).perform("plans set", arguments)
