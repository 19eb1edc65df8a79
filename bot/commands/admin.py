"""`admin link`: a link into the console for an admin who has no phone at hand, or isn't bound yet."""

from collections.abc import AsyncIterator
from datetime import timedelta

from sqlmodel import Session

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line
from bot.commands.places import find_member
from bot.handlers.console_link import PATH
from models import console
from models.audit import note
from models.member import Status
from models.role import ADMINS, roles_of


async def console_link(product: Product, *, member: str) -> AsyncIterator[Event]:
    """Issues the link, and says it. Raises `CommandError` for who is no admin, or without an address."""
    now, base = product.clock.now(), product.config.server.public_url
    if not base:
        raise CommandError("console_no_address")

    def work(db: Session) -> str:
        person = find_member(db, member)
        assert person.id is not None
        held = {kind for kind, _ in roles_of(db, person.id, product.rules.hours.day(now))}
        if person.status == Status.INACTIVE or not held & set(ADMINS):
            raise CommandError("console_no_admin", name=person.name)
        note(db, "console_link_for", at=now, by=None, member=person.id)
        return console.issue_link(db, person.id, now)

    link = f"{base}{PATH}{await product.writer.run(work)}"
    minutes = console.LINK_LIFETIME // timedelta(minutes=1)
    yield Line(product.texts("commands.console_link", minutes=minutes, link=link))
    yield Ended()
