"""`admin …`, as it is typed."""

from typing import Annotated

import typer

from bot.commands.setting import setting_of

admin = typer.Typer(no_args_is_help=True, help="管理员 / admins")


@admin.callback()
def group() -> None:
    """Keeps `link` a command of its own while it is the only one."""


@admin.command("link", help="给一位管理员后台的登录链接，用一次 / a sign-in link to the console, good once")
def link(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="NAME", help="姓名；重名时加小组：「林小满 第二小组」 / the name")],
) -> None:
    """Issues the link and prints it."""
    setting_of(ctx).perform("admin link", {"member": member})
