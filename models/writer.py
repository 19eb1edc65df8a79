"""The writer: everything that changes the database goes through here, messages first, many in one commit.

A commit costs a disk flush, and every answer must be durable before it leaves. So whatever is waiting is done in one
transaction and answered together (group commit): full durability at a fraction of the price. On SQLite there is one
thread, which also keeps a second writing connection from ever existing; on PostgreSQL there are a few.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session

from models.database import Database
from models.inbound import AnsweredMeanwhile

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Message(Protocol):
    """What the writer needs to know of a message: whose it is, and whether it may share a transaction."""

    @property
    def openid(self) -> str: ...
    @property
    def alone(self) -> bool: ...


M = TypeVar("M", bound=Message)
Process = Callable[[Connection, Sequence[M]], Sequence[str]]


@dataclass(eq=False, slots=True)
class _Waiting(Generic[M]):
    message: M
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[str]


class Writer(Generic[M]):
    """Writes for one process; start it with `start()`, end it with `stop()`.

    `process(connection, messages)` answers a batch of messages, at most one per openid, inside a transaction that the
    writer commits; answers come back in the same order. It is run again one message at a time if a batch fails, so it
    must change nothing but the database.
    """

    def __init__(self, database: Database, *, threads: int = 4, batch: int = 64) -> None:
        self._database = database
        self._threads = 1 if database.is_sqlite else threads
        self._batch = batch
        self._messages: deque[_Waiting[M]] = deque()
        # What came in this round of each event loop.
        self._arrived: dict[asyncio.AbstractEventLoop, list[_Waiting[M]]] = {}
        self._work: deque[tuple[Callable[[Connection], Any], Future[Any]]] = deque()
        self._busy: set[str] = set()
        self._wake = threading.Condition()
        self._stopping = False
        self._running: list[threading.Thread] = []
        self.process: Process[M] | None = None

    def start(self) -> None:
        """Starts the writer's threads."""
        self._running = [
            threading.Thread(target=self._run, name=f"writer-{number}", daemon=True) for number in range(self._threads)
        ]
        for thread in self._running:
            thread.start()

    def stop(self) -> None:
        """Finishes what is waiting, then ends the threads."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        for thread in self._running:
            thread.join()

    def answer(self, message: M) -> "asyncio.Future[str]":
        """The answer to a message, once it is committed; to be called on the event loop that waits for it."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(message, loop, loop.create_future())
        arrived = self._arrived.setdefault(loop, [])
        arrived.append(waiting)
        if len(arrived) == 1:
            # Handed over together once everybody who is writing at this moment was read: one batch, one wake-up.
            loop.call_soon(self._hand_over, loop)
        return waiting.answer

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        arrived = self._arrived.pop(loop)
        with self._wake:
            self._messages.extend(arrived)
            self._wake.notify()

    async def run(self, function: Callable[[Session], T]) -> T:
        """Runs `function(session)` in a transaction of its own and returns its result after the commit.

        Whatever it raises is raised here, and nothing is written then. Keep it under 50 ms: messages wait meanwhile.
        """
        return await asyncio.wrap_future(self.submit(function))

    def submit(self, function: Callable[[Session], T]) -> "Future[T]":
        """The same for callers without an event loop."""
        return self._submit(partial(_in_transaction, function))

    async def scrub(self, most_bytes: int | None = None) -> bool:
        """Overwrites what deleted rows have left in the database's files; False if that has to be tried again.

        Messages wait meanwhile, so that a file larger than `most_bytes` is left for another time.
        """
        return await asyncio.wrap_future(self._submit(partial(self._database.scrub, most_bytes=most_bytes)))

    def _submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        future: Future[T] = Future()
        with self._wake:
            self._work.append((work, future))
            self._wake.notify()
        return future

    def _run(self) -> None:
        with self._database.writing() as connection:
            while (task := self._next()) is not None:
                if isinstance(task, list):
                    self._answer(connection, task)
                else:
                    _do(connection, *task)

    def _next(self) -> "list[_Waiting[M]] | tuple[Callable[[Connection], Any], Future[Any]] | None":
        with self._wake:
            while True:
                batch = self._take()
                if batch:
                    if self._messages:
                        self._wake.notify()
                    return batch
                if self._work:
                    return self._work.popleft()
                if self._stopping and not self._messages:
                    return None
                self._wake.wait()

    def _take(self) -> "list[_Waiting[M]]":
        """The next batch: one message per openid, none whose openid another thread is busy with, in order."""
        batch: list[_Waiting[M]] = []
        later: list[_Waiting[M]] = []
        passed = set(self._busy)
        while self._messages and len(batch) < self._batch:
            waiting = self._messages.popleft()
            message = waiting.message
            if message.openid in passed or (message.alone and batch):
                passed.add(message.openid)
                later.append(waiting)
                if message.alone:
                    break
                continue
            passed.add(message.openid)
            batch.append(waiting)
            if message.alone:
                break
        self._messages.extendleft(reversed(later))
        self._busy.update(waiting.message.openid for waiting in batch)
        return batch

    def _answer(self, connection: Connection, batch: "list[_Waiting[M]]") -> None:
        try:
            try:
                answers = self._process(connection, batch)
            except AnsweredMeanwhile:
                # Asked again, the database knows the other process's answer.
                answers = self._process(connection, batch)
        except Exception as error:  # The border of the writer: one bad message must not cost the others theirs.
            if len(batch) == 1:
                logger.exception("a message could not be answered")
                self._free(batch)
                batch[0].loop.call_soon_threadsafe(_fail, batch[0].answer, error)
                return
            for waiting in batch:
                self._answer(connection, [waiting])
            return
        self._free(batch)
        for loop in {waiting.loop for waiting in batch}:
            settled = [(w.answer, a) for w, a in zip(batch, answers, strict=True) if w.loop is loop]
            loop.call_soon_threadsafe(_settle, settled)

    def _process(self, connection: Connection, batch: "list[_Waiting[M]]") -> Sequence[str]:
        assert self.process is not None, "the writer was started without anybody to answer messages"
        with connection.begin():
            return self.process(connection, [waiting.message for waiting in batch])

    def _free(self, batch: "list[_Waiting[M]]") -> None:
        with self._wake:
            self._busy.difference_update(waiting.message.openid for waiting in batch)
            if self._threads > 1:
                self._wake.notify_all()


def _settle(settled: list[tuple[asyncio.Future[str], str]]) -> None:
    for future, answer in settled:
        if not future.done():
            future.set_result(answer)


def _fail(future: asyncio.Future[str], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def _do(connection: Connection, work: Callable[[Connection], Any], future: "Future[Any]") -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work(connection)
    except BaseException as error:  # Handed to whoever asked: nothing is swallowed.
        future.set_exception(error)
    else:
        future.set_result(result)


def _in_transaction(function: Callable[[Session], T], connection: Connection) -> T:
    with connection.begin(), Session(connection) as session:
        result = function(session)
        session.flush()
    return result
