"""A small organisation on a real database, and a postman instead of the platform."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel, col, select

from models.branch import Branch, BranchKind, plant
from models.broadcast import Broadcast
from models.consent import Consent, Purpose
from models.database import Database
from models.follower import Follower
from models.member import Member
from models.plan import Plan, PlanKind
from models.push import Push, PushStatus
from models.writer import Writer
from scheduler import broadcasts
from scheduler.audience import within
from scheduler.calendar import Hours
from scheduler.clock import Clock
from scheduler.deliver import Deliverer
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Account, Route
from scheduler.rules import Rules
from scheduler.tick import tick

T = TypeVar("T")

BEIJING = ZoneInfo("Asia/Shanghai")
RULES = Rules(Hours(BEIJING))
MORNING = datetime(2026, 7, 1, 7, 40, tzinfo=BEIJING)  # a Wednesday
MORNINGS = "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0"
EIGHT = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0"


def at(day: int, hour: int, minute: int = 0, *, month: int = 7) -> datetime:
    """A moment of 2026 on the organisation's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


class Postman:
    """A messenger that keeps what it was given. `says` decides each outcome; `hold` keeps sends in flight."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.says: Callable[[Outgoing], Outcome] = lambda push: Outcome(Result.ACCEPTED)
        self.refuses_to_word: set[str] = set()
        # Messages as they went: route and push ids. So many pushes fit into one.
        self.messages: list[tuple[Route, list[int]]] = []
        self.digest = 10
        self.most_in_flight = 0
        self._in_flight = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._arrived = asyncio.Condition()

    def fits(self, route: Route, pushes: Sequence[Outgoing]) -> bool:
        for push in pushes:
            if push.name in self.refuses_to_word:
                raise KeyError(push.name)
        return len(pushes) <= self.digest

    async def send(self, route: Route, pushes: Sequence[Outgoing]) -> Outcome:
        self.sent += pushes
        self.messages.append((route, [push.id for push in pushes]))
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        async with self._arrived:
            self._arrived.notify_all()
        await self.gate.wait()
        self._in_flight -= 1
        return self.says(pushes[0])

    async def has(self, count: int) -> None:
        """Waits until that many have been handed over."""
        async with asyncio.timeout(30), self._arrived:
            await self._arrived.wait_for(lambda: len(self.sent) >= count)

    @property
    def names(self) -> list[str]:
        return [push.name for push in self.sent]


class Stage:
    """The organisation, and the two steps of the engine at a given time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.writer: Writer[Any] = Writer(database)
        self.writer.start()
        self.clock = Clock()
        self.rules = RULES
        self.account = Account.VERIFIED_SERVICE
        self.postman = Postman()
        self.deliverer = self.another_deliverer()
        self.root = self.write(lambda db: _ids(plant(db, "第一支部")))

    def close(self) -> None:
        self.writer.stop()

    def another_deliverer(self, postman: Postman | None = None, *, alone: bool | None = None) -> Deliverer:
        """With the stage's rules as they are now; a process of its own, as far as the database can tell."""
        alone = self.database.is_sqlite if alone is None else alone
        return Deliverer(
            self.writer, postman or self.postman, self.clock, self.rules, lambda: self.account, alone=alone
        )

    # What there is.

    def write(self, function: Callable[[Session], T]) -> T:
        return self.writer.submit(function).result(timeout=30)

    def read(self, function: Callable[[Session], T]) -> T:
        with self.database.reading() as db:
            return function(db)

    def add(self, *rows: SQLModel) -> int:
        def add(db: Session) -> int:
            db.add_all(rows)
            db.flush()
            return getattr(rows[-1], "id", None) or 0

        return self.write(add)

    def group(self, name: str, parent: int | None = None, kind: BranchKind = BranchKind.GROUP) -> int:
        return self.write(lambda db: _ids(plant(db, name, db.get_one(Branch, parent or self.root), kind)))

    def member(self, name: str, branch: int | None = None, **fields: Any) -> int:
        return self.add(Member(name=name, branch_id=branch or self.root, **fields))

    def reachable(self, name: str, branch: int | None = None, *, left: int = 5, until: datetime, **fields: Any) -> int:
        """A member who is bound, agreed, and wrote not long ago."""
        member_id = self.member(name, branch, **fields)
        self.follow(member_id, left=left, until=until)
        return member_id

    def follow(self, member_id: int, *, left: int = 0, until: datetime | None = None, agreed: bool = True) -> None:
        then = MORNING - timedelta(days=90)
        if agreed:
            self.add(Consent(member_id=member_id, purpose=Purpose.SENSITIVE, version="1", agreed_at=then))
        self.write(
            lambda db: db.add(
                Follower(
                    openid=f"o{member_id}",
                    member_id=member_id,
                    followed_at=then,
                    agreed_at=then if agreed else None,
                    window_left=left,
                    window_until=until,
                )
            )
        )

    def wrote(self, member_id: int, *, until: datetime) -> None:
        """As if the follower had written to us: a window of five messages."""

        def open_window(db: Session) -> None:
            follower = db.get_one(Follower, f"o{member_id}")
            follower.window_left, follower.window_until = 5, until
            db.add(follower)

        self.write(open_window)

    def plan(
        self, kind: PlanKind, rrule: str, next_at: datetime | None = None, branch: int | None = None, **fields: Any
    ) -> int:
        starts_on = fields.pop("starts_on", date(2026, 6, 1))
        return self.add(
            Plan(branch_id=branch or self.root, kind=kind, rrule=rrule, starts_on=starts_on, next_at=next_at, **fields)
        )

    def broadcast(self, text: str, now: datetime, *, path: str | None = None, author: int | None = None) -> int:
        """A broadcast that its author has confirmed."""

        def confirmed(db: Session) -> int:
            audience = within(path or db.get_one(Branch, self.root).path)
            made = broadcasts.confirmed(
                db, self.rules, branch_id=self.root, author_id=author, text=text, audience=audience, now=now
            )
            assert made.id is not None
            return made.id

        return self.write(confirmed)

    # What happens.

    async def tick(self, now: datetime) -> None:
        self.clock.set(now)
        await tick(self.writer, self.rules, now)

    async def run(self, now: datetime) -> list[str]:
        """Plans and sends what is due at `now`; the names of those who were sent something."""
        before = len(self.postman.sent)
        await self.tick(now)
        await self.deliverer.deliver()
        return self.postman.names[before:]

    # What came of it.

    def pushes(self, **where: Any) -> list[Push]:
        return self.read(lambda db: list(db.exec(select(Push).filter_by(**where).order_by(col(Push.id)))))

    def statuses(self, broadcast_id: int | None = None) -> dict[str, str]:
        """Name → status (and cause, where there is one)."""

        def of(db: Session) -> dict[str, str]:
            query = select(Member.name, Push.status, Push.cause).join(Push, col(Push.member_id) == col(Member.id))
            if broadcast_id is not None:
                query = query.where(Push.broadcast_id == broadcast_id)
            return {name: f"{PushStatus(status)} {cause}".strip() for name, status, cause in db.exec(query)}

        return self.read(of)

    def all_broadcasts(self) -> list[Broadcast]:
        return self.read(lambda db: list(db.exec(select(Broadcast).order_by(col(Broadcast.id)))))

    def window(self, member_id: int) -> int:
        return self.read(lambda db: db.get_one(Follower, f"o{member_id}").window_left)


def _ids(branch: Branch) -> int:
    assert branch.id is not None
    return branch.id
