import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import Connection
from sqlmodel import Session, select

from models.database import Database
from models.follower import Follower
from models.writer import Writer

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Note:
    openid: str
    text: str
    alone: bool = False


@pytest_asyncio.fixture
async def writer(database: Database) -> AsyncIterator[Writer[Note]]:
    writer = Writer[Note](database)
    yield writer
    writer.stop()


async def test_waiting_messages_share_one_transaction_and_none_shares_it_with_its_own_openid(
    writer: Writer[Note],
) -> None:
    batches: list[list[str]] = []

    def process(connection: Connection, notes: Sequence[Note]) -> list[str]:
        batches.append([note.openid for note in notes])
        return [note.text for note in notes]

    writer.process = process
    asked = [writer.answer(Note(f"o{n % 3}", str(n))) for n in range(6)]
    await asyncio.sleep(0)
    writer.start()
    assert await asyncio.gather(*asked) == ["0", "1", "2", "3", "4", "5"]
    assert all(len(set(batch)) == len(batch) for batch in batches)
    assert len(batches[0]) == 3


async def test_one_bad_message_costs_the_others_nothing(writer: Writer[Note], database: Database) -> None:
    def process(connection: Connection, notes: Sequence[Note]) -> list[str]:
        with Session(connection) as db:
            db.add_all(Follower(openid=note.openid, followed_at=NOW) for note in notes)
            db.flush()
        if any(note.text == "bad" for note in notes):
            raise ValueError("bad")
        return [note.text for note in notes]

    writer.process = process
    asked = [writer.answer(Note(f"o{n}", "bad" if n == 1 else "good")) for n in range(3)]
    await asyncio.sleep(0)
    writer.start()
    first, second, third = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, third) == ("good", "good")
    assert isinstance(second, ValueError)
    with database.reading() as db:
        assert sorted(db.exec(select(Follower.openid))) == ["o0", "o2"]


async def test_work_that_raises_writes_nothing_and_tells_its_caller(writer: Writer[Note], database: Database) -> None:
    def work(db: Session) -> None:
        db.add(Follower(openid="oA", followed_at=NOW))
        db.flush()
        raise LookupError("no")

    writer.start()
    with pytest.raises(LookupError):
        await writer.run(work)
    with database.reading() as db:
        assert db.exec(select(Follower)).all() == []


async def test_waiting_messages_go_before_waiting_work(writer: Writer[Note]) -> None:
    order: list[str] = []
    entered, release = threading.Event(), threading.Event()

    def hold(db: Session) -> None:
        entered.set()
        assert release.wait(10)

    def process(connection: Connection, notes: Sequence[Note]) -> list[str]:
        order.extend(note.text for note in notes)
        return [note.text for note in notes]

    writer = Writer[Note](writer._database, threads=1)
    writer.process = process
    writer.start()
    held = asyncio.create_task(writer.run(hold))
    await asyncio.to_thread(entered.wait, 10)
    work = asyncio.create_task(writer.run(lambda db: order.append("work")))
    message = writer.answer(Note("oA", "message"))
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(held, work, message)
    writer.stop()
    assert order == ["message", "work"]
