"""`broadcast`, as it is typed: the forecast first, then the number, then the progress."""

import asyncio
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.audience import FEWEST
from bot.commands.broadcast import Order
from bot.commands.composing import Composed, Written, compose
from bot.commands.errors import CommandError
from bot.commands.exports import View
from bot.commands.perform import perform
from bot.commands.places import find_member
from bot.commands.screen import say, show
from bot.commands.setting import Setting, setting_of
from bot.commands.typed import Yes
from bot.commands.typed_mass import order_mass
from bot.commands.unknown import unknown_names, with_unknown
from bot.content import begging
from bot.misread import Misread
from bot.times import moment
from scheduler.forecast import MOST_NAMES, Forecast, forecast
from scheduler.postings import reached_by
from scheduler.routes import Account


def broadcast(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="广播的内容 / what to say")] = "",
    audience: Annotated[
        str,
        typer.Option(help="给谁，如「第二小组 书记 #书法 七天没打卡」，不写就是全体 / for whom; everybody by default"),
    ] = "",
    at: Annotated[str, typer.Option(help="几时发，如 09:00、2026-07-01 09:00、明天 9:00 / when to send it")] = "",
    receipt: Annotated[bool, typer.Option("--receipt", help="请收到的人回复 收到 / ask for an answer")] = False,
    yes: Yes = False,
    grace: Annotated[
        int | None, typer.Option(min=0, max=3600, help="多少秒内可以撤回 / seconds in which it can be taken back")
    ] = None,
    title: Annotated[str, typer.Option(help="链接卡片的标题 / the title of a link card")] = "",
    link: Annotated[str, typer.Option(metavar="URL", help="链接卡片的网址 / the address of a link card")] = "",
    cover: Annotated[str, typer.Option(metavar="URL", help="链接卡片的封面图 / the picture of a link card")] = "",
    image: Annotated[Path | None, typer.Option(metavar="FILE", help="发一张图片，PNG 或 JPG / send a picture")] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV 或 XLSX，各列填进内容里的 {列名} / a table whose columns fill {…}"),
    ] = None,
    keep_good: Annotated[bool, typer.Option("--keep-good", help="跳过文件里有错的行 / leave bad rows out")] = False,
    test: Annotated[str, typer.Option(metavar="MEMBER", help="只试发给这个人 / to this member only, as a trial")] = "",
    resend_unknown: Annotated[
        int | None,
        typer.Option(metavar="ID", help="把一次广播里说不准是否收到的再发一遍 / send again what may not have arrived"),
    ] = None,
    mass: Annotated[
        int | None,
        typer.Option(metavar="ID", help="把一次广播里没送到的人用群发补上 / mass-send it to whom it hasn't reached"),
    ] = None,
    pause: Annotated[int | None, typer.Option(metavar="ID", help="暂停一次广播 / hold a broadcast")] = None,
    resume: Annotated[int | None, typer.Option(metavar="ID", help="接着发 / let it go on")] = None,
    recall: Annotated[int | None, typer.Option(metavar="ID", help="收回还没发的 / take back what hasn't left")] = None,
) -> None:
    """The forecast first; then, once confirmed, the broadcast, with its progress until it is settled."""
    setting = setting_of(ctx)
    courses = {"take back": recall, "hold": pause, "let go": resume}
    given = [(name, id_) for name, id_ in courses.items() if id_ is not None]
    written = Written(text, audience, title, link, cover, image, file, keep_good=keep_good, asks=receipt)
    if written.is_something + (resend_unknown is not None) + (mass is not None) + len(given) != 1:
        raise CommandError("broadcast_usage")
    if mass is not None:
        order_mass(setting, mass, grace, yes=yes)
        return
    if given:
        name, id_ = given[0]
        setting.perform(name, {"broadcast_id": id_})
        return
    if resend_unknown is not None:
        raise typer.Exit(_send_again(setting, resend_unknown, yes=yes))
    if test:
        raise typer.Exit(asyncio.run(_send(setting, "try out", _trial(setting, written, test))))
    order = _ask(setting, written, at, grace, yes=yes)
    raise typer.Exit(asyncio.run(_send(setting, "broadcast", asdict(order))))


