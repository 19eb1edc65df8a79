"""A bare ASGI application that does the cryptography with our own codec, echoes the text and nothing more."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from bench import account
from bot.wechat.codec import Codec
from bot.wechat.replies import render_text

codec = Codec(app_id=account.APP_ID, token=account.TOKEN, encoding_aes_key=account.ENCODING_AES_KEY, mode="safe")


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answers one push."""
    message = await receive()
    body: bytes = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    envelope = codec.open(dict(parse_qsl(scope["query_string"].decode())), body)
    inbound = envelope.inbound
    answer, kind = codec.seal(render_text(inbound, inbound.text, inbound.created, envelope.format), envelope)
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
