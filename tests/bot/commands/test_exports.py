"""`export`: what is stored, in files that import takes again."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.files.sheet import read_sheet
from models.broadcast import Broadcast, BroadcastKind
from models.checkin import CheckIn
from models.note import Note
from models.push import Push, PushStatus
from scheduler.cause import Cause

from .conftest import Terminal

EXTRA = ("回复收到", "打开链接", "推送编号")
NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)


def rows(path: Path) -> list[list[str]]:
    return [list(row.cells) for row in read_sheet(path.read_bytes()).rows]


def broadcast(kind: BroadcastKind, **facts: str) -> Broadcast:
    return Broadcast(
        kind=kind, facts=facts, branch_id=1, created_at=NOON, starts_at=NOON, ring_until=NOON, show_until=NOON
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_exported_roster_is_imported_without_a_change(terminal: Terminal, form: str) -> None:
    terminal.imports()
    assert terminal.types("export", "members", "--format", form).lines == [f"已写入 members.{form}。"]
    file = terminal.folder / f"members.{form}"
    assert file.stat().st_mode & 0o777 == 0o600
    header, *members = rows(file)
    assert " ".join(header) == "姓名 支部 小组 角色 状态 加入日期 转正日期 出生日期 历法 手机 标签 openid"
    assert members[1][:6] == ["晨启明", "晨光支部", "第一小组", "组长", "正常", "2010-05"]
    assert members[4][10] == "不用微信"
    said = terminal.types("import", "members", str(file))
    assert said.lines == ["已导入：新增 0，更新 0，停用 0，不变 5。"]


@pytest.mark.parametrize("kind", ["topics", "books"])
def test_an_exported_library_is_imported_without_a_change(on_sqlite: Terminal, kind: str) -> None:
    table = {
        "topics": "标题,有效期,系列,课次,读后一问,参考答案,下架\n=甲,2027-01-01,《八讲》,第 3 课,怎样？,这样,是\n乙\n",
        "books": "书名,作者,推荐理由,有效期,下架\n=甲,二,三,2027-01-01,是\n乙\n",
    }[kind]
    on_sqlite.imports(table, kind=kind)
    assert on_sqlite.types("export", kind, "--out", "again.csv").status == 0
    first, second = rows(on_sqlite.folder / "again.csv")[1:]
    assert (first[-1], second[-1]) == ("是", "否")
    assert kind == "books" or first[-5:-1] == ["八讲", "3", "怎样？", "这样"]
    assert on_sqlite.types("import", kind, "again.csv").lines == ["已导入：新增 0，更新 0，停用 0，不变 2。"]


def test_check_ins_name_who_wrote_what(terminal: Terminal) -> None:
    terminal.imports()
    terminal.add(CheckIn(member_id=3, day=date(2026, 7, 1), at=NOON, note="=读了第三章", chapters=1, made_up=True))
    terminal.types("export", "checkins", "--format", "xlsx")
    assert rows(terminal.folder / "checkins.xlsx") == [
        ["日期", "姓名", "支部", "小组", "心得", "页数", "章数", "补卡"],
        ["2026-07-01", "林小满", "晨光支部", "第二小组", "=读了第三章", "", "1", "是"],
    ]


def test_only_notes_that_are_shared_are_exported(terminal: Terminal) -> None:
    terminal.imports()
    shared: dict[str, Any] = {"shared_in": 1, "shared_at": NOON}
    terminal.add(
        Note(member_id=3, at=NOON, text="=慢读", **shared),
        Note(member_id=3, at=NOON, text="只给自己看"),
        # 周一鸣 is inactive.
        Note(member_id=4, at=NOON, text="离开了", **shared),
    )
    terminal.types("export", "notes")
    assert rows(terminal.folder / "notes.csv") == [
        ["编号", "分享时间", "姓名", "支部", "小组", "心得"],
        ["1", "2026-07-01 12:00", "林小满", "晨光支部", "第二小组", "=慢读"],
    ]


def test_pushes_say_in_plain_words_what_became_of_them(terminal: Terminal) -> None:
    terminal.imports()
    terminal.add(broadcast(BroadcastKind.TEXT, text="明天开会"))
    terminal.add(
        Push(
            broadcast_id=1,
            member_id=1,
            status=PushStatus.ACCEPTED,
            run_at=NOON,
            sent_at=NOON,
            route="custom",
            acknowledged_at=NOON,
        ),
        Push(broadcast_id=1, member_id=2, status=PushStatus.HELD, run_at=NOON, cause="window"),
    )
    terminal.types("export", "pushes")
    window = "晨启明已超过两天没给公众号发消息，微信不允许主动发给本人；下次发消息时会自动收到。急事请打电话。"
    assert rows(terminal.folder / "pushes.csv") == [
        ["编号", "应发时间", "姓名", "支部", "小组", "内容", "去向", "送出时间", "原因", *EXTRA],
        [
            "1",
            "2026-07-01 12:00",
            "晨知远",
            "晨光支部",
            "第一小组",
            "广播「明天开会」",
            "已送出",
            "2026-07-01 12:00",
            "",
            "2026-07-01 12:00",
            "",
            "1",
        ],
        [
            "1",
            "2026-07-01 12:00",
            "晨启明",
            "晨光支部",
            "第一小组",
            "广播「明天开会」",
            "下次来消息时附上",
            "",
            window,
            "",
            "",
            "2",
        ],
    ]


def test_every_cause_of_a_push_can_be_exported(on_sqlite: Terminal) -> None:
    on_sqlite.imports("姓名,支部\n" + "".join(f"{cause},晨光支部\n" for cause in Cause))
    on_sqlite.add(broadcast(BroadcastKind.TOPIC))
    on_sqlite.add(
        *(
            Push(broadcast_id=1, member_id=number, status=PushStatus.FAILED, run_at=NOON, cause=cause)
            for number, cause in enumerate(Cause, start=1)
        )
    )
    assert on_sqlite.types("export", "pushes").status == 0


def test_nothing_is_overwritten(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    (on_sqlite.folder / "mine.csv").write_text("mine")
    said = on_sqlite.types("export", "members", "--out", "mine.csv")
    assert (said.status, said.lines) == (2, ["已经有 mine.csv 这个文件，没有覆盖。请用别的名字，或先挪开它。"])
    assert (on_sqlite.folder / "mine.csv").read_text() == "mine"


def test_standard_output_carries_the_file_and_nothing_else(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    assert on_sqlite.types("export", "members", "--out", "-").out.startswith("\ufeff姓名,支部")


def test_without_data_there_is_nothing_to_export(on_sqlite: Terminal) -> None:
    said = on_sqlite.types("export", "members")
    assert said.status == 2
    assert said.lines[0].startswith("还没有数据：")
    assert not (on_sqlite.folder / "data" / "chenzhong.db").exists()


def test_one_person_gets_what_is_stored_of_them_and_of_nobody_else(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    assert on_sqlite.types("export", "member", "林小满").status == 0
    with zipfile.ZipFile(on_sqlite.folder / "member.zip") as archive:
        stored = archive.read("data.json").decode()
        assert [name for name in archive.namelist() if name.endswith(".xlsx")] == [
            "名册.xlsx",
            "打卡.xlsx",
            "收到的消息.xlsx",
        ]
    assert ("林小满" in stored, "晨知远" in stored) == (True, False)
    assert on_sqlite.types("export", "member", "无此人").status == 2
