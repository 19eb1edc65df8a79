"""Commands while a server runs: they are done by it, one after the other, and nobody else gets in."""

import asyncio
import json
import socket
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.commands import door, perform
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Fact, Line, Progress, packed, unpacked
from bot.commands.ownership import Taken, database_file, owning
from bot.config import Config
from models.member import Member

from .conftest import ROSTER, Terminal, serving

MORE = "姓名,支部\n来得晚,晨光支部\n"

# Seen from the terminal's own folder: the way to a test's folder may be longer than the kernel takes.
SOCKET = f"data/{door.NAME}"


def test_a_server_does_what_a_command_asks_and_says_how_it_went(on_sqlite: Terminal) -> None:
    with serving(on_sqlite.config) as product:
        said = on_sqlite.imports()
        assert said.lines[-1] == "已导入：新增 5，更新 0，停用 0，不变 0。"
        with product.database.reading() as db:
            assert db.get(Member, 5) is not None
        bad = on_sqlite.imports("姓名,支部\n,晨光支部\n")
        assert (bad.status, bad.err.splitlines()[0]) == (1, "第 2 行：「姓名」不能空着。")
        refused = on_sqlite.imports("姓名,小组\n林小满,第一小组\n")
        assert (refused.status, refused.lines) == (2, ["没有找到表头：缺 支部 一列。第一行应是各列的名称。"])


def test_several_commands_at_once_all_get_their_answer(on_sqlite: Terminal) -> None:
    with serving(on_sqlite.config):
        config, ended = on_sqlite.config, []

        async def one(number: int) -> None:
            rows = [[1, ["姓名", "支部"]], [2, [f"第{number}人", "晨光支部"]]]
            arguments = {"rows": rows, "unread": [], "dry_run": False, "keep_good": False}
            ended.append([event async for event in perform.perform(config, "import members", arguments)][-1])

        async def all_at_once() -> None:
            await asyncio.gather(*map(one, range(4)))

        asyncio.run(all_at_once())
    assert ended == [Ended(0)] * 4
    assert len(on_sqlite.stored(Member, str)) == 4


def test_only_its_own_user_can_reach_the_server_and_only_while_it_runs(on_sqlite: Terminal) -> None:
    path = on_sqlite.folder / "data" / door.NAME
    with serving(on_sqlite.config):
        mode = path.stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert not path.exists()


def test_a_socket_left_by_a_killed_server_is_no_obstacle(on_sqlite: Terminal) -> None:
    Path("data").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(SOCKET)
    assert on_sqlite.imports().status == 0
    with serving(on_sqlite.config):
        assert on_sqlite.imports(MORE).status == 0


def test_a_path_longer_than_the_kernel_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("很深的文件夹" * 8)
    monkeypatch.chdir(tmp_path)
    config = Config.model_validate({"database": {"url": f"sqlite:///{deep}/chenzhong.db"}})
    with serving(config):
        sheet: dict[str, Any] = {"rows": [[1, ["书名"]], [2, ["乡土中国"]]], "unread": []}
        arguments = {**sheet, "dry_run": False, "keep_good": False}
        assert events_of(config, "import books", arguments)[-1] == Ended(0)


def events_of(config: Config, command: str, arguments: dict[str, Any]) -> list[Event]:
    async def collect() -> list[Event]:
        return [event async for event in perform.perform(config, command, arguments)]

    return asyncio.run(collect())


def test_only_one_process_owns_the_file(on_sqlite: Terminal) -> None:
    file = database_file(on_sqlite.config)
    assert file is not None
    with owning(file), pytest.raises(Taken), owning(file):
        pass
    with owning(file):
        pass


def test_a_short_command_of_somebody_else_is_waited_for(on_sqlite: Terminal) -> None:
    file = database_file(on_sqlite.config)
    assert file is not None
    taken, go = threading.Event(), threading.Event()

    def hold() -> None:
        with owning(file):
            taken.set()
            go.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    threading.Timer(0.3, go.set).start()
    assert on_sqlite.imports().status == 0
    holder.join()


def test_a_long_one_is_not(on_sqlite: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perform, "PATIENCE_SECONDS", 0.4)
    file = database_file(on_sqlite.config)
    assert file is not None
    with owning(file):
        said = on_sqlite.imports()
    assert (said.status, said.lines) == (2, ["数据库正被另一个命令占用，请稍后再试。"])


def asked(config: Config, line: bytes) -> list[dict[str, Any]]:
    """What a stranger's program gets for a line."""

    async def ask() -> bytes:
        reader, writer = await asyncio.open_unix_connection(SOCKET)
        writer.write(line)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer

    return [json.loads(line) for line in asyncio.run(ask()).splitlines()]


@pytest.mark.parametrize(
    "line", [b"", b"nonsense\n", b'{"command": "drop"}\n', b'{"command": "erase", "arguments": {"who": 1}}\n']
)
def test_what_the_server_cannot_do_is_said_and_it_goes_on(on_sqlite: Terminal, line: bytes) -> None:
    with serving(on_sqlite.config):
        assert asked(on_sqlite.config, line) == [{"event": "Failed", "key": "failed_in_server", "values": {}}]
        assert on_sqlite.imports(ROSTER).status == 0


def test_a_terminal_that_is_closed_halfway_costs_the_server_nothing(on_sqlite: Terminal) -> None:
    with serving(on_sqlite.config):

        async def hang_up() -> None:
            _, writer = await asyncio.open_unix_connection(SOCKET)
            writer.write(b'{"command": "export codes", "arguments": {"group": ""}}\n')
            writer.transport.abort()

        asyncio.run(hang_up())
        assert on_sqlite.imports().status == 0


def test_a_server_that_stops_in_the_middle_is_told(on_sqlite: Terminal) -> None:
    Path("data").mkdir()

    async def half_an_answer() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(json.dumps(packed(Line("半句"))).encode() + b"\n")
            writer.close()

        server = await asyncio.start_unix_server(serve, SOCKET)
        stream = await door.hand_over(on_sqlite.config, "erase", {"member": "林小满"})
        assert stream is not None
        with pytest.raises(CommandError, match="server_gone"):
            assert [event async for event in stream] == [Line("半句")]
        server.close()

    asyncio.run(half_an_answer())


@pytest.mark.parametrize(
    "event", [Progress(1, 2, "正在写入"), Line("好", "good"), Fact("codes", [["林小满", "组", "123456"]]), Ended(1)]
)
def test_events_cross_the_socket_as_they_are(event: Event) -> None:
    assert unpacked(json.loads(json.dumps(packed(event)))) == event
