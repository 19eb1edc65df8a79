"""`broadcast`: an operator's broadcast, written whole before anything of it can leave."""

import base64
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import pictures, progress_page
from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Fact, Line, Progress
from bot.commands.following import follow
from bot.wording import wording_of
from models import owed
from models.audit import note
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastState
from models.member import Member
from scheduler import approvals, audience, broadcasts
from scheduler.forecast import forecast
from scheduler.late_answer import owe_words
from scheduler.rules import Rules

# What is further away than this is announced, not waited for.
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Order:
    """A broadcast as it was typed and confirmed, in values that JSON can carry.

    `letters` are rows of a member's id and their columns, where each reader gets other words; `picture` is the file,
    in base64; `at` an ISO time with a zone, or "" for as soon as the grace is over; `people` the audience in words.
    """

    text: str
    audience: Mapping[str, Any]
    branch_id: int
    people: str = ""
    expected: int = 0
    at: str = ""
    grace: int | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    picture: str = ""
    letters: Sequence[Any] = ()

    @property
    def picture_bytes(self) -> bytes:
        """The picture's file; empty for none."""
        return base64.b64decode(self.picture)


async def send_broadcast(product: Product, **written: Any) -> AsyncIterator[Event]:
    """Writes a broadcast for the people who were expected, and follows it until it is settled.

    Its arguments are the fields of `Order`. The fact `broadcast` is its id.
    """
    order = Order(**written)
    rules = product.rules if order.grace is None else replace(product.rules, grace_seconds=order.grace)
    broadcast = await product.writer.run(lambda db: _write(db, product, rules, order))
    assert broadcast.id is not None
    yield Fact("broadcast", broadcast.id)
    for event in _link(product, broadcast.id):
        yield event
    async for event in _write_letters(product, broadcast, order.letters):
        yield event
    asked = await product.writer.run(lambda db: _open(db, product, rules, broadcast, order))
    if asked:
        until = _wall(product, broadcast.show_until)
        yield Line(product.texts("commands.broadcast_asked", names=asked, until=until, id=broadcast.id), "warning")
        yield Ended()
        return
    if broadcast.starts_at - product.clock.now() > LONGEST_WAIT:
        when = _wall(product, broadcast.starts_at)
        yield Line(product.texts("commands.broadcast_later", time=when, id=broadcast.id), "good")
        yield Ended()
        return
    if rules.grace_seconds:
        yield Line(product.texts("commands.broadcast_grace", seconds=rules.grace_seconds))
    async for event in follow(product, broadcast):
        yield event


def _write(db: Session, product: Product, rules: Rules, order: Order) -> Broadcast:
    """The broadcast, of which nothing can leave yet where its pushes have to be written first."""
    now = product.clock.now()
    people = audience.these([member_id for member_id, _ in order.letters]) if order.letters else order.audience
    if forecast(db, people, product.means.account, rules, now).total != order.expected:
        raise CommandError("audience_changed")
    if _too_many(product, order.expected) and not _approvers(db, product, order):
        raise CommandError("approval_nobody", limit=product.config.limits.approve_above)
    broadcast = _confirmed(db, rules, order, now)
    if order.letters:
        # Waiting for nobody's word, so that neither a clock nor an admin lets it go before it is whole.
        broadcast.state, broadcast.planned_to = BroadcastState.WAITING, None
        broadcast.audience = {**audience.these([]), "within": order.audience["within"]}
    if order.picture:
        pictures.keep(db, broadcast, order.picture_bytes)
    note(db, "broadcast", at=now, by=None, broadcast=broadcast.id, count=order.expected)
    return _loose(db, broadcast)


def _confirmed(db: Session, rules: Rules, order: Order, now: datetime) -> Broadcast:
    return broadcasts.confirmed(
        db,
        rules,
        branch_id=order.branch_id,
        author_id=None,
        text=order.text,
        audience=order.audience,
        now=now,
        starts_at=datetime.fromisoformat(order.at) if order.at else None,
        content={**order.content, **_marked(order)},
    )


def _marked(order: Order) -> dict[str, bool]:
    """The fact by which the words of each reader are found again, to be forgotten."""
    return {owed.LETTERS: True} if order.letters else {}


async def _write_letters(product: Product, broadcast: Broadcast, letters: Sequence[Any]) -> AsyncIterator[Event]:
    """The pushes of a broadcast whose words differ per reader, a short transaction at a time."""
    done = 0
    for batch in _batches(letters):
        await product.writer.run(lambda db, rows=batch: _owe(db, product, broadcast, rows))  # type: ignore[misc]
        done += len(batch)
        yield Progress(done, len(letters), product.texts("commands.writing"))


