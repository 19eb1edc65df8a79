"""`erase`: a person leaves no trace, and the report says table by table what went."""

import asyncio
from collections.abc import AsyncIterator

from sqlmodel import Session

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line
from bot.commands.places import find_member
from bot.keepsakes import folder, sweep
from models import erasure
from models.audit import note
from models.erasing import Gone, erase_member
from models.role import LastAdminError, end_roles


async def erase(product: Product, *, member: str) -> AsyncIterator[Event]:
    """Deletes everything that is stored of one person."""
    now = product.clock.now()

    def work(db: Session) -> tuple[str, list[Gone]]:
        person = find_member(db, member)
        try:
            end_roles(db, person.id or 0, product.rules.hours.day(now))
        except LastAdminError:
            raise CommandError("erase_last_admin", name=person.name) from None
        gone = erase_member(db, person, now)
        note(db, "erase", at=now, by=None, rows=sum(part.count for part in gone))
        return person.name, gone

    name, gone = await product.writer.run(work)
    await asyncio.to_thread(sweep, product.database, folder(product.config))
    if await product.writer.scrub():
        await product.writer.run(lambda db: erasure.scrubbed(db, now, now))
    for part in gone:
        what = product.texts(f"commands.table_{part.table}")
        yield Line(product.texts("commands.erased_rows", what=what, count=part.count))
    yield Line(product.texts("commands.erased", name=name), "good")
    yield Ended()
