"""`broadcast`: forecast, number, grace, and what became of everybody; through an emulated platform on a real port."""

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.commands.ownership import database_file
from bot.emulator import Account, Emulator
from models.audit import Audit
from models.broadcast import Broadcast, BroadcastState
from models.database import Database
from models.follower import Follower
from models.pause import Pause
from models.push import Push, PushStatus
from models.relief import Relief
from models.writer import Writer
from scheduler.cleanup import Cleaner, Retention
from scheduler.tick import tick
from tests.emulator.desk import served
from tests.scheduler.stage import RULES

from .conftest import Terminal, serving

# In roster order; 林小满 has not written for days, 郑晚晴 goes without WeChat, 周一鸣 has left.
OPENIDS = {1: "oZhiyuan", 2: "oQiming", 3: "oXiaoman"}


@pytest.fixture(scope="module")
def platform_address() -> Iterator[str]:
    emulator = Emulator(Account(), webhook="http://127.0.0.1:9/wechat")
    with served(emulator.app) as address:
        yield address


@dataclass
class Branch:
    """The roster with its phones: a terminal, and what the phones show."""

    terminal: Terminal
    address: str

    def phone(self, member: int) -> list[str]:
        """What came to a member's phone."""
        items = httpx.get(f"{self.address}/_/phone", params={"openid": OPENIDS[member], "after": 0}).json()["items"]
        return [item["content"] for item in items]

    def pushes(self) -> list[tuple[int, str]]:
        """Who is owed what."""
        return sorted(self.terminal.stored(Push, lambda push: (push.member_id, str(push.status))))

    def broadcasts(self, *words: str, answers: str = "") -> list[str]:
        """Types the command; the lines after the forecast."""
        return self.terminal.types("broadcast", *words, answers=answers).lines


def branch_of(terminal: Terminal, address: str) -> Branch:
    text = terminal.config_file.read_text(encoding="utf-8")
    terminal.config_file.write_text(text.replace("http://127.0.0.1:9", address), encoding="utf-8")
    terminal.imports()
    now = datetime.now(UTC)
    for member, openid in OPENIDS.items():
        until = now + timedelta(hours=-1 if member == 3 else 40)
        seen = {"followed_at": now, "agreed_at": now, "window_left": 5, "window_until": until}
        terminal.add(Follower.model_validate({"openid": openid, "member_id": member, **seen}))
    httpx.post(f"{address}/_/reset", json={})
    httpx.post(f"{address}/_/followers", json={"openids": list(OPENIDS.values()), "window_open": True})
    return Branch(terminal, address)


@pytest.fixture
def branch(terminal: Terminal, platform_address: str) -> Branch:
    return branch_of(terminal, platform_address)


@pytest.fixture
def on_a_file(on_sqlite: Terminal, platform_address: str) -> Branch:
    return branch_of(on_sqlite, platform_address)


FORECAST = [
    "您要发的内容：",
    "明天开会",
    "（晨光支部）",
    "发给晨光支部全体，共 4 人。",
    "马上能看到：2 人",
    "下次来消息时看到：1 人（林小满）",
    "其中：两天没来消息 1 人",
    "要打电话告诉：1 人（郑晚晴）",
    "其中：不用微信 1 人",
]
SETTLED = ["已送出：2 人", "下次来消息时附上：1 人"]


def test_forecast_number_grace_and_what_became_of_everybody(branch: Branch) -> None:
    said = branch.broadcasts("明天开会", "--grace", "0", answers="4\n")
    assert said[:9] == FORECAST
    assert said[9].startswith("确定要发，请输入人数 4")
    assert said[-2:] == SETTLED
    assert branch.phone(1) == branch.phone(2) == ["明天开会\n（晨光支部）"]
    assert branch.phone(3) == []
    assert branch.pushes() == [(1, "accepted"), (2, "accepted"), (3, "held")]
    audit = branch.terminal.stored(Audit, lambda line: (line.action, line.member_id, line.facts.get("count")))
    assert audit[-1] == ("broadcast", None, 4)


