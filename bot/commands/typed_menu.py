"""`menu push`, as it is typed."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.errors import CommandError
from bot.commands.menu import MenuPush
from bot.commands.setting import Setting, quiet, read_file, setting_of
from bot.menu.file import default_file, read_menu
from bot.wechat.client import Client
from bot.wechat.token import NeverForces
from scheduler.clock import Clock

menu = typer.Typer(no_args_is_help=True, help="公众号底部的菜单 / the account's menu")


@menu.command("push", help="发布菜单：先看有什么不同，存好旧的，问过再发 / publish the menu, the difference first")
def push(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="菜单文件，不写就用自带的 / the menu; by default the one that comes along"
        ),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="换回上一份菜单 / put the menu back that was there before")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不同，不发布 / only show the difference")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 / don't ask")] = False,
) -> None:
    """Reads no database: the account itself knows its menu."""
    setting = setting_of(ctx)
    quiet()
    if undo and file:
        raise CommandError("menu_usage")
    if not setting.config.wechat.app_id:
        raise CommandError("menu_no_account")
    source = file or default_file(setting.config.organisation.terms)
    wanted = None if undo else read_file(source, lambda content: read_menu(content, source.name))
    raise typer.Exit(asyncio.run(_push(setting, wanted, dry_run=dry_run, yes=yes)))


async def _push(setting: Setting, wanted: dict[str, Any] | None, *, dry_run: bool, yes: bool) -> int:
    """`wanted` None takes back the latest publication."""
    wechat = setting.config.wechat
    client = Client(base=wechat.api_base, app_id=wechat.app_id, app_secret=wechat.app_secret, shelf=NeverForces())
    now = Clock().now().astimezone(setting.config.organisation.zone)
    async with client:
        desk = MenuPush(
            config=setting.config,
            texts=setting.texts,
            client=client,
            confirmed=lambda question: yes or typer.confirm(question),
            now=now,
            dry_run=dry_run,
        )
        return await (desk.undo() if wanted is None else desk.publish(wanted))
