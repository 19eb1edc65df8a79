"""The callback: whose requests it takes, repeats, and answers that take too long."""

import asyncio
import hashlib
import threading

import httpx
import pytest
from sqlmodel import Session, select

from bot.app import Product
from models.checkin import CheckIn
from models.push import Push
from tests.bot.conftest import TOKEN, Cast, Platform, join


async def test_the_address_is_verified_by_echoing(platform: Platform) -> None:
    signature = hashlib.sha1("".join(sorted([TOKEN, "1", "2"])).encode()).hexdigest()
    query = {"signature": signature, "timestamp": "1", "nonce": "2", "echostr": "5837201946"}
    response = await platform.client.get("/wechat", params=query)
    assert (response.status_code, response.text) == (200, "5837201946")
    forged = await platform.client.get("/wechat", params={**query, "nonce": "3"})
    assert forged.status_code == 403


async def test_a_forged_push_is_refused_and_leaves_no_trace(platform: Platform, product: Product) -> None:
    xml = platform.text("oA", "同意")
    query = {"timestamp": "1", "nonce": "2", "encrypt_type": "aes", "msg_signature": "0" * 40}
    response = await platform.client.post("/wechat", params=query, content=xml)
    assert response.status_code == 403
    assert await platform.says("oA", "同意") != ""


@pytest.mark.parametrize("body", [b"", b"<xml", b"{}", b"not a push", b"\xff\xfe"])
async def test_what_is_not_a_push_is_refused(platform: Platform, body: bytes) -> None:
    query = {"timestamp": "1", "nonce": "2", "encrypt_type": "aes", "msg_signature": "0" * 40}
    assert (await platform.client.post("/wechat", params=query, content=body)).status_code == 403


async def test_a_body_over_the_limit_is_refused_before_it_is_parsed(platform: Platform) -> None:
    assert (await platform.client.post("/wechat", content=b"x" * 70_000)).status_code == 413


async def test_other_methods_are_refused(platform: Platform) -> None:
    assert (await platform.client.put("/wechat")).status_code == 405


async def test_unknown_kinds_and_events_get_success(platform: Platform) -> None:
    hologram = platform.xml("oA", "<MsgType>hologram</MsgType>", 7)
    for xml in (hologram, platform.event("oA", "brand_new_event"), platform.event("oA", "LOCATION")):
        assert (await platform.post(xml)).content == b"success"


async def test_a_repeat_gets_the_same_answer_and_is_done_once(platform: Platform, product: Product, cast: Cast) -> None:
    await join(platform, "oA", cast.codes["林小满"])
    xml = platform.text("oA", "打卡 读了第三章")
    answers = [platform.opened(await platform.post(xml)) for _ in range(3)]
    assert answers[0]["Content"] == "已记下今天的学习。"
    assert answers[1:] == [answers[0], answers[0]]
    with product.database.reading() as db:
        assert db.exec(select(CheckIn.note)).all() == ["读了第三章"]


async def test_two_receipts_of_one_second_are_two_events(platform: Platform, product: Product) -> None:
    for number in (1, 2):
        xml = platform.event("oA", "TEMPLATESENDJOBFINISH", f"<MsgID>{number}</MsgID><Status>success</Status>")
        assert (await platform.post(xml)).content == b"success"


async def test_a_storm_of_copies_is_answered_alike_and_done_once(
    platform: Platform, product: Product, cast: Cast
) -> None:
    await join(platform, "oA", cast.codes["林小满"])
    xml = platform.text("oA", "打卡 一次")
    responses = await asyncio.gather(*(platform.post(xml) for _ in range(20)))
    assert len({tuple(platform.opened(response).items()) for response in responses}) == 1
    with product.database.reading() as db:
        assert db.exec(select(CheckIn.note)).all() == ["一次"]


class Held:
    """Every writer thread busy until released: what a stalled disk looks like from outside."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._release = threading.Event()
        self._work: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Held":
        for _ in range(1 if self._product.database.is_sqlite else 4):
            entered = threading.Event()
            self._work.append(asyncio.create_task(self._product.writer.run(lambda db, e=entered: self._hold(e))))  # type: ignore[misc]
            assert await asyncio.to_thread(entered.wait, 10)
        return self

    def _hold(self, entered: threading.Event) -> None:
        entered.set()
        assert self._release.wait(30)

    async def release(self) -> None:
        self._release.set()
        await asyncio.gather(*self._work)

    async def __aexit__(self, *_: object) -> None:
        await self.release()


async def test_a_slow_answer_is_kept_for_the_next_attempt(platform: Platform, product: Product, cast: Cast) -> None:
    await join(platform, "oA", cast.codes["林小满"])
    xml = platform.text("oA", "打卡")
    async with Held(product) as held:
        first = await platform.post(xml)
        assert (first.status_code, first.content) == (503, b"")
        second = asyncio.create_task(platform.post(xml))
        await held.release()
        assert platform.opened(await second)["Content"] == "已记下今天的学习。"


async def test_an_answer_later_than_three_attempts_is_owed(platform: Platform, product: Product, cast: Cast) -> None:
    await join(platform, "oA", cast.codes["林小满"])
    xml = platform.text("oA", "打卡")
    async with Held(product):
        responses = [await platform.post(xml) for _ in range(3)]
        assert [response.status_code for response in responses] == [503, 503, 200]
        assert responses[2].content == b"success"
    assert product.webhook is not None
    await product.webhook.settle()
    owed = await product.writer.run(_pushes)
    assert owed == [cast.ids["林小满"]]


def _pushes(db: Session) -> list[int]:
    return list(db.exec(select(Push.member_id)))


async def test_a_message_that_breaks_its_handler_is_answered_kindly(
    platform: Platform, product: Product, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product.means, "texts", lambda key, **values: "请稍后" if key == "common.trouble" else 1 / 0)
    assert await platform.says("oA", "同意") == "请稍后"
    assert "could not be answered" in caplog.text


async def test_health_is_told_and_metrics_are_not_for_everybody(platform: Platform, product: Product) -> None:
    assert (await platform.client.get("/healthz")).json() == {"ok": True}
    assert (await platform.client.get("/readyz")).json()["ready"] is True
    transport = httpx.ASGITransport(product.web(), client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as stranger:
        assert (await stranger.get("/metrics")).status_code == 403
    assert (await platform.client.get("/metrics")).status_code == 200
