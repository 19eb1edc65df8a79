"""The command line: what is typed, and nothing of what it does, which is in `bot/commands`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup

from bot.commands import serve, typed, typed_broadcast, typed_why
from bot.commands.doctor import examine_installation
from bot.commands.errors import CommandError
from bot.commands.screen import say
from bot.commands.setting import Setting, quiet, setting_of
from bot.commands.typed_admin import admin
from bot.commands.typed_channel import channel
from bot.commands.typed_files import exports, imports
from bot.commands.typed_menu import menu
from bot.commands.typed_pack import pack
from bot.commands.typed_plans import plans
from bot.config import DEFAULT_FILE, ConfigError
from bot.files.faults import FileError
from bot.texts import TextError, Texts

REFUSED = 2
INTERRUPTED = 130


class Commands(TyperGroup):
    """Takes `--config` anywhere on the line, and turns what can't be done into one sentence."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Moves `--config` to the front, where the parser expects what holds for every command."""
        place = next((place for place, word in enumerate(args) if word.partition("=")[0] == "--config"), None)
        if place is not None and "--" not in args[:place]:
            end = place + (1 if "=" in args[place] else 2)
            args = args[place:end] + args[:place] + args[end:]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; its exit status is 2 where it was refused."""
        texts = Texts.load("party")
        status = REFUSED
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            say(str(error), "bad")
        except (CommandError, FileError) as error:
            say(error.said(texts), "bad")
        except TextError:
            say(texts("pack.unusable", folder=ctx.obj.config.organisation.terms), "bad")
        except DBAPIError as error:
            say(texts("commands.database_trouble", reason=str(error.orig).strip().partition("\n")[0]), "bad")
        except KeyboardInterrupt:
            status = INTERRUPTED
        raise typer.Exit(status)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="晨钟：给学习型组织用的微信公众号学习提醒机器人 / study reminders for learning communities on WeChat",
)
app.add_typer(imports, name="import")
app.add_typer(exports, name="export")
app.add_typer(menu, name="menu")
app.add_typer(pack, name="pack")
app.add_typer(channel, name="channel")
app.add_typer(plans, name="plans")
app.add_typer(admin, name="admin")

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="监听的端口，默认按配置 / the port to listen on")]
Host = Annotated[str | None, typer.Option(help="监听的地址，默认按配置 / the address to listen on")]


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="用哪个配置文件 / the configuration file to read")
    ] = None,
) -> None:
    """What holds for every command."""
    # Whatever these commands write holds people's data: it is for the eyes of its owner.
    os.umask(0o077)
    ctx.obj = Setting(config)


@app.command(
    help="打开演示：整个产品、模拟的微信、浏览器里的手机 / the product, an emulated WeChat, a phone in the browser"
)
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="监听的端口 / the port to listen on")] = 8000,
    host: Annotated[str, typer.Option(help="监听的地址 / the address to listen on")] = "127.0.0.1",
    fresh: Annotated[bool, typer.Option("--fresh", help="丢掉上次的数据，从头开始 / start over")] = False,
) -> None:
    """Needs no configuration: it writes its own into data/demo."""
    # The emulated platform takes a second to load, which no other command should wait for.
    from bot.commands.demo import run_demo

    asyncio.run(run_demo(Path("data/demo"), host, port, fresh=fresh))


@app.command(help="运行真实的公众号，一个进程里什么都有 / serve a real account: everything in one process")
def run(ctx: typer.Context, port: Port = None, host: Host = None) -> None:
    """The normal way on one machine."""
    config = setting_of(ctx).config
    asyncio.run(serve.run(config, host or config.server.host, port or config.server.port))


@app.command(help="只回答微信的消息，用 PostgreSQL 时 / only answer the platform (PostgreSQL)")
def web(ctx: typer.Context, port: Port = None, host: Host = None) -> None:
    """One of the parts of `run`."""
    config = setting_of(ctx).config
    asyncio.run(serve.web(config, host or config.server.host, port or config.server.port))


@app.command(help="只安排到点的事，用 PostgreSQL 时 / only plan what falls due (PostgreSQL)")
def clock(ctx: typer.Context) -> None:
    """One of the parts of `run`."""
    asyncio.run(serve.part(setting_of(ctx).config, "clock", serve.CLOCK_JOBS))


@app.command(help="只发送，用 PostgreSQL 时 / only send what is due (PostgreSQL)")
def worker(ctx: typer.Context) -> None:
    """One of the parts of `run`."""
    asyncio.run(serve.part(setting_of(ctx).config, "worker", serve.WORKER_JOBS))


@app.command(help="单独运行模拟的微信平台 / the emulated platform alone")
def emulator(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="监听的端口 / the port to listen on")] = 8100,
    host: Annotated[str, typer.Option(help="监听的地址 / the address to listen on")] = "127.0.0.1",
    webhook: Annotated[
        str, typer.Option(metavar="URL", help="把消息推送到哪里 / where to push messages")
    ] = "http://127.0.0.1:8000/wechat",
) -> None:
    """With no account configured it uses the published test credentials."""
    from bot.emulator import Account, Emulator  # As in `demo`.

    wechat = setting_of(ctx).config.wechat
    keys = ("app_id", "app_secret", "token", "encoding_aes_key", "original_id")
    own = {key: getattr(wechat, key) for key in keys if wechat.app_id and getattr(wechat, key)}
    platform = Emulator(Account(kind=wechat.account, mode=wechat.mode, **own), webhook=webhook)
    asyncio.run(serve.emulator(platform, platform.app, host, port))


@app.command(help="把数据库升到最新版本 / bring the database to the newest schema")
def migrate(ctx: typer.Context) -> None:
    """`run`, `web` and `demo` do it themselves."""
    setting = setting_of(ctx)
    changed = serve.bring_up_to_date(setting.config)
    say(setting.texts("commands.migrated" if changed else "commands.already_current"), "good")


@app.command(
    help="查一查配置、账号、数据库和回调地址，每项一行，说明怎么办 / what is wrong with this installation, and its cure"
)
def doctor(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，给程序读 / for programs")] = False,
    seconds: Annotated[
        float, typer.Option("--timeout", min=0.1, max=600, help="每次调用最多等几秒 / seconds for each call")
    ] = 10.0,
) -> None:
    """Reads only, beside a running server too; its exit status is 1 if there is a problem."""
    quiet()
    file = ctx.find_root().obj.path or DEFAULT_FILE
    raise typer.Exit(asyncio.run(examine_installation(file, seconds, as_json=as_json)))


app.command(help="发一条广播，先看预告 / a broadcast, the forecast first")(typed_broadcast.broadcast)
app.command(help="一条推送为什么没到，一句话说清 / why a push hasn't arrived, in one sentence")(typed_why.explain)
app.command(help="现在主动发消息，谁收不到，怎么办 / whom nothing reaches now, and what to do")(typed_why.unreachable)
app.command(help="备份，运行着也行 / back up everything, also while it runs")(typed.backup)
app.command(help="从备份恢复 / put a backup in the place of the data")(typed.restore)
app.command(help="删除一个人的全部数据 / erase a person, with a report")(typed.erase)


def main() -> None:
    """What `chenzhong` and `python -m bot` start."""
    app(prog_name="chenzhong")


if __name__ == "__main__":
    main()
