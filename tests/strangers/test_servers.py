"""Servers that were never written for the emulator understand its pushes, and their answers reach the phone."""

import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import httpx
import pytest

from bot.emulator import Account
from tests.emulator.desk import ALICE, Desk, Switchboard, desk_on_port
from tests.strangers.walk import HERE, python

SCAN = {"ScanType": "qrcode", "ScanResult": "第三章"}
PLACE = {"Location_X": "39.9", "Location_Y": "116.4", "Scale": "15", "Label": "图书馆", "Poiname": ""}
PICTURES = {"Count": 2, "PicList": {"item": [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]}}

# What a follower does, and what the server says that it understood.
PUSHES: list[tuple[dict[str, Any], str]] = [
    ({"type": "text", "content": "打卡 <第三章> & 完"}, "text 打卡 <第三章> & 完"),
    ({"type": "image", "PicUrl": "http://a/p.jpg"}, "image http://a/p.jpg"),
    ({"type": "voice", "MediaId": "VOICE"}, "voice VOICE"),
    ({"type": "video", "MediaId": "FILM"}, "video FILM"),
    ({"type": "shortvideo", "MediaId": "FILM"}, "shortvideo FILM"),
    ({"type": "location", "Location_X": 39.9}, "location 39.9"),
    ({"type": "link", "Url": "http://a/1"}, "link http://a/1"),
    ({"type": "event", "Event": "SCAN", "EventKey": "7", "Ticket": "T"}, "scan 7"),
    ({"type": "event", "Event": "CLICK", "EventKey": "CHECKIN"}, "click CHECKIN"),
    ({"type": "event", "Event": "VIEW", "EventKey": "http://a/1"}, "view http://a/1"),
    ({"type": "event", "Event": "LOCATION", "Latitude": 39.9, "Longitude": 116.4, "Precision": 30.0}, "location 39.9"),
    ({"type": "event", "Event": "scancode_waitmsg", "EventKey": "K", "ScanCodeInfo": SCAN}, "scancode_waitmsg 第三章"),
    (
        {"type": "event", "Event": "location_select", "EventKey": "K", "SendLocationInfo": PLACE},
        "location_select 图书馆",
    ),
    ({"type": "event", "Event": "pic_weixin", "EventKey": "K", "SendPicsInfo": PICTURES}, "pic_weixin 2"),
    ({"type": "event", "Event": "unsubscribe"}, "unsubscribe"),
    ({"type": "event", "Event": "subscribe"}, "subscribe"),
]
# What a server sends that was asked for a kind of reply, and what the phone shows of it.
REPLIES = {
    "image": ("image", "[图片]"),
    "voice": ("voice", "[语音]"),
    "video": ("video", "课"),
    "music": ("music", "歌"),
    "news": ("news", "题"),
}


@pytest.fixture(scope="session")
def strangers() -> Iterator[Callable[[str, Account], str]]:
    """Framework and account → the address of such a server; each is started once."""
    with ExitStack() as stack:

        @cache
        def address(framework: str, key: str) -> str:
            account = Account()
            arguments = [
                python(framework),
                "-P",
                str(HERE / "server.py"),
                framework,
                account.token,
                account.app_id,
                key,
            ]
            # Its warnings are its own.
            process = stack.enter_context(
                subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            )
            stack.callback(process.kill)
            assert process.stdout
            port = process.stdout.readline().strip()
            assert port, "the server did not start"
            return f"http://127.0.0.1:{port}"

        yield lambda framework, account: address(
            framework, "-" if account.mode == "plain" else account.encoding_aes_key
        )


@pytest.fixture(params=["wechatpy", "werobot"])
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["plain", "compatible", "safe"])
def account(request: pytest.FixtureRequest) -> Account:
    return Account(mode=request.param)


@pytest.fixture
def address(strangers: Callable[[str, Account], str], framework: str, account: Account) -> str:
    return strangers(framework, account)


@pytest.fixture
async def desk(address: str, account: Account, switchboard: Switchboard) -> AsyncIterator[Desk]:
    """An emulator that pushes to that server in one of the three modes."""
    await understood(address)
    async with desk_on_port(account, switchboard) as desk:
        await desk.order("account", webhook=f"{address}/wechat")
        await desk.follow(ALICE)
        yield desk


async def understood(address: str) -> list[str]:
    """All that the server understood since it was asked the last time."""
    async with httpx.AsyncClient(verify=False) as http:
        found: list[str] = (await http.get(f"{address}/understood")).json()
        return found


async def test_a_stranger_understands_what_is_pushed(desk: Desk, address: str) -> None:
    outcomes = [await desk.order("messages", {"openid": ALICE, **push}) for push, _ in PUSHES]
    assert [outcome["reply"] and outcome["reply"]["content"] for outcome in outcomes] == [words for _, words in PUSHES]
    assert await understood(address) == [words for _, words in PUSHES]


async def test_a_text_may_end_what_it_stands_in(desk: Desk, address: str) -> None:
    # Neither framework masks it when it writes XML, so that only their reading is asked.
    await desk.write(ALICE, "]]></Content>")
    assert await understood(address) == ["text ]]></Content>"]


async def test_a_scanned_code_tells_its_scene(desk: Desk, framework: str) -> None:
    await desk.event(ALICE, "subscribe", EventKey="qrscene_branch_07", Ticket="T")
    told = {"wechatpy": "subscribe_scan branch_07", "werobot": "subscribe qrscene_branch_07"}
    assert await desk.seen(ALICE) == [told[framework]]


async def test_every_kind_of_reply_reaches_the_phone(desk: Desk, framework: str) -> None:
    for kind in REPLIES:
        await desk.write(ALICE, kind)
    shown = [(item["type"], item["content"]) for item in await desk.phone(ALICE) if item["from"] == "account"]
    expected = dict(REPLIES)
    if framework == "werobot":
        # It leaves out ThumbMediaId, without which the platform's page allows no music.
        expected["music"] = ("notice", "该公众号提供的服务出现故障，请稍后再试")
    assert shown == list(expected.values())


async def test_silence_and_handing_over_show_nothing(desk: Desk) -> None:
    for words in ("nothing", "service"):
        assert not (await desk.write(ALICE, words)).get("trouble")
    assert await desk.seen(ALICE) == []


async def test_receipts_arrive(desk: Desk, address: str, framework: str) -> None:
    await desk.order("templates", id="T", family="template", title="通知", content="{{thing1.DATA}}")
    body = {"touser": ALICE, "template_id": "T", "data": {"thing1": {"value": "第三章"}}}
    assert (await desk.post("message/template/send", body))["errcode"] == 0
    mass = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "大家好"}}
    assert (await desk.post("message/mass/sendall", mass))["errcode"] == 0
    await desk.order("settle")
    # WeRoBot knows no status of a mass message.
    sent = "masssendjobfinish" if framework == "werobot" else "masssendjobfinish send success"
    assert sorted(await understood(address)) == [sent, "templatesendjobfinish success"]


async def test_a_stranger_refuses_what_is_signed_by_another(desk: Desk) -> None:
    await desk.order("account", token="another_token")
    outcome = await desk.write(ALICE)
    assert (outcome["status"], outcome["reply"]) == (403, {})
