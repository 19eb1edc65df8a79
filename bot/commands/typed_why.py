"""`explain` and `unreachable`, as they are typed."""

from typing import Annotated

import typer

from bot.commands.errors import CommandError
from bot.commands.places import find_node
from bot.commands.screen import say
from bot.commands.setting import setting_of
from bot.explained import explained, plain
from bot.handlers.unreachable import lines
from bot.reasons import Reasons
from scheduler.unreachable import by_cause
from scheduler.unreachable import unreachable as whom_nothing_reaches


def explain(
    ctx: typer.Context,
    push: Annotated[str, typer.Argument(metavar="PUSH", help="推送的编号，在 export pushes 里 / its number")] = "",
    member: Annotated[
        str, typer.Option(help="姓名，问这位最近没收到的一条；重名时加小组 / the latest that this member lacks")
    ] = "",
    details: Annotated[
        bool, typer.Option("--details", help="再列出返回码、路线和时间 / errcode, rid, route and times too")
    ] = False,
) -> None:
    """What became of a push, in one sentence; reads only, beside a running server too."""
    if bool(push) == bool(member):
        raise CommandError("explain_usage")
    setting = setting_of(ctx)
    with setting.reading() as (db, view):
        found = explained(db, push, member, view.asking, Reasons(view.texts, view.rules.hours.zone, view.common))
    say(found.sentence)
    if details:
        for name, value in plain(found.details, view.moment).items():
            say(f"{name}: {'-' if value in (None, '') else value}")


def unreachable(
    ctx: typer.Context,
    group: Annotated[str, typer.Option(help="只要一个小组或支部 / one group or branch only")] = "",
) -> None:
    """Whom a message wouldn't reach now, by cause, all by name; reads only."""
    setting = setting_of(ctx)
    with setting.reading() as (db, view):
        names = by_cause(whom_nothing_reaches(db, find_node(db, group).path, view.asking))
    if not names:
        say(view.texts("unreachable.nobody"), "good")
        return
    count = sum(len(of_cause) for of_cause in names.values())
    say(view.texts("unreachable.head", count=count))
    for line in lines(view.texts, names, most=count):
        say(line)
