"""Access tokens: two families, their ends, and what every call checks before its work."""

from typing import Any

import pytest

from bot.emulator import Account
from tests.emulator.desk import Desk

TEST = Account()


async def issue(desk: Desk) -> tuple[str, int]:
    query = {"grant_type": "client_credential", "appid": TEST.app_id, "secret": TEST.app_secret}
    answer = (await desk.http.get("/cgi-bin/token", params=query)).json()
    assert set(answer) == {"access_token", "expires_in"}
    return answer["access_token"], answer["expires_in"]


async def stable(desk: Desk, *, force: bool = False) -> tuple[str, int]:
    body = {
        "grant_type": "client_credential",
        "appid": TEST.app_id,
        "secret": TEST.app_secret,
        "force_refresh": force,
    }
    answer = (await desk.http.post("/cgi-bin/stable_token", json=body)).json()
    return answer["access_token"], answer["expires_in"]


async def errcode(desk: Desk, token: str) -> int:
    answer = await desk.http.get("/cgi-bin/getcallbackip", params={"access_token": token})
    return int(answer.json().get("errcode", 0))


async def later(desk: Desk, seconds: float) -> None:
    await desk.order("clock", advance_seconds=seconds)


async def test_token_gives_another_one_each_time_and_the_last_lives_five_minutes_more(desk: Desk) -> None:
    (first, seconds), (second, _) = await issue(desk), await issue(desk)
    assert seconds == 7200
    assert first != second
    assert 130 <= len(first) <= 512
    assert [await errcode(desk, first), await errcode(desk, second)] == [0, 0]
    await later(desk, 300)
    assert [await errcode(desk, first), await errcode(desk, second)] == [40001, 0]


async def test_stable_token_gives_the_same_one_until_its_last_five_minutes(desk: Desk) -> None:
    first, _ = await stable(desk)
    await later(desk, 6899)
    assert await stable(desk) == (first, 301)
    await later(desk, 1)
    second, seconds = await stable(desk)
    assert second != first
    assert seconds == 7200
    assert await errcode(desk, first) == 0
    await later(desk, 300)
    assert [await errcode(desk, first), await errcode(desk, second)] == [42001, 0]


async def test_the_two_families_leave_each_other_alone(desk: Desk) -> None:
    old, _ = await stable(desk)
    plain, _ = await issue(desk)
    await stable(desk, force=True)
    await issue(desk)
    assert [await errcode(desk, old), await errcode(desk, plain)] == [40001, 0]


async def test_force_ends_the_old_one_at_once_but_not_twice_in_thirty_seconds(desk: Desk) -> None:
    first, _ = await stable(desk)
    second, _ = await stable(desk, force=True)
    assert [await errcode(desk, first), await errcode(desk, second)] == [40001, 0]
    await later(desk, 29)
    assert (await stable(desk, force=True))[0] == second
    await later(desk, 1)
    assert (await stable(desk, force=True))[0] != second


async def test_force_works_twenty_times_a_day(desk: Desk) -> None:
    await later(desk, 3600)
    seen = set()
    for _ in range(21):
        seen.add((await stable(desk, force=True))[0])
        await later(desk, 30)
    assert len(seen) == 20
    await desk.order("clock", now="2026-07-02T00:00:00+08:00")
    seen.add((await stable(desk, force=True))[0])
    assert len(seen) == 21


async def test_a_thousand_tokens_push_no_valid_one_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.emulator.tokens.REMEMBERED", 5)
    kept, _ = await stable(desk)
    issued = [(await issue(desk))[0] for _ in range(10)]
    assert [await errcode(desk, kept), await errcode(desk, issued[-1])] == [0, 0]
    assert await errcode(desk, issued[0]) == 40001


async def test_a_new_secret_ends_every_token(desk: Desk) -> None:
    (first, _), (second, _) = await issue(desk), await stable(desk)
    await desk.order("account", app_secret="another" + "0" * 25)
    assert [await errcode(desk, first), await errcode(desk, second)] == [40001, 40001]


GOOD = {"grant_type": "client_credential", "appid": TEST.app_id, "secret": TEST.app_secret}


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wxffffffffffffffff"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
    ],
)
async def test_wrong_credentials_are_told_apart(desk: Desk, changes: dict[str, str], errcode: int) -> None:
    for answer in (
        await desk.http.get("/cgi-bin/token", params=GOOD | changes),
        await desk.http.post("/cgi-bin/stable_token", json=GOOD | changes),
    ):
        assert answer.status_code == 200
        assert answer.json()["errcode"] == errcode


async def test_an_address_outside_the_allow_list_gets_no_token_but_may_use_one(desk: Desk) -> None:
    token, _ = await issue(desk)
    await desk.order("settings", ip_allow_list=["203.0.113.9"])
    answer = (await desk.http.get("/cgi-bin/token", params=GOOD)).json()
    assert answer["errcode"] == 40164
    assert answer["errmsg"].startswith("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: ")
    assert await errcode(desk, token) == 0
    await desk.order("settings", ip_allow_list=["127.0.0.1"])
    assert (await issue(desk))[0]


async def call(desk: Desk, verb: str, path: str, **more: Any) -> int:
    return int((await desk.http.request(verb, path, **more)).json()["errcode"])


async def test_every_call_needs_a_token(desk: Desk) -> None:
    assert await call(desk, "GET", "/cgi-bin/getcallbackip") == 41001
    assert await call(desk, "GET", "/cgi-bin/getcallbackip?access_token=") == 41001
    assert await call(desk, "GET", "/cgi-bin/getcallbackip?access_token=nonsense") == 40014
    assert await call(desk, "GET", "/cgi-bin/getcallbackip?access_token=" + "x" * 136) == 40001


async def test_the_wrong_verb_is_named(desk: Desk) -> None:
    token = {"access_token": await desk.token()}
    assert await call(desk, "POST", "/cgi-bin/user/get", params=token) == 43001
    assert await call(desk, "GET", "/cgi-bin/message/custom/send", params=token) == 43002
    assert await call(desk, "GET", "/cgi-bin/stable_token") == 43002


@pytest.mark.parametrize(
    ("body", "errcode"),
    [(b"", 44002), (b" \n", 44002), (b"{", 47001), (b"[]", 47001), (b'"a"', 47001), (b"\xff\xfe{", 47001)],
)
async def test_a_body_must_be_a_json_object(desk: Desk, body: bytes, errcode: int) -> None:
    assert (await desk.post("message/custom/send", content=body))["errcode"] == errcode
    assert (await desk.post("message/custom/send", content=b"[" * 100_000))["errcode"] == 47001


@pytest.mark.parametrize("path", ["/cgi-bin/no/such", "/cgi-bin", "/", "/sns/no", "/emulator/cgi-bin/no"])
async def test_an_unknown_path_is_answered_as_the_platform_does(desk: Desk, path: str) -> None:
    answer = await desk.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["errcode"] == 40066


async def test_a_refusal_ends_with_an_id_of_its_own(desk: Desk) -> None:
    first, second = [(await desk.http.get("/cgi-bin/user/get")).json()["errmsg"] for _ in range(2)]
    words, rid = first.split(" rid: ")
    assert words == "access_token missing"
    assert [len(group) for group in rid.split("-")] == [8, 8, 8]
    assert first != second


async def test_everything_answers_below_emulator_too(desk: Desk) -> None:
    answer = (await desk.http.get("/emulator/cgi-bin/token", params=GOOD)).json()
    assert await errcode(desk, answer["access_token"]) == 0
    assert (await desk.http.get("/emulator/_/account")).json()["app_id"] == TEST.app_id
