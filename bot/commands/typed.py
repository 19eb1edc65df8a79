"""`broadcast`, `backup`, `restore` and `erase`, as they are typed."""

import asyncio
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.backup import backup as make_backup
from bot.commands.backup import restore as put_back
from bot.commands.broadcast import unknown_names, with_unknown
from bot.commands.errors import CommandError
from bot.commands.events import Progress
from bot.commands.perform import perform
from bot.commands.places import find_member, find_node
from bot.commands.screen import Bar, say, show
from bot.commands.serve import owning_if_sqlite
from bot.commands.setting import Setting, setting_of
from bot.commands.typed_mass import order_mass
from bot.ride_along import REPLY_BYTES
from bot.wording import Wording
from scheduler import audience as audiences
from scheduler.clock import Clock
from scheduler.forecast import Forecast, forecast
from scheduler.postings import reached_by
from scheduler.routes import Account

Yes = Annotated[bool, typer.Option("--yes", help="不再询问 / don't ask")]


def broadcast(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="广播的内容 / what to say")] = "",
    audience: Annotated[
        str, typer.Option(help="支部或小组，不写就是全体 / a branch or group; everybody by default")
    ] = "",
    at: Annotated[str, typer.Option(help="几时发，如 09:00 或 2026-07-01 09:00 / when to send it")] = "",
    receipt: Annotated[bool, typer.Option("--receipt", help="请收到的人回复 收到 / ask for an answer")] = False,
    yes: Yes = False,
    grace: Annotated[
        int | None, typer.Option(min=0, max=3600, help="多少秒内可以撤回 / seconds in which it can be taken back")
    ] = None,
    resend_unknown: Annotated[
        int | None,
        typer.Option(metavar="ID", help="把一次广播里说不准是否收到的再发一遍 / send again what may not have arrived"),
    ] = None,
    mass: Annotated[
        int | None,
        typer.Option(metavar="ID", help="把一次广播里没送到的人用群发补上 / mass-send it to whom it hasn't reached"),
    ] = None,
) -> None:
    """The forecast first; then, once confirmed, the broadcast, with its progress until it is settled."""
    setting = setting_of(ctx)
    if bool(text) + (resend_unknown is not None) + (mass is not None) != 1:
        raise CommandError("broadcast_usage")
    if mass is not None:
        return order_mass(setting, mass, grace, yes=yes)
    if resend_unknown is not None:
        count = _ask_about_unknown(setting, resend_unknown, yes=yes)
        arguments: dict[str, Any] = {"broadcast_id": resend_unknown, "expected": count}
        raise typer.Exit(asyncio.run(_send(setting, "resend unknown", arguments)))
    starts_at, count = _ask(setting, text, audience, at, grace, asks=receipt, yes=yes)
    when = starts_at.isoformat() if starts_at else ""
    arguments = {"text": text, "place": audience, "expected": count, "at": when, "grace": grace, "asks": receipt}
    raise typer.Exit(asyncio.run(_send(setting, "broadcast", arguments)))