def test_a_running_server_sends_and_the_terminal_sees_how_far_it_is(on_a_file: Branch) -> None:
    with serving(on_a_file.terminal.config, jobs=True):
        said = on_a_file.broadcasts("明天开会", "--grace", "1", "--yes")
    assert said[9:] == ["1 秒后发出，在这之前按 Ctrl-C，谁都不会收到。", *SETTLED]
    assert on_a_file.phone(2) == ["明天开会\n（晨光支部）"]


@pytest.mark.parametrize("answer", ["3", "", "四", "y"])
def test_only_the_number_that_was_shown_sends(on_a_file: Branch, answer: str) -> None:
    said = on_a_file.terminal.types("broadcast", "明天开会", answers=f"{answer}\n")
    assert (said.status, said.out.splitlines()[-1]) == (1, "没有发出。")
    assert on_a_file.terminal.stored(Broadcast, str) == []


def test_for_one_group_only(on_a_file: Branch) -> None:
    said = on_a_file.broadcasts("周五交笔记", "--audience", "第一小组", "--grace", "0", "--yes")
    assert said[2:4] == ["（第一小组）", "发给第一小组，共 2 人。"]
    assert on_a_file.pushes() == [(1, "accepted"), (2, "accepted")]


def interrupt_when_written(terminal: Terminal) -> threading.Thread:
    """Presses Ctrl-C as soon as the broadcast is there and its number has been told, half a minute from now at most."""
    file = f"file:{database_file(terminal.config)}?mode=ro"

    def is_written() -> bool:
        # Whoever waits must not hold up the writer, and hears of a lock again soon enough.
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file, uri=True, timeout=0.1)) as database:
            return bool(database.execute("SELECT count(*) FROM broadcast").fetchone()[0])
        return False

    def press() -> None:
        for _ in range(300):
            time.sleep(0.1)
            if is_written():
                time.sleep(0.5)
                break
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@pytest.mark.parametrize("beside_a_server", [True, False])
def test_an_interrupt_in_the_grace_takes_all_of_it_back(on_a_file: Branch, beside_a_server: bool) -> None:
    with serving(on_a_file.terminal.config, jobs=True) if beside_a_server else nullcontext():
        pressed = interrupt_when_written(on_a_file.terminal)
        said = on_a_file.broadcasts("明天开会", "--grace", "600", "--yes")
        pressed.join()
    assert said[-1] == "已撤回，谁都没有收到。"
    assert on_a_file.terminal.stored(Broadcast, lambda row: row.state) == [BroadcastState.RECALLED]
    assert {status for _, status in on_a_file.pushes()} <= {"cancelled"}


def test_what_is_for_later_is_not_waited_for(on_a_file: Branch) -> None:
    at = datetime.now(on_a_file.terminal.config.organisation.zone) + timedelta(days=2)
    said = on_a_file.broadcasts("明天开会", "--at", f"{at:%Y-%m-%d %H:%M}", "--yes")
    assert f"将在 {at:%Y-%m-%d %H:%M} 发出。" in said
    assert said[-1].startswith("已排好（编号 1），")
    assert said[-1].endswith("发出。到时要有晨钟在运行。")
    [starts_at] = on_a_file.terminal.stored(Broadcast, lambda row: row.starts_at)
    assert starts_at == at.replace(second=0, microsecond=0)
    for when, reason in (
        ("2020-01-01 09:00", "「2020-01-01 09:00」已经过去了。"),
        ("明早", "「明早」还缺几点"),
        ("某天", "「某天」不是时间"),
    ):
        refused = on_a_file.terminal.types("broadcast", "明天开会", "--at", when, "--yes")
        assert refused.status == 2
        assert refused.err.startswith(reason)


def test_while_everything_is_paused_it_waits_and_the_terminal_does_not(on_a_file: Branch) -> None:
    on_a_file.terminal.add(Pause(branch_id=1, at=datetime.now(UTC)))
    said = on_a_file.broadcasts("明天开会", "--grace", "0", "--yes")
    assert said[-2:] == ["等着发送：3 人", "现在是全部暂停，恢复之后接着发。"]
    assert on_a_file.phone(1) == []


