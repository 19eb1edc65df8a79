"""A client that was never written for the emulator works against it unchanged: wechatpy's own."""

import asyncio
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import APILimitedException, WeChatClientException

from tests.emulator.desk import ALICE, BOB, Desk

PLATFORM = "https://api.weixin.qq.com"


class Detour(HTTPAdapter):
    """Leads what is meant for the platform to the emulator: the client itself keeps its built-in addresses."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = urlsplit(base)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        url = urlsplit(request.url)
        path = self._base.path + url.path
        request.url = urlunsplit((self._base.scheme, self._base.netloc, path, url.query, ""))
        return super().send(request, *args, **kwargs)


@pytest.fixture
def client(port: Desk) -> WeChatClient:
    client = WeChatClient(port.emulator.account.app_id, port.emulator.account.app_secret, auto_retry=False)
    client._http.mount(PLATFORM, Detour(port.base))
    return client


async def test_wechatpy_fetches_a_token_and_sends(port: Desk, client: WeChatClient) -> None:
    await port.follow(ALICE, window_open=True)

    def tour() -> None:
        assert client.message.send_text(ALICE, "早上好，晨钟") == {"errcode": 0, "errmsg": "ok"}
        client.message.send_articles(ALICE, [{"title": "题", "description": "", "image": "", "url": ""}])
        client.message.send_msg_menu(ALICE, {"head_content": "好吗", "list": [{"id": "1", "content": "好"}]})

    await asyncio.to_thread(tour)
    assert await port.seen(ALICE) == ["早上好，晨钟", "题", "好吗\n好"]


async def test_wechatpy_lists_followers(port: Desk, client: WeChatClient) -> None:
    openids = (await port.order("followers", count=25))["openids"]
    await port.order("settings", page_size=10)
    assert await asyncio.to_thread(lambda: list(client.user.iter_followers())) == openids
    info = await asyncio.to_thread(client.user.get, openids[0])
    assert (info["subscribe"], info["openid"]) == (1, openids[0])


async def test_wechatpy_publishes_a_menu(port: Desk, client: WeChatClient) -> None:
    menu = {"button": [{"type": "click", "name": "今日主题", "key": "TOPIC"}]}

    def tour() -> Any:
        client.menu.create(menu)
        published = client.menu.get()
        client.menu.delete()
        return published

    assert (await asyncio.to_thread(tour))["menu"]["button"] == menu["button"]


async def test_wechatpy_asks_for_addresses(port: Desk, client: WeChatClient) -> None:
    assert await asyncio.to_thread(client.misc.get_wechat_ips) == ["127.0.0.1"]


async def test_wechatpy_raises_what_the_platform_refuses(port: Desk, client: WeChatClient) -> None:
    with pytest.raises(WeChatClientException) as refused:
        await asyncio.to_thread(client.message.send_text, BOB, "好")
    assert refused.value.errcode == 40003
    await port.order("faults", [{"path": "/cgi-bin/message/custom/send", "times": 1, "errcode": 45009}])
    with pytest.raises(APILimitedException):
        await asyncio.to_thread(client.message.send_text, BOB, "好")


async def test_wechatpy_gets_over_a_token_that_expired(port: Desk, client: WeChatClient) -> None:
    await port.follow(ALICE)
    await asyncio.to_thread(client.user.get, ALICE)
    await port.order("clock", advance_seconds=7200)
    client.auto_retry = True
    info = await asyncio.to_thread(client.user.get, ALICE)
    assert info["subscribe"] == 1