def _ask(
    setting: Setting, text: str, place: str, at: str, grace: int | None, *, asks: bool, yes: bool
) -> tuple[datetime | None, int]:
    """Shows the forecast and has its number typed; when to send, and to how many."""
    with setting.reading() as (db, view):
        node = find_node(db, place)
        signed = Wording(view.texts).signed(text, node.name, "", asks=asks)
        if len(signed.encode()) > REPLY_BYTES:
            raise CommandError("text_too_long", limit=(REPLY_BYTES - len(signed.encode()) + len(text.encode())) // 3)
        rules = view.rules if grace is None else replace(view.rules, grace_seconds=grace)
        starts_at = _moment(at, view.now.astimezone(rules.hours.zone)) if at else None
        asked_at = max(view.now, starts_at - timedelta(seconds=rules.grace_seconds)) if starts_at else view.now
        account = Account(setting.config.wechat.account)
        seen = forecast(db, audiences.within(node.path), account, rules, asked_at)
        if not seen.total:
            raise CommandError("nobody")
        _show_forecast(setting, signed, node.name, seen)
        if labels := reached_by(db, node.path):
            say(view.texts("channel.forecast", labels="、".join(labels)))
        if starts_at:
            say(view.texts("commands.forecast_at", time=view.moment(starts_at)))
        elif rules.hours.quiet(asked_at + timedelta(seconds=rules.grace_seconds)):
            say(view.texts("broadcast.forecast_quiet", time=f"{rules.hours.quiet_until:%-H:%M}"))
    if not yes:
        _confirm_number(setting, seen.total)
    return starts_at, seen.total


def _show_forecast(setting: Setting, signed: str, place: str, seen: Forecast) -> None:
    texts = setting.texts
    say(texts("broadcast.forecast_text", text=signed))
    say(texts("broadcast.forecast_audience", audience=texts("broadcast.audience_part", branch=place), count=seen.total))
    if seen.now:
        say(texts("broadcast.forecast_now", count=len(seen.now)))
    for key, names in (("forecast_next", seen.next), ("forecast_phone", seen.phone)):
        if names:
            say(texts(f"broadcast.{key}", count=len(names), names="、".join(names)))


def _confirm_number(setting: Setting, count: int) -> None:
    said = typer.prompt(setting.texts("commands.confirm_number", count=count), default="", show_default=False)
    if said.strip() != str(count):
        say(setting.texts("commands.nothing_sent"), "warning")
        raise typer.Exit(1)


def _ask_about_unknown(setting: Setting, broadcast_id: int, *, yes: bool) -> int:
    with setting.reading() as (db, view):
        names, others = unknown_names(db, broadcast_id), with_unknown(db)
    if not names and others:
        known = "、".join(view.texts("commands.unknown_of", id=id_, count=count) for id_, count in others.items())
        raise CommandError("unknown_elsewhere", id=broadcast_id, known=known)
    if not names:
        raise CommandError("no_unknown", id=broadcast_id)
    say(view.texts("commands.unknown_names", count=len(names), names="、".join(names)), "warning")
    if not yes:
        _confirm_number(setting, len(names))
    return len(names)


def _moment(text: str, now: datetime) -> datetime:
    """09:00 is the next time the clock shows it; 2026-07-01 09:00 that very moment."""
    found = re.fullmatch(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})[ T])?(\d{1,2})[:：](\d{2})", text.strip())
    try:
        if found is None:
            raise ValueError
        *day, hour, minute = (int(part) if part else 0 for part in found.groups())
        on = date(*day) if day[0] else now.date()
        moment = datetime(on.year, on.month, on.day, hour, minute, tzinfo=now.tzinfo)
    except ValueError:
        raise CommandError("at_unclear", value=text) from None
    if not day[0] and moment <= now:
        moment += timedelta(days=1)
    if moment <= now:
        raise CommandError("at_past", value=text)
    return moment


async def _send(setting: Setting, command: str, arguments: dict[str, Any]) -> int:
    """Sends, and shows how far it is; an interrupt in the grace takes all of it back."""
    facts: dict[str, Any] = {}
    try:
        return await show(perform(setting.config, command, arguments), facts)
    except asyncio.CancelledError:
        if "broadcast" not in facts:
            raise
    return await show(perform(setting.config, "recall", {"broadcast_id": facts["broadcast"]}))


def backup(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个文件 / the file to write")]
) -> None:
    """A consistent copy of everything, made while a server runs or not."""
    setting = setting_of(ctx)
    with Bar() as bar:
        what = setting.texts("commands.copying")
        saved = make_backup(
            setting.config, file, Clock().now(), lambda done, total: bar.show(Progress(done, total, what))
        )
    say(setting.texts("commands.backed_up", path=file, kilobytes=saved.bytes // 1024 + 1), "good")


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
