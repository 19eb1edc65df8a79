"""A broadcast on its way: taken back, held, let go on, by its number."""

from collections.abc import AsyncIterator, Callable

from sqlmodel import Session

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line
from models.audit import note
from models.broadcast import Broadcast
from scheduler import broadcasts
from scheduler.progress import measure


async def recall(product: Product, *, broadcast_id: int) -> AsyncIterator[Event]:
    """Takes a broadcast back, whole, while its grace lasts; afterwards it is only no longer waited for."""

    def work(db: Session) -> bool:
        now, broadcast = product.clock.now(), db.get_one(Broadcast, broadcast_id)
        if now >= broadcast.starts_at:
            return False
        broadcasts.recall(db, product.rules, broadcast, now)
        note(db, "recall", at=now, by=None, broadcast=broadcast_id, have=0)
        return True

    done = await product.writer.run(work)
    yield Line(product.texts("commands.recalled" if done else "commands.not_recalled"), "good" if done else "warning")
    yield Ended(0 if done else 1)


async def take_back(product: Product, *, broadcast_id: int) -> AsyncIterator[Event]:
    """Takes back what hasn't left, and says how many have it."""

    def work(db: Session) -> broadcasts.Recalled:
        now, broadcast = product.clock.now(), _running(db, product, broadcast_id)
        done = broadcasts.recall(db, product.rules, broadcast, now)
        note(db, "recall", at=now, by=None, broadcast=broadcast_id, have=done.have)
        return done

    done = await product.writer.run(work)
    texts = product.texts
    nobody = not (done.have or done.unknown)
    key = "recalled" if nobody else "recalled_rest" if done.stopped else "recalled_late"
    yield Line(texts(f"broadcast.{key}", have=done.have, stopped=done.stopped), "good")
    if done.unknown:
        count, names = len(done.unknown), texts.names(done.unknown)
        yield Line(texts("broadcast.recalled_unknown", count=count, names=names), "warning")
    yield Ended()


async def hold(product: Product, *, broadcast_id: int) -> AsyncIterator[Event]:
    """Holds what is unsent of a broadcast."""
    have = await product.writer.run(lambda db: _change(db, product, broadcast_id, broadcasts.hold, "hold"))
    yield Line(product.texts("commands.broadcast_held", have=have, id=broadcast_id), "good")
    yield Ended()


async def let_go(product: Product, *, broadcast_id: int) -> AsyncIterator[Event]:
    """Lets a broadcast go on that was held."""
    await product.writer.run(lambda db: _change(db, product, broadcast_id, broadcasts.let_go, "let_go"))
    yield Line(product.texts("broadcast.let_go", id=broadcast_id), "good")
    yield Ended()


def _change(db: Session, product: Product, broadcast_id: int, change: Callable[[Broadcast], bool], what: str) -> int:
    """Changes the state of a broadcast; how many have it."""
    now, broadcast = product.clock.now(), _running(db, product, broadcast_id)
    if not change(broadcast):
        raise CommandError(f"broadcast_not_{what}", id=broadcast_id)
    db.add(broadcast)
    note(db, what, at=now, by=None, broadcast=broadcast_id)
    return measure(db, broadcast, now).arrived


def _running(db: Session, product: Product, broadcast_id: int) -> Broadcast:
    found = db.exec(broadcasts.running(product.clock.now()).where(Broadcast.id == broadcast_id)).first()
    if found is None:
        raise CommandError("broadcast_not_there", id=broadcast_id)
    return found
