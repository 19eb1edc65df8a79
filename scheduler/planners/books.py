"""A book to read, every second Friday."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.branch import Branch, subtree
from models.broadcast import BroadcastKind
from models.library import Book, available, reserved
from models.plan import Plan
from scheduler import audience
from scheduler.days import closed_nodes
from scheduler.library import ends
from scheduler.planners.firing import Draft, Firing, Until, write_broadcast
from scheduler.planners.rotation import Item, choose
from scheduler.planners.topics import shown_before


def ring_until(firing: Firing) -> datetime:
    """Until the evening: a book can wait."""
    return firing.rules.ring_until(firing.occasion, firing.rules.hours.quiet_from)


def show_until(firing: Firing) -> datetime:
    """For some days."""
    return firing.rules.shown_for(firing.occasion, firing.rules.book_show_days)


def plan(db: Session, firing: Firing, until: Until) -> None:
    """The next book, for everybody the plan serves; nothing while the library is empty."""
    book = next_book(db, firing.plan, firing.day)
    if book is not None:
        path = db.get_one(Branch, firing.plan.branch_id).path
        people = audience.of_plan(firing.plan, closed=closed_nodes(db.connection(), subtree(db, path), firing.day))
        draft = Draft(BroadcastKind.BOOK, facts(book), audience=people, item_id=book.id)
        write_broadcast(db, firing, until.within(ends(book, firing.rules.hours)), draft)


def next_book(db: Session, plan: Plan, day: date) -> Book | None:
    """The book whose turn it is, without using the turn up."""
    item = choose(turns(db, day), shown_before(db, plan))
    return reserved(db, Book, item.id, day) if item else None


def turns(db: Session, day: date) -> list[Item]:
    """The books that may have their turn on a day."""
    query = select(Book.id).where(*available(Book, day)).order_by(col(Book.id))
    return [Item(id_ or 0) for id_ in db.exec(query)]


def facts(book: Book) -> dict[str, Any]:
    """What the words of a book are made of."""
    return {name: getattr(book, name) for name in ("title", "author", "reason", "link") if getattr(book, name)}