def test_what_may_have_arrived_is_sent_again_only_by_order(branch: Branch) -> None:
    branch.broadcasts("明天开会", "--grace", "0", "--yes")
    with branch.terminal.database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE push SET status = 'unknown', cause = 'unknown' WHERE member_id = 2")
    elsewhere = branch.terminal.types("broadcast", "--resend-unknown", "7", "--yes")
    assert elsewhere.lines == ["编号 7 里没有说不准是否收到的人；有的是：1（1 人）。"]
    said = branch.broadcasts("--resend-unknown", "1", answers="1\n")
    assert said[0] == "说不准是否收到的有 1 人：晨启明。再发一遍，其中有人可能收到两遍。"
    assert said[-2:] == SETTLED
    assert len(branch.phone(2)) == 2
    assert len(branch.phone(1)) == 1
    again = branch.terminal.types("broadcast", "--resend-unknown", "1", "--yes")
    assert (again.status, again.lines) == (2, ["编号 1 里没有说不准是否收到的人。"])


def test_what_was_lost_on_the_way_is_named_with_what_to_do(on_a_file: Branch) -> None:
    faults = [{"path": "/cgi-bin/message/custom/send", "times": 1, "drop": "after"}]
    httpx.post(f"{on_a_file.address}/_/faults", json=faults)
    said = on_a_file.terminal.types("broadcast", "明天开会", "--grace", "0", "--yes")
    httpx.post(f"{on_a_file.address}/_/faults", json=[])
    assert said.err.splitlines()[-1] == "说不准：1 人"
    assert said.out.splitlines()[-1] == "说不准的不会自动再发；要再发一遍：chenzhong broadcast --resend-unknown 1"


def test_what_makes_no_broadcast_is_refused(on_a_file: Branch) -> None:
    for words, reason in (
        ((), "请写上广播的内容，或者用 --resend-unknown、--mass、--pause、--resume、--recall 之一指明是哪一次。"),
        (("长" * 700, "--yes"), "内容太长，一条消息放不下，请缩短到 660 字以内。"),
        (("好", "--audience", "第九小组"), "看不懂范围里的「第九小组」。"),
    ):
        said = on_a_file.terminal.types("broadcast", *words)
        assert said.status == 2
        assert said.err.startswith(reason)
    on_a_file.terminal.imports("姓名,支部\n只此一人,别的支部\n")
    assert on_a_file.terminal.types("broadcast", "好").err == "说不准是哪个支部或小组，请写全：别的支部、晨光支部。\n"


