"""Tags on the emulated platform: whoever should carry one does, nobody else, and a stranger spoils it for nobody."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from bot.emulator import Account, Emulator
from bot.wechat import tags
from bot.wechat.client import Client

MANY = [f"o{number:027}" for number in range(130)]


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    account = Account(kind="verified-subscription")
    emulator = Emulator(account, webhook="http://127.0.0.1:9/wechat")
    transport = httpx.ASGITransport(emulator.app)
    async with (
        emulator,
        Client(
            base="http://platform", app_id=account.app_id, app_secret=account.app_secret, transport=transport
        ) as client,
        httpx.AsyncClient(transport=transport, base_url="http://platform") as control,
    ):
        await control.post("/_/followers", json={"openids": MANY})
        yield client


async def test_a_tag_is_made_once_and_holds_just_these(client: Client) -> None:
    tag = await tags.tag_of(client, "晨钟群发")
    assert await tags.tag_of(client, "晨钟群发") == tag
    assert await tags.fill(client, tag, MANY[:120]) == ()
    assert await tags.carriers(client, tag) == MANY[:120]
    assert await tags.fill(client, tag, MANY[60:]) == ()
    assert sorted(await tags.carriers(client, tag)) == MANY[60:]
    assert await tags.fill(client, tag, []) == ()
    assert await tags.carriers(client, tag) == []


async def test_strangers_are_named_and_the_others_get_it(client: Client) -> None:
    tag = await tags.tag_of(client, "晨钟群发")
    strangers = ("oStranger", "oUnknown")
    wanted = [strangers[0], *MANY[:70], strangers[1]]
    assert await tags.fill(client, tag, wanted) == strangers
    assert await tags.carriers(client, tag) == MANY[:70]
