"""The clock of calendar time."""

import asyncio
from datetime import UTC, datetime, timedelta

from scheduler.clock import Clock

LATER = datetime(2030, 7, 1, 8, 0, tzinfo=UTC)


def test_it_is_the_real_time_until_told_otherwise() -> None:
    assert abs(Clock().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_runs_on_from_where_it_was_set() -> None:
    clock = Clock()
    clock.set(LATER)
    assert LATER <= clock.now() < LATER + timedelta(seconds=5)


async def _serve(body: bytes) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


def _address(server: asyncio.Server) -> str:
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/_/clock"


async def test_it_follows_an_emulators_clock() -> None:
    clock = Clock()
    async with await _serve(b'{"now": "2030-07-01T16:00:00+08:00"}') as server:
        assert await clock.follow_url(_address(server))
    assert LATER <= clock.now() < LATER + timedelta(seconds=10)


async def test_a_clock_that_does_not_answer_leaves_the_time_as_it_is() -> None:
    clock = Clock()
    clock.set(LATER)
    async with await _serve(b"{}") as server:
        address = _address(server)
        assert not await clock.follow_url(address)
    assert not await clock.follow_url(address)
    assert not await clock.follow_url("file:///etc/hostname")
    assert LATER <= clock.now() < LATER + timedelta(seconds=30)
