"""`pack lint` and `pack new`, as they are typed: an organisation's own words."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.errors import CommandError
from bot.commands.screen import say
from bot.commands.setting import read_file
from bot.dispatch import is_command
from bot.menu.file import read_menu
from bot.menu.lint import faults
from bot.texts import TextError, Texts, pack_folder
from bot.texts.lint import problems

pack = typer.Typer(no_args_is_help=True, help="术语包：自己的一套说法 / an organisation's own words")

_PROBLEM = 1


@pack.command("lint", help="查一查术语包，说明哪里不对 / what is wrong with a pack, and where")
def lint(
    name: Annotated[
        str, typer.Argument(metavar="PACK", help="文件夹，或自带的一套的名称 / a folder, or the name of one")
    ],
) -> None:
    """Its exit status is 1 where the product would refuse the pack."""
    texts, written = Texts.load("party"), _as_configured(name)
    folder = _folder(written)
    refused = warned = 0
    for problem in problems(folder):
        line = texts(f"pack.{problem.code}", **problem.values)
        say(texts("pack.where", file=problem.file, problem=line), "bad" if problem.refused else "warning")
        refused, warned = refused + problem.refused, warned + (not problem.refused)
    menu = folder / "menu.toml"
    for fault in faults(read_file(menu, lambda content: read_menu(content, menu.name)), is_command):
        line = texts(f"menu.{fault.code}", **fault.values)
        say(texts("pack.where", file=menu.name, problem=line), "bad" if fault.refused else "warning")
        refused, warned = refused + fault.refused, warned + (not fault.refused)
    if refused:
        say(texts("pack.refused", count=refused), "bad")
        raise typer.Exit(_PROBLEM)
    say(texts("pack.usable_with" if warned else "pack.usable", count=warned, folder=written), "good")


@pack.command("new", help="照一套自带的另存一份，改成自己的 / a copy of one to make one's own")
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="放在哪里，不能已经有 / where; must not exist yet")],
    like: Annotated[str, typer.Option(metavar="PACK", help="照哪一套 / which one to copy")] = "party",
) -> None:
    """The copy is complete, so that each sentence in it can be changed or deleted."""
    source, texts = _folder(_as_configured(like)), Texts.load("party")
    if folder.exists():
        raise CommandError("pack_exists", path=str(folder))
    shutil.copytree(source, folder)
    say(texts("pack.made", folder=_as_configured(str(folder))), "good")


def _as_configured(name: str) -> str:
    """A pack as `organisation.terms` names it: whoever types the name of a folder that is here means the folder."""
    return f"./{name}" if (Path(name) / "terms.toml").is_file() and Path(name).name == name else name


def _folder(name: str) -> Path:
    try:
        return pack_folder(name)
    except TextError as error:
        raise CommandError("pack_unknown", reason=str(error)) from None
