"""Our own client in a bare loop: no database, no claims, nothing recorded."""

import asyncio

from bench import account
from bench.senders.loop import AT_ONCE, measured, orders, sent_by
from bot.wechat import custom
from bot.wechat.client import Client


async def main() -> None:
    """Sends as fast as the client can."""
    port, count, seconds = orders()
    credentials = {"app_id": account.APP_ID, "app_secret": account.APP_SECRET}
    async with Client(base=f"http://127.0.0.1:{port}", concurrency=AT_ONCE, **credentials) as client:

        async def send(openid: str) -> None:
            await custom.send_text(client, openid, account.TEXT)

        await measured(
            lambda: client.call("/cgi-bin/getcallbackip", method="GET"), lambda: sent_by(send, count, seconds)
        )


if __name__ == "__main__":
    asyncio.run(main())
