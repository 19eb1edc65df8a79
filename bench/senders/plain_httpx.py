"""Plain httpx as its documentation shows it: one asynchronous client, its own transport."""

import asyncio

import httpx

from bench import account
from bench.senders.loop import AT_ONCE, measured, orders, sent_by


async def main() -> None:
    """Sends as fast as httpx can."""
    port, count, seconds = orders()
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits) as client:
        token = ""

        async def fetch_token() -> None:
            nonlocal token
            query = {"grant_type": "client_credential", "appid": account.APP_ID, "secret": account.APP_SECRET}
            token = (await client.get("/cgi-bin/token", params=query)).json()["access_token"]

        async def send(openid: str) -> None:
            body = {"touser": openid, "msgtype": "text", "text": {"content": account.TEXT}}
            answer = await client.post("/cgi-bin/message/custom/send", params={"access_token": token}, json=body)
            if answer.json()["errcode"]:
                raise RuntimeError(answer.text)

        await measured(fetch_token, lambda: sent_by(send, count, seconds))


if __name__ == "__main__":
    asyncio.run(main())