def _owe(db: Session, product: Product, broadcast: Broadcast, letters: Sequence[Any]) -> None:
    assert broadcast.id is not None
    if db.get_one(Broadcast, broadcast.id).state != BroadcastState.WAITING:
        # Somebody took it back meanwhile.
        raise CommandError("broadcast_gone")
    today = product.rules.hours.day(product.clock.now())
    ids, given = audience.member_ids(db, audience.these([member_id for member_id, _ in letters]), today)
    reachable = set(db.connection().execute(ids.where(*audience.reachable()), given).scalars())
    rows = [{"member_id": id_, "facts": {"columns": columns}} for id_, columns in letters if id_ in reachable]
    owed.owe(db.connection(), broadcast.id, broadcast.starts_at, rows)


def _open(db: Session, product: Product, rules: Rules, written: Broadcast, order: Order) -> str:
    """Lets the broadcast go, or asks other admins first; the names of those who are asked."""
    now, broadcast = product.clock.now(), db.get_one(Broadcast, written.id)
    if order.letters and broadcast.state != BroadcastState.WAITING:
        raise CommandError("broadcast_gone")
    names = ""
    if _too_many(product, order.expected):
        approvals.hold_for_approval(broadcast, order.expected, now)
        names = _ask(db, product, broadcast, order, now)
    elif order.letters:
        approvals.grant(broadcast, rules, now)
    db.add(broadcast)
    _loose(db, broadcast)
    written.starts_at, written.show_until = broadcast.starts_at, broadcast.show_until
    return names


def _ask(db: Session, product: Product, broadcast: Broadcast, order: Order, now: datetime) -> str:
    asked = _approvers(db, product, order)[: approvals.MOST_ASKED]
    texts = product.texts
    branch = db.get_one(Branch, order.branch_id).name
    # Of a text that differs per reader, everybody's words with the columns' names in them.
    whole = wording_of(product.config, texts).broadcast(broadcast.facts, texts("commands.somebody"), branch, "")
    request = texts(
        "approval.ask",
        name=texts("commands.operator"),
        people=order.people,
        count=order.expected,
        id=broadcast.id,
        until=_wall(product, broadcast.show_until),
    )
    for text in (whole, request):
        ids = [member.id for member in asked if member.id is not None]
        owe_words(db, ids, order.branch_id, text, product.rules.hours.wakes_at(now))
    return texts.names([member.name for member in asked])


def _too_many(product: Product, count: int) -> bool:
    limit = product.config.limits.approve_above
    return bool(limit) and count > limit


def _approvers(db: Session, product: Product, order: Order) -> Sequence[Member]:
    within = str(order.audience["within"])
    return approvals.approvers(db, within, None, product.rules, product.clock.now())


async def try_out(product: Product, *, member_id: int, **written: Any) -> AsyncIterator[Event]:
    """Sends a broadcast to one person alone, as it will be."""
    order = Order(**written)

    def work(db: Session) -> Broadcast:
        member, facts = db.get_one(Member, member_id), {"text": order.text, **order.content, **_marked(order)}
        rules, now = product.rules, product.clock.now()
        sent = broadcasts.trial(
            db, rules, member=member, branch_id=order.branch_id, author_id=None, facts=facts, now=now
        )
        if order.picture:
            pictures.keep(db, sent, order.picture_bytes)
        for id_, columns in order.letters:
            assert sent.id is not None
            owed.owe(db.connection(), sent.id, now, [{"member_id": id_, "facts": {"columns": columns}}])
            sent.planned_to = None
        return _loose(db, sent)

    broadcast = await product.writer.run(work)
    async for event in follow(product, broadcast):
        yield event


def _link(product: Product, broadcast_id: int) -> Iterator[Event]:
    if base := product.config.server.public_url:
        link = progress_page.link(base, product.means.secret, broadcast_id)
        yield Line(product.texts("commands.broadcast_link", link=link))


def _batches(letters: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(letters), owed.BATCH):
        yield letters[start : start + owed.BATCH]


def _loose(db: Session, broadcast: Broadcast) -> Broadcast:
    """The broadcast as it is stored, for use after the transaction."""
    db.flush()
    db.refresh(broadcast)
    db.expunge(broadcast)
    return broadcast


def _wall(product: Product, at: datetime) -> str:
    local = at.astimezone(product.rules.hours.zone)
    return product.texts.moment(local, product.clock.now().astimezone(product.rules.hours.zone))
