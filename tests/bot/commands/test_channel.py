"""`channel`: a robot's group and any address of Apprise's, each on a real port; and what lists show of them."""

from collections.abc import Iterator

import httpx
import pytest

from bot.emulator import Account, Emulator
from models.channel import Channel, Posting, PostingState
from tests.emulator.desk import Receiver, served

from .conftest import Terminal

KEY = "0f1e2d3c-aaaa-bbbb-cccc-1234567890ab"


@pytest.fixture(scope="module")
def platform_address() -> Iterator[str]:
    with served(Emulator(Account(), webhook="http://127.0.0.1:9/wechat").app) as address:
        yield address


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def receiver_address(receiver: Receiver) -> Iterator[str]:
    with served(receiver) as address:
        yield address


@pytest.fixture
def desk(on_sqlite: Terminal, platform_address: str) -> Terminal:
    on_sqlite.configures("http://127.0.0.1:9", platform_address)
    on_sqlite.configures("[organisation]", f'[wecom]\napi_base = "{platform_address}"\n\n[organisation]')
    httpx.post(f"{platform_address}/_/wecom", json={"robots": [KEY]})
    httpx.post(f"{platform_address}/_/reset", json={})
    on_sqlite.imports()
    return on_sqlite


def group(address: str) -> list[str]:
    robots = httpx.get(f"{address}/_/wecom").json()["robots"]
    return [message["content"]["content"] for message in robots[KEY]]


def test_a_robots_life(desk: Terminal, platform_address: str) -> None:
    assert desk.types("channel", "list").lines == ["还没有添加群。"]
    url = f"{platform_address}/cgi-bin/webhook/send?key={KEY}"
    added = desk.types("channel", "add", "晨光支部", answers=f"{url}\n")
    assert added.status == 0
    assert "已添加编号 1：晨光支部，企业微信群机器人（尾号 90ab）。" in added.out
    assert desk.types("channel", "test", "1").lines == ["发出去了，请到群里看一看。"]
    assert group(platform_address) == ["这是一句测试。晨光支部的学习内容、荐书和广播以后也会发在这里。"]
    said = desk.types("broadcast", "明天开会", "--grace", "0", "--yes")
    assert "同时发到群里：企业微信群机器人（尾号 90ab）" in said.lines
    desk.types("broadcast", "后天也开", "--grace", "0", "--yes", "--audience", "第二小组")
    listed = desk.types("channel", "list")
    assert listed.out.splitlines()[0] == "1　晨光支部　企业微信群机器人（尾号 90ab）"
    for shown in (added, listed, said):
        assert KEY not in shown.out + shown.err
    assert desk.types("channel", "remove", "1").lines == ["已删除编号 1：企业微信群机器人（尾号 90ab）。"]
    assert desk.stored(Channel, str) == []
    assert desk.stored(Posting, str) == []
    gone = desk.types("channel", "test", "1")
    assert (gone.status, gone.lines) == (2, ["没有编号是 1 的群，现有的见 chenzhong channel list。"])


def test_what_is_posted_waits_for_the_engine_and_is_counted(desk: Terminal, platform_address: str) -> None:
    desk.types("channel", "add", "晨光支部", f"{platform_address}/cgi-bin/webhook/send?key={KEY}")
    desk.types("broadcast", "明天开会", "--grace", "2", "--yes")
    desk.types("broadcast", "后天开会", "--grace", "2", "--yes")
    assert "明天开会\n（晨光支部）" in group(platform_address)
    assert PostingState.ACCEPTED in desk.stored(Posting, lambda row: row.state)
    assert "　已送出：" in desk.types("channel", "list").out


def test_whatever_else_apprise_knows(
    desk: Terminal, receiver: Receiver, receiver_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{receiver_address.replace('http://', 'json://')}/a-secret-path"
    added = desk.types("channel", "add", "晨光支部", url)
    assert "其他渠道（json）" in added.out
    assert desk.types("channel", "test", "1").lines == ["发出去了，请到群里看一看。"]
    assert receiver.said[0]["message"].startswith("这是一句测试。")
    receiver.status = 500
    assert desk.types("channel", "test", "1").lines == ["没有发出去（-），对方暂时没有接收，请稍后再试。"]
    shown = added.out + desk.types("channel", "list").out + caplog.text
    assert "a-secret-path" not in shown
    assert all("a-secret-path" not in sealed for sealed in desk.stored(Channel, lambda row: row.sealed))


def test_an_address_sealed_with_another_secret_is_refused(desk: Terminal, platform_address: str) -> None:
    desk.types("channel", "add", "晨光支部", f"{platform_address}/cgi-bin/webhook/send?key={KEY}")
    desk.configures("a secret of thirty-two characters", "another secret of as many letters")
    said = desk.types("channel", "test", "1")
    assert said.status == 1
    assert said.lines[0].startswith("地址不被接受")