def test_a_roster_that_changed_after_the_forecast_stops_it(on_a_file: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.commands import typed_broadcast

    def somebody_comes(*_: object) -> None:
        on_a_file.terminal.imports("姓名,支部\n来得晚,晨光支部\n")

    monkeypatch.setattr(typed_broadcast, "_confirm_number", somebody_comes)
    said = on_a_file.terminal.types("broadcast", "明天开会")
    assert (said.status, said.err) == (2, "名单刚才有变化，没有发出。请再来一次。\n")
    assert on_a_file.terminal.stored(Push, lambda push: push.status) == list[PushStatus]()


def test_the_rest_goes_by_mass_message_once_its_number_is_typed(branch: Branch) -> None:
    with branch.terminal.database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE follower SET window_left = 0")
    branch.broadcasts("明天开会", "--grace", "0", "--yes")
    assert branch.phone(1) == []
    refused = branch.terminal.types("broadcast", "--mass", "1", answers="2\n")
    assert refused.lines[:3] == ["您要群发的内容：", "明天开会", "（晨光支部）"]
    assert refused.lines[3:5] == [
        "还没收到、这次能群发到的：3 人。",
        "群发每人每月最多 4 次，这次之后最少的还剩 3 次。",
    ]
    assert (refused.status, refused.lines[-1]) == (1, "没有发出。")
    said = branch.broadcasts("--mass", "1", "--grace", "0", answers="3\n")
    assert said[-1].startswith("第 1 批微信已收下")
    assert [branch.phone(member) for member in OPENIDS] == [["明天开会\n（晨光支部）"]] * 3
    assert branch.terminal.stored(Audit, lambda line: line.action)[-1] == "mass"
    again = branch.terminal.types("broadcast", "--mass", "1", "--yes")
    assert (again.status, again.lines) == (2, ["没有剩下的人：其余的要么已经收到，要么群发也到不了。"])
    assert branch.terminal.types("broadcast", "--mass", "9", "--yes").lines == ["没有编号是 9 的广播。"]


def test_a_mass_message_that_is_refused_says_so(on_a_file: Branch) -> None:
    with on_a_file.terminal.database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE follower SET window_left = 0")
    on_a_file.broadcasts("明天开会", "--grace", "0", "--yes")
    fault = {"path": "/cgi-bin/message/mass/send", "times": 1, "errcode": 48003}
    httpx.post(f"{on_a_file.address}/_/faults", json=[fault])
    said = on_a_file.terminal.types("broadcast", "--mass", "1", "--grace", "0", "--yes")
    assert (said.status, said.lines[-1]) == (1, "第 1 批微信没有接收（48003），这些人下次来消息时会自动收到。")
    assert {status for _, status in on_a_file.pushes()} == {"held"}


def test_a_few_words_say_for_whom(on_a_file: Branch) -> None:
    said = on_a_file.broadcasts("带上作品", "--audience", "第二小组 #书法", "--grace", "0", "--yes")
    assert said[3] == "发给第二小组，#书法，共 1 人。"
    assert on_a_file.pushes() == [(3, "held")]
    unclear = on_a_file.terminal.types("broadcast", "好", "--audience", "第二小组 书计", "--yes")
    assert (unclear.status, "看不懂范围里的「书计」" in unclear.err) == (2, True)


def test_a_few_chosen_by_check_ins_are_not_counted(on_a_file: Branch) -> None:
    for people in ("第二小组 七天没打卡", "今天打过卡"):
        refused = on_a_file.terminal.types("broadcast", "好", "--audience", people, "--yes")
        assert (refused.status, refused.err.startswith("按打卡挑的人不到 3 位")) == (2, True)
    assert on_a_file.terminal.stored(Broadcast, str) == []
    on_a_file.terminal.configures("[organisation]", "[relief]\nenabled = false\n\n[organisation]")
    now = datetime.now(UTC)
    agreed: dict[str, Any] = {"asked_by": 1, "asked_at": now, "agreed_by": 2, "agreed_at": now}
    on_a_file.terminal.add(Relief(branch_id=1, document="某组发〔2026〕3号", **agreed))
    assert "共 2 人" in on_a_file.broadcasts("好", "--audience", "第二小组 七天没打卡", "--grace", "0", "--yes")[3]


def test_a_trial_goes_to_one_member_alone(on_a_file: Branch) -> None:
    said = on_a_file.broadcasts("{称呼}，明天开会", "--test", "晨启明")
    assert said == ["已送出：1 人"]
    assert on_a_file.phone(2) == ["晨启明同志，明天开会\n（晨光支部）"]
    assert on_a_file.phone(1) == []


def test_each_reader_gets_their_own_words_after_a_look_at_three(branch: Branch) -> None:
    table = branch.terminal.file("座位.csv", "姓名,座位\n晨知远,一座\n晨启明,二座\n林小满,三座\n")
    said = branch.broadcasts("{称呼}，您坐{座位}。", "--file", table, "--grace", "0", answers="3\n")
    assert said[:3] == ["给晨知远的：", "晨知远同志，您坐一座。", "（晨光支部）"]
    assert "发给文件里的人，共 3 人。" in said
    assert branch.phone(2) == ["晨启明同志，您坐二座。\n（晨光支部）"]
    assert branch.pushes() == [(1, "accepted"), (2, "accepted"), (3, "held")]


def test_the_columns_of_a_file_are_forgotten_once_nobody_needs_them(branch: Branch) -> None:
    table = branch.terminal.file("座位.csv", "姓名,座位\n晨知远,一座\n晨启明,二座\n林小满,三座\n")
    fault = {"path": "/cgi-bin/message/custom/send", "times": 1, "drop": "after"}
    httpx.post(f"{branch.address}/_/faults", json=[fault])
    branch.broadcasts("您坐{座位}。", "--file", table, "--grace", "0", "--yes")
    httpx.post(f"{branch.address}/_/faults", json=[])
    branch.broadcasts("您坐{座位}。", "--file", table, "--test", "晨启明")
    statuses = [status for _, status in branch.pushes()]
    assert sorted(statuses) == ["accepted", "accepted", "held", "unknown"]

    def words_left(after: timedelta) -> list[tuple[str, dict[str, str]]]:
        with branch.terminal.database() as database:
            cleaning_up(database, datetime.now(UTC) + after)
        rows = branch.terminal.stored(Push, lambda push: (str(push.status), push.facts.get("columns")))
        return sorted((status, columns) for status, columns in rows if columns)

    # What is held waits for its words, and what may have arrived may be sent again by order.
    kept = words_left(timedelta(0))
    assert [status for status, _ in kept] == ["held", "unknown"]
    assert kept[0][1] == {"座位": "三座"}
    assert words_left(timedelta(days=30)) == []
    assert branch.terminal.stored(Broadcast, lambda row: row.facts)[:2] == [
        {"text": "您坐{座位}。"},
        {"text": "您坐{座位}。", "trial": True},
    ]


def cleaning_up(database: Database, now: datetime) -> None:
    """What the jobs do at that time."""
    writer: Writer[Any] = Writer(database)
    writer.start()
    try:
        asyncio.run(tick(writer, RULES, now))
        asyncio.run(Cleaner(writer, Retention()).clean(now))
    finally:
        writer.stop()


def test_a_file_with_faults_sends_nothing_unless_the_good_rows_are_asked_for(on_a_file: Branch) -> None:
    table = on_a_file.terminal.file("座位.csv", "姓名,座位\n晨知远,一座\n不在册,二座\n")
    refused = on_a_file.terminal.types("broadcast", "您坐{座位}。", "--file", table, "--yes")
    assert (refused.status, refused.err.splitlines()[-1]) == (
        2,
        "1 处有错，没有发出。改好再来，或加上 --keep-good 跳过有错的行。",
    )
    assert on_a_file.terminal.stored(Broadcast, str) == []
    on_a_file.broadcasts("您坐{座位}。", "--file", table, "--keep-good", "--grace", "0", "--yes")
    assert on_a_file.phone(1) == ["您坐一座。\n（晨光支部）"]


def test_a_card_and_a_picture(on_a_file: Branch) -> None:
    card = ("--title", "主题党日", "--link", "https://example.org/1")
    on_a_file.broadcasts("请早到", *card, "--grace", "0", "--yes")
    file = on_a_file.terminal.folder / "照片.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    on_a_file.broadcasts("周六的照片", "--image", str(file), "--grace", "0", "--yes")
    assert on_a_file.phone(1) == ["主题党日", "[图片]"]
    for words, reason in (
        (("好", "--image", on_a_file.terminal.file("不是.png", "字")), "图片只能是 PNG 或 JPG。"),
        (("好", "--title", "题", "--link", "example.org"), "「example.org」不是网址"),
        (("好", *card, "--image", str(file)), "链接卡片和图片不能一起发"),
    ):
        said = on_a_file.terminal.types("broadcast", *words, "--yes")
        assert (said.status, said.err.startswith(reason)) == (2, True), said.err


def test_by_its_number_it_is_held_let_go_on_and_taken_back(on_a_file: Branch) -> None:
    at = datetime.now(on_a_file.terminal.config.organisation.zone) + timedelta(days=2)
    on_a_file.broadcasts("明天开会", "--at", f"{at:%Y-%m-%d %H:%M}", "--yes")
    assert on_a_file.broadcasts("--pause", "1")[0].startswith("编号 1 已暂停：0 人已经收到")
    assert on_a_file.broadcasts("--pause", "1") == ["编号 1 现在没有在发。"]
    assert on_a_file.broadcasts("--resume", "1") == ["编号 1 接着发了。"]
    assert on_a_file.broadcasts("--recall", "1") == ["已撤回，谁都没有收到。"]
    assert on_a_file.broadcasts("--recall", "1") == ["没有编号 1 的广播，或者已经结束。"]


def test_a_large_one_waits_for_an_admin_in_the_chat(on_a_file: Branch) -> None:
    on_a_file.terminal.configures("[organisation]", "[limits]\napprove_above = 3\n\n[organisation]")
    said = on_a_file.broadcasts("明天开会", "--grace", "0", "--yes")
    assert "超过 3 人，您确认之后，还要另一位管理员同意才发。" in said
    assert said[-1].startswith("编号 1 正等晨知远在公众号里同意，")
    assert on_a_file.terminal.stored(Broadcast, lambda row: row.state)[0] == BroadcastState.WAITING
