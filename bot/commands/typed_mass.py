"""`broadcast --mass`, as it is typed: whom it reaches and what the quota leaves; then its number is asked for."""

import typer

from bot.commands.errors import CommandError
from bot.commands.screen import say
from bot.commands.setting import Setting
from bot.handlers.mass import preview, refusal
from bot.wording import Wording
from models.broadcast import Broadcast
from scheduler.mass import by_openid, rest
from scheduler.outgoing import shared
from scheduler.routes import Account


def order_mass(setting: Setting, broadcast_id: int, grace: int | None, *, yes: bool) -> None:
    """Shows what a mass message would do, has it confirmed, and orders it."""
    with setting.reading() as (db, view):
        broadcast = db.get(Broadcast, broadcast_id)
        if broadcast is None:
            raise CommandError("broadcast_missing", id=broadcast_id)
        account = Account(setting.config.wechat.account)
        found = rest(db, broadcast, account, view.rules, view.now)
        if found.refusal:
            raise CommandError("mass_refused", reason=refusal(view.texts, found))
        say(view.texts("mass.text", text=Wording(view.texts)(shared(db.connection(), broadcast, view.rules, view.now))))
        for line in preview(view.texts, found, tagged=not by_openid(account)):
            say(line)
        if view.rules.hours.quiet(view.now):
            say(view.texts("broadcast.forecast_quiet", time=f"{view.rules.hours.quiet_until:%-H:%M}"))
    count = str(len(found.people))
    if not yes:
        said = typer.prompt(setting.texts("commands.confirm_number", count=count), default="", show_default=False)
        if said.strip() != count:
            say(setting.texts("commands.nothing_sent"), "warning")
            raise typer.Exit(1)
    setting.perform("mass", {"broadcast_id": broadcast_id, "digest": found.digest, "grace": grace})
