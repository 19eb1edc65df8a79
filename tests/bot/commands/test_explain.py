"""`explain`, and the console's API, which answers the same."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.app import Product
from models.broadcast import Broadcast, BroadcastKind
from models.push import Push, PushStatus
from scheduler.clock import Clock

from .conftest import Terminal

TOKEN = "a token of at least thirty-two characters"
NO_PUSH = "没有编号是 {} 的推送。编号在 chenzhong export pushes 的最后一列。"


def with_a_push_that_failed(terminal: Terminal) -> None:
    terminal.imports()
    now = Clock().now()
    terminal.add(
        Broadcast(
            kind=BroadcastKind.TEXT,
            facts={"text": "明天开会"},
            branch_id=1,
            created_at=now,
            starts_at=now,
            ring_until=now,
            show_until=now + timedelta(days=3),
        )
    )
    terminal.add(
        Push(
            broadcast_id=1,
            member_id=3,
            run_at=now,
            status=PushStatus.FAILED,
            cause="blocked",
            route="custom",
            errcode=48002,
            rid="5f-6a-7b",
            attempts=2,
        )
    )


def test_a_push_is_explained_in_one_sentence(terminal: Terminal) -> None:
    with_a_push_that_failed(terminal)
    said = terminal.types("explain", "1")
    assert said.status == 0
    (line,) = said.lines
    assert line.startswith("广播「明天开会」，今天 ")
    assert line.endswith("林小满的微信不接收这个公众号的消息。请打电话或当面告知。")
    assert terminal.types("explain", "--member", "林小满").lines == [line]


def test_numbers_and_times_are_only_under_details(on_sqlite: Terminal) -> None:
    with_a_push_that_failed(on_sqlite)
    sentence, *details = on_sqlite.types("explain", "1", "--details").lines
    assert "48002" not in sentence
    for line in ("id: 1", "status: failed", "cause: blocked", "route: custom", "attempts: 2", "errcode: 48002"):
        assert line in details
    assert {"rid: 5f-6a-7b", "sent_at: -"} <= set(details)


def test_a_member_about_whom_there_is_nothing_to_say_more(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    assert on_sqlite.types("explain", "--member", "郑晚晴", "--details").lines == [
        "郑晚晴不用微信。请打电话或当面告知。"
    ]
    assert on_sqlite.types("explain", "--member", "周一鸣").lines == ["按本人设置或名册状态未发送。"]


@pytest.mark.parametrize("number", ["7", "-1", "一", "9" * 30])
def test_what_is_no_push_is_said(on_sqlite: Terminal, number: str) -> None:
    on_sqlite.imports()
    said = on_sqlite.types("explain", "--", number)
    assert (said.status, said.lines) == (2, [NO_PUSH.format(number)])


@pytest.mark.parametrize("words", [(), ("1", "--member", "林小满")])
def test_one_of_the_two_is_asked_for(on_sqlite: Terminal, words: tuple[str, ...]) -> None:
    said = on_sqlite.types("explain", *words)
    assert said.status == 2
    assert said.lines[0].startswith("请写上推送的编号，或者用 --member 指明姓名")


def asks_the_api(terminal: Terminal, *queries: dict[str, str], authorization: str = f"Bearer {TOKEN}") -> list[Any]:
    """Status and body of each answer of the console's API."""

    async def ask() -> list[Any]:
        product = Product(terminal.config)
        web = httpx.ASGITransport(product.web())
        async with product.running(), httpx.AsyncClient(transport=web, base_url="http://product") as client:
            headers = {b"authorization": authorization.encode()}
            answers = [await client.get("/console/api/explain", params=query, headers=headers) for query in queries]
            return [(answer.status_code, answer.json()) for answer in answers]

    return asyncio.run(ask())


def test_the_api_answers_the_same_to_whoever_has_the_token(on_sqlite: Terminal) -> None:
    with_a_push_that_failed(on_sqlite)
    (line,) = on_sqlite.types("explain", "1").lines
    on_sqlite.configures("[server]\n", f'[server]\napi_token = "{TOKEN}"\n')
    by_number, by_name, nobody, nothing = asks_the_api(
        on_sqlite, {"push": "1"}, {"member": "林小满", "details": "true"}, {"push": "7"}, {}
    )
    assert by_number == (200, {"push": 1, "cause": "blocked", "sentence": line})
    assert (by_name[1]["details"]["errcode"], by_name[1]["details"]["rid"]) == (48002, "5f-6a-7b")
    assert nobody == (404, {"error": NO_PUSH.format(7)})
    assert nothing[0] == 400
    for wrong in ("", "Bearer ", "Bearer 错", f"Bearer {TOKEN[:-1]}", TOKEN):
        ((status, body),) = asks_the_api(on_sqlite, {"push": "1"}, authorization=wrong)
        assert (status, list(body)) == (403, ["error"])


def test_without_a_token_nobody_may_ask(on_sqlite: Terminal) -> None:
    with_a_push_that_failed(on_sqlite)
    assert asks_the_api(on_sqlite, {"push": "1"}, authorization="Bearer ")[0][0] == 403
