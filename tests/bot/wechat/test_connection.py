"""The client over real connections: what the transport makes of each way in which a line can fail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.wechat import custom, media
from bot.wechat.call import File
from bot.wechat.client import Client
from bot.wechat.errors import NotSent, OutcomeUnknown, WindowClosed

SECRET = "0123456789abcdef0123456789abcdef"
OPENID = "oTEST00000000000000000000001"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def request_of(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return head


def answering(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


TOKEN = answering(b'{"access_token":"TOKEN-1","expires_in":7200}')


@asynccontextmanager
async def served(serve: Serve, **options: Any) -> AsyncIterator[Client]:
    """A client whose platform gives it a token and then, on the same connection, does as `serve` does."""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while b"stable_token" in await request_of(reader):
                writer.write(TOKEN)
            await serve(reader, writer)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Client(base=f"http://127.0.0.1:{port}", app_id="wx", app_secret=SECRET, **options) as client:
        yield client


async def test_calls_go_over_the_wire() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answering(b'{"errcode":0,"errmsg":"ok"}'))
        await request_of(reader)
        writer.write(answering(b'{"errcode":45015,"errmsg":"late"}'))

    async with served(serve) as client:
        await custom.send_text(client, OPENID, "好")
        with pytest.raises(WindowClosed):
            await custom.send_text(client, OPENID, "好")


async def test_a_file_goes_over_the_wire_whole() -> None:
    came = b""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        came = await reader.readexactly(length)
        answer = TOKEN if b"stable_token" in head else answering(b'{"type":"image","media_id":"MEDIA"}')
        writer.write(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        writer.close()

    picture = bytes(range(256)) * 4096
    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Client(base=base, app_id="wx", app_secret=SECRET) as client:
        assert await media.upload(client, "image", File("a.png", picture, "image/png")) == "MEDIA"
    assert picture in came


async def test_a_line_that_breaks_after_sending_leaves_the_outcome_unknown() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pass

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async def break_off_the_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 O")

    async def break_off_the_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answering(b'{"errcode":0}')[:-5])

    async def speak_something_else(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n\r\n")

    for serve in (hang_up, reset, break_off_the_head, break_off_the_body, speak_something_else):
        async with served(serve) as client:
            with pytest.raises(OutcomeUnknown) as raised:
                await custom.send_text(client, OPENID, "好")
            assert "TOKEN-1" not in str(raised.value), serve.__name__


@pytest.mark.parametrize(
    ("limit", "told"), [("answer_seconds", "SocketTimeoutError"), ("whole_seconds", "TimeoutError")]
)
async def test_an_answer_that_does_not_come_leaves_the_outcome_unknown(limit: str, told: str) -> None:
    closing = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await closing.wait()

    async with served(wait, **{limit: 0.1}) as client:
        with pytest.raises(OutcomeUnknown, match=f"^{told}$"):
            await custom.send_text(client, OPENID, "好")
        closing.set()


async def test_a_platform_that_is_not_there_was_sent_nothing() -> None:
    async def last_words(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        server.close()
        writer.write(TOKEN.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        writer.close()

    server = await asyncio.start_server(last_words, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Client(base=f"http://127.0.0.1:{port}", app_id="wx", app_secret=SECRET) as client:
        with pytest.raises(NotSent):
            await custom.send_text(client, OPENID, "好")
    for base in (f"http://127.0.0.1:{port}", f"https://127.0.0.1:{port}", "http://127.0.0.1:0"):
        async with Client(base=base, app_id="wx", app_secret=SECRET) as client:
            with pytest.raises(NotSent):
                await custom.send_text(client, OPENID, "好")


async def test_no_more_connections_are_open_than_configured() -> None:
    connections = 0

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            while True:
                writer.write(TOKEN if b"stable_token" in await request_of(reader) else answering(b"{}"))
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Client(base=base, app_id="wx", app_secret=SECRET, concurrency=3) as client:
        await asyncio.gather(*(custom.send_text(client, OPENID, "好") for _ in range(20)))
    assert connections == 3
