"""`import …` and `export …`, as they are typed."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot import own_data
from bot.commands.codes import slips_page
from bot.commands.errors import CommandError
from bot.commands.exports import EXPORTS
from bot.commands.imports import sheet_arguments
from bot.commands.places import find_member
from bot.commands.screen import say
from bot.commands.setting import read_file, setting_of
from bot.files.sheet import read_sheet
from bot.files.writing import write_table

imports = typer.Typer(no_args_is_help=True, help="从 CSV 或 XLSX 文件导入 / import from CSV or XLSX files")
exports = typer.Typer(no_args_is_help=True, help="导出为 CSV 或 XLSX 文件 / export to CSV or XLSX files")

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV 或 XLSX 文件 / the CSV or XLSX file")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / check only, write nothing")]
KeepGood = Annotated[
    bool, typer.Option("--keep-good", help="有错的行跳过，其余写入 / leave bad rows out and write the others")
]
Form = Annotated[Literal["csv", "xlsx"], typer.Option("--format", help="文件格式 / file format")]
Out = Annotated[
    Path | None, typer.Option("--out", help="写到哪个文件，- 为标准输出 / the file to write, - for standard output")
]


def _import(ctx: typer.Context, kind: str, file: Path, *, dry_run: bool, keep_good: bool) -> None:
    sheet = read_file(file, read_sheet)
    setting_of(ctx).perform(f"import {kind}", {**sheet_arguments(sheet), "dry_run": dry_run, "keep_good": keep_good})


@imports.command("members", help="导入名册 / import the roster of members")
def import_members(ctx: typer.Context, file: File, dry_run: DryRun = False, keep_good: KeepGood = False) -> None:
    """Imports a roster."""
    _import(ctx, "members", file, dry_run=dry_run, keep_good=keep_good)


@imports.command("topics", help="导入学习内容 / import topics to study")
def import_topics(ctx: typer.Context, file: File, dry_run: DryRun = False, keep_good: KeepGood = False) -> None:
    """Imports topics."""
    _import(ctx, "topics", file, dry_run=dry_run, keep_good=keep_good)


@imports.command("books", help="导入书目 / import books to read")
def import_books(ctx: typer.Context, file: File, dry_run: DryRun = False, keep_good: KeepGood = False) -> None:
    """Imports books."""
    _import(ctx, "books", file, dry_run=dry_run, keep_good=keep_good)


@imports.command("questions", help="导入题库 / import a bank of questions")
def import_questions(ctx: typer.Context, file: File, dry_run: DryRun = False, keep_good: KeepGood = False) -> None:
    """Imports questions."""
    _import(ctx, "questions", file, dry_run=dry_run, keep_good=keep_good)


@imports.command("days", help="导入放假、调休上班、停发、庄重的日子 / import days off, closures, solemn days")
def import_days(ctx: typer.Context, file: File, dry_run: DryRun = False, keep_good: KeepGood = False) -> None:
    """Imports days."""
    _import(ctx, "days", file, dry_run=dry_run, keep_good=keep_good)


_HELP = {
    "members": "导出名册，列与导入的相同 / the roster, in the columns that import takes",
    "checkins": "导出打卡记录 / all check-ins",
    "notes": "导出分享着的心得 / the notes that are shared",
    "pushes": "导出每条推送的去向 / what became of every push",
    "unreachable": "导出现在主动发消息收不到的人和办法 / whom nothing reaches now, and what to do",
    "topics": "导出学习内容 / the topics",
    "books": "导出书目 / the books",
    "questions": "导出题库 / the bank of questions",
    "days": "导出放假、调休上班、停发、庄重的日子 / days off, closures, solemn days",
}


def _export(kind: str) -> None:
    @exports.command(kind, help=_HELP[kind])
    def command(ctx: typer.Context, form: Form = "csv", out: Out = None) -> None:
        with setting_of(ctx).reading() as (db, view):
            header, rows = EXPORTS[kind](db, view)
            content = write_table(header, list(rows), form)
        _write(out or Path(f"{kind}.{form}"), content, ctx)


for _kind in EXPORTS:
    _export(_kind)


@exports.command(
    "codes", help="给还没绑定的人发新的绑定码，打印成纸条 / new binding codes for the unbound, as slips to print"
)
def export_codes(
    ctx: typer.Context,
    group: Annotated[str, typer.Option(help="只要一个小组或支部 / one group or branch only")] = "",
    out: Annotated[Path, typer.Option(help="写到哪个文件 / the file to write")] = Path("codes.html"),
) -> None:
    """Issues codes and writes the slips."""
    setting = setting_of(ctx)
    # Before the codes are issued: those that were given out stop working with it.
    _refuse_existing(out)
    codes = setting.perform("export codes", {"group": group})["codes"]
    if codes:
        _write(out, slips_page(codes, setting.config, setting.texts).encode(), ctx)


@exports.command("member", help="导出存了一个人的什么，交给本人 / what is stored of one person, to be handed to them")
def export_member(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="姓名；重名时加小组：「林小满 第二小组」 / the name")],
    out: Annotated[Path, typer.Option(help="写到哪个文件 / the file to write")] = Path("member.zip"),
) -> None:
    """The file that a member gets by chat, for those who can't open links."""
    with setting_of(ctx).reading() as (db, view):
        content = own_data.packed(db, find_member(db, member).id or 0, view)
    _write(out, content, ctx)


def _write(path: Path, content: bytes, ctx: typer.Context) -> None:
    """Writes a file that only its owner may read: it holds people's data."""
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        return
    _refuse_existing(path)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
    except OSError as error:
        raise CommandError("file_unwritable", path=str(path), reason=error.strerror or str(error)) from None
    say(setting_of(ctx).texts("commands.written", path=path), "good")


def _refuse_existing(path: Path) -> None:
    if str(path) != "-" and path.exists():
        raise CommandError("file_exists", path=str(path))
