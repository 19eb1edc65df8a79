"""`channel add`, `list`, `test` and `remove`, as they are typed."""

from typing import Annotated

import typer
from sqlmodel import col, select

from bot.commands.screen import say
from bot.commands.setting import setting_of
from models import channel as channels
from models.branch import Branch
from models.channel import Channel

channel = typer.Typer(no_args_is_help=True, help="支部的群：企业微信群机器人等 / group chats of branches")

Number = Annotated[int, typer.Argument(metavar="ID", help="编号，见 channel list / its number")]


@channel.command("add", help="添加一个群，以后人人相同的内容也发到那里 / add a group chat")
def add(
    ctx: typer.Context,
    branch: Annotated[str, typer.Argument(metavar="BRANCH", help="哪个支部或小组的群 / whose group it is")],
    url: Annotated[
        str,
        typer.Argument(metavar="[URL]", help="机器人的地址，不写就会问，不留在命令记录里 / asked for if left out"),
    ] = "",
) -> None:
    """The address is a secret: typed at the question it is in no shell's history."""
    setting = setting_of(ctx)
    address = url or typer.prompt(setting.texts("commands.channel_ask"), hide_input=True)
    setting.perform("channel add", {"place": branch, "address": address})


@channel.command("list", help="看有哪些群、发了多少 / the group chats, and how much was posted")
def list_(ctx: typer.Context) -> None:
    """Never shows an address."""
    with setting_of(ctx).reading() as (db, view):
        rows = list(db.exec(select(Channel, Branch.name).join(Branch).order_by(col(Channel.id))))
        counts = channels.counts(db)
        if not rows:
            say(view.texts("commands.channel_none"))
        for one, branch in rows:
            say(view.texts("commands.channel_row", id=one.id, branch=branch, label=one.label))
            for state, count in sorted(counts.get(one.id or 0, {}).items()):
                words = view.texts(f"commands.push_{state}")
                say(view.texts("commands.posting_count", state=words, count=count))
            if one.broken_at:
                time, errcode = view.moment(one.broken_at), one.errcode or "-"
                say(view.texts("commands.channel_broken", time=time, errcode=errcode, id=one.id), "warning")


@channel.command("test", help="现在就往那个群里发一句试试 / post one line there now")
def try_it(ctx: typer.Context, number: Number) -> None:
    """Says how it went."""
    setting_of(ctx).perform("channel test", {"channel_id": number})


@channel.command("remove", help="不再往那个群里发，删掉地址 / take a group chat away")
def remove(ctx: typer.Context, number: Number) -> None:
    """What is there stays in the group."""
    setting_of(ctx).perform("channel remove", {"channel_id": number})