def _send_again(setting: Setting, broadcast_id: int, *, yes: bool) -> int:
    """What may not have arrived of a broadcast; the exit status."""
    count = _ask_about_unknown(setting, broadcast_id, yes=yes)
    return asyncio.run(_send(setting, "resend unknown", {"broadcast_id": broadcast_id, "expected": count}))


def _trial(setting: Setting, written: Written, test: str) -> dict[str, Any]:
    """The broadcast as it was typed, for one person."""
    with setting.reading() as (db, view):
        member, composed = find_member(db, test), compose(db, view, written)
    order = composed.order
    letters = [letter for letter in order.letters if letter[0] == member.id]
    if order.letters and not letters:
        raise CommandError("letters_not_for", name=member.name)
    return {**asdict(replace(order, letters=letters)), "member_id": member.id}


def _ask(setting: Setting, written: Written, at: str, grace: int | None, *, yes: bool) -> Order:
    """Shows the forecast and has its number typed; the broadcast with that number."""
    with setting.reading() as (db, view):
        composed = compose(db, view, written)
        starts_at = _moment(at, view) if at else None
        count = _show_forecast(db, view, composed, starts_at, grace)
    if not yes:
        _confirm_number(setting, count)
    when = starts_at.isoformat() if starts_at else ""
    return replace(composed.order, expected=count, at=when, grace=grace)


def _show_forecast(db: Session, view: View, composed: Composed, starts_at: datetime | None, grace: int | None) -> int:
    rules = view.rules if grace is None else replace(view.rules, grace_seconds=grace)
    asked_at = max(view.now, starts_at - timedelta(seconds=rules.grace_seconds)) if starts_at else view.now
    seen = forecast(db, composed.people, Account(view.config.wechat.account), rules, asked_at)
    if not composed.names and seen.total < FEWEST:
        raise CommandError("too_few", fewest=FEWEST)
    if not seen.total:
        raise CommandError("nobody")
    texts = view.texts
    for line in composed.preview:
        say(line)
    say(texts("broadcast.forecast_audience", audience=composed.order.people, count=seen.total))
    _show_counts(view, seen, names=composed.names)
    if labels := reached_by(db, composed.people):
        say(texts("channel.forecast", labels="、".join(labels)))
    if starts_at:
        say(texts("commands.forecast_at", time=view.moment(starts_at)))
    elif rules.hours.quiet(asked_at + timedelta(seconds=rules.grace_seconds)):
        say(texts("broadcast.forecast_quiet", time=f"{rules.hours.quiet_until:%-H:%M}"))
    limit = view.config.limits.approve_above
    if limit and seen.total > limit:
        say(texts("approval.needed", limit=limit), "warning")
    if begs := begging(composed.order.text):
        say(texts("broadcast.begging", words=begs), "warning")
    return seen.total


def _show_counts(view: View, seen: Forecast, *, names: bool) -> None:
    texts = view.texts
    if seen.now_count:
        say(texts("broadcast.forecast_now", count=seen.now_count))
    for key, count, listed, causes in (
        ("next", seen.next_count, seen.next, seen.causes(phone=False)),
        ("phone", seen.phone_count, seen.phone, seen.causes(phone=True)),
    ):
        if not count:
            continue
        known = texts.names(listed, most=MOST_NAMES, of=count)
        say(
            texts(f"broadcast.forecast_{key}" if names else f"broadcast.forecast_{key}_count", count=count, names=known)
        )
        reasons = "，".join(texts(f"broadcast.cause_{cause}", count=number) for cause, number in causes.items())
        say(texts("broadcast.forecast_causes", causes=reasons))


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


def _moment(text: str, view: View) -> datetime:
    try:
        return moment(text, view.now.astimezone(view.rules.hours.zone))
    except Misread as error:
        raise CommandError("file_refused", reason=error.said(view.texts)) from None


async def _send(setting: Setting, command: str, arguments: dict[str, Any]) -> int:
    """Sends, and shows how far it is; an interrupt in the grace takes all of it back."""
    facts: dict[str, Any] = {}
    try:
        return await show(perform(setting.config, command, arguments), facts)
    except asyncio.CancelledError:
        if "broadcast" not in facts:
            raise
    return await show(perform(setting.config, "recall", {"broadcast_id": facts["broadcast"]}))
