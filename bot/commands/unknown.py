"""Of whom nobody knows whether they got a broadcast, and sending it to them again."""

from collections.abc import AsyncIterator

from sqlmodel import Session, col, func, select

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Event
from bot.commands.following import follow
from models.audit import note
from models.broadcast import Broadcast
from models.member import Member
from models.push import Push, PushStatus
from scheduler import broadcasts


async def resend_unknown(product: Product, *, broadcast_id: int, expected: int) -> AsyncIterator[Event]:
    """Sends those again of whom nobody knows whether they got it: `expected` of them."""

    def work(db: Session) -> Broadcast:
        broadcast = db.get(Broadcast, broadcast_id)
        if broadcast is None or len(unknown_names(db, broadcast_id)) != expected:
            raise CommandError("audience_changed")
        broadcasts.resend_unknown(db, broadcast_id)
        note(db, "resend_unknown", at=product.clock.now(), by=None, broadcast=broadcast_id, count=expected)
        db.expunge(broadcast)
        return broadcast

    broadcast = await product.writer.run(work)
    async for event in follow(product, broadcast):
        yield event


def unknown_names(db: Session, broadcast_id: int) -> list[str]:
    """Of whom nobody knows whether they got a broadcast."""
    names = select(Member.name).join(Push, col(Push.member_id) == col(Member.id))
    unknown = names.where(Push.broadcast_id == broadcast_id, Push.status == PushStatus.UNKNOWN)
    return list(db.exec(unknown.order_by(col(Member.id))))


def with_unknown(db: Session) -> dict[int, int]:
    """The broadcasts that have any of these, and how many."""
    query = select(Push.broadcast_id, func.count()).where(Push.status == PushStatus.UNKNOWN)
    return dict(db.exec(query.group_by(col(Push.broadcast_id)).order_by(col(Push.broadcast_id))).all())
