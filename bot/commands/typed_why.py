"""`explain`, as it is typed."""

from typing import Annotated

import typer

from bot.commands.errors import CommandError
from bot.commands.screen import say
from bot.commands.setting import setting_of
from bot.explained import explained, plain
from bot.reasons import Reasons
from scheduler.cause import Asker
from scheduler.explain import Asking
from scheduler.routes import Account


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
        asking = Asking(Asker.ADMIN, Account(setting.config.wechat.account), view.rules, view.now)
        found = explained(db, push, member, asking, Reasons(view.texts, view.rules.hours.zone, view.common))
    say(found.sentence)
    if details:
        for name, value in plain(found.details, view.moment).items():
            say(f"{name}: {'-' if value in (None, '') else value}")
