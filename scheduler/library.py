"""What a change of the library does to what is planned already: an item withdrawn, put back, or valid no longer."""

from datetime import datetime, time

from sqlmodel import Session, col, func, select, update

from models import owed
from models.broadcast import Broadcast, BroadcastState
from models.library import Book, Topic, kind_of
from models.push import UNSENT, Push
from scheduler.calendar import ONE_DAY, Hours
from scheduler.cause import Cause


def unsent(db: Session, item: Topic | Book) -> int:
    """How many pushes of an item haven't left yet."""
    mine = (Broadcast.kind == kind_of(item), Broadcast.item_id == item.id, col(Broadcast.state).in_(owed.RUNNING))
    query = select(func.count()).select_from(Push).join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
    return db.exec(query.where(*mine, col(Push.status).in_(UNSENT))).one()


def withdraw(db: Session, item: Topic | Book) -> int:
    """Takes an item out of everything at once; how many pushes that stopped.

    The state of its broadcasts stops delivery at once, and no plan takes it any more. Rows are cancelled here up to one
    batch, the rest by the next `tick`.
    """
    # This statement comes first: it waits for whoever is just planning this very item (`models.library.reserved`).
    item.withdrawn = True
    db.add(item)
    db.flush()
    stopped = unsent(db, item)
    ids = [broadcast.id for broadcast in _running(db, item)]
    # Whatever isn't planned to the end is tidied up by the tick.
    over = update(Broadcast).where(col(Broadcast.id).in_(ids))
    db.connection().execute(over.values(state=BroadcastState.WITHDRAWN, planned_to=0))
    owed.cancel(db.connection(), [id_ for id_ in ids if id_ is not None], Cause.WITHDRAWN)
    return stopped


def restore(db: Session, item: Topic | Book) -> None:
    """Puts an item back: it has its turn again. What was cancelled stays so."""
    item.withdrawn = False
    db.add(item)


def ends(item: Topic | Book, hours: Hours) -> datetime | None:
    """When an item is valid no longer: at the end of its last day."""
    return hours.at(item.valid_until + ONE_DAY, time.min) if item.valid_until else None


def shorten(db: Session, item: Topic | Book, hours: Hours) -> None:
    """Lets nothing of an item ring or be shown after its last day, which has just been set."""
    end = ends(item, hours)
    if end is None:
        return
    for broadcast in _running(db, item):
        broadcast.ring_until = min(broadcast.ring_until, end)
        broadcast.show_until = min(broadcast.show_until, end)
        db.add(broadcast)


def _running(db: Session, item: Topic | Book) -> list[Broadcast]:
    mine = (Broadcast.kind == kind_of(item), Broadcast.item_id == item.id)
    return list(db.exec(select(Broadcast).where(*mine, col(Broadcast.state).in_(owed.RUNNING))))
