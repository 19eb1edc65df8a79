"""`backup`, `restore` and `erase`, as they are typed."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.backup import backup as make_backup
from bot.commands.backup import prune
from bot.commands.backup import restore as put_back
from bot.commands.events import Progress
from bot.commands.places import find_member
from bot.commands.screen import Bar, say
from bot.commands.serve import owning_if_sqlite
from bot.commands.setting import setting_of
from scheduler.clock import Clock

Yes = Annotated[bool, typer.Option("--yes", help="不再询问 / don't ask")]


def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个文件 / the file to write")],
    prune_old: Annotated[
        bool, typer.Option("--prune", help="之后删掉过期的旧备份 / afterwards delete backups that are too old")
    ] = False,
) -> None:
    """A consistent copy of everything, made while a server runs or not."""
    setting = setting_of(ctx)
    with Bar() as bar:
        what = setting.texts("commands.copying")
        saved = make_backup(
            setting.config, file, Clock().now(), lambda done, total: bar.show(Progress(done, total, what))
        )
    say(setting.texts("commands.backed_up", path=file, kilobytes=saved.bytes // 1024 + 1), "good")
    for gone in prune(setting.config, file.absolute().parent, saved.at) if prune_old else ():
        say(setting.texts("commands.pruned", path=gone))


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="backup 写出的文件 / a file that backup wrote")],
    yes: Yes = False,
) -> None:
    """Puts a backup in the place of the data; what was there is kept beside it."""
    setting = setting_of(ctx)
    with owning_if_sqlite(setting.config):
        if not yes and not typer.confirm(setting.texts("commands.confirm_restore")):
            raise typer.Exit(1)
        kept = put_back(setting.config, file, Clock().now())
    say(setting.texts("commands.restored"), "good")
    if kept:
        say(setting.texts("commands.kept_aside", path=kept))


def erase(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="姓名；重名时加小组：「林小满 第二小组」 / the name")],
    yes: Yes = False,
) -> None:
    """Deletes everything stored of a person, and says what went."""
    setting = setting_of(ctx)
    with setting.reading() as (db, view):
        name = find_member(db, member).name
    if not yes and not typer.confirm(view.texts("commands.confirm_erase", name=name)):
        raise typer.Exit(1)
    setting.perform("erase", {"member": member})
