"""`import`: what happens on the terminal, and what is stored afterwards."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter

from bot.commands import imports
from models.broadcast import Broadcast, BroadcastKind
from models.library import Book, Topic
from models.member import Member, Status
from models.plan import Plan
from models.push import Push

from .conftest import ROSTER, Terminal

WEEK = timedelta(days=7)


def people(terminal: Terminal) -> list[str]:
    return terminal.stored(Member, lambda member: f"{member.name} {member.status}")


EVERYBODY = ["晨知远 active", "晨启明 active", "林小满 probationary", "周一鸣 inactive", "郑晚晴 retired"]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(terminal: Terminal) -> None:
    said = terminal.imports(ROSTER, "--dry-run")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        "新的支部和小组：晨光支部、晨光支部/第一小组、晨光支部/第二小组。",
        "只检查，没有写入：将新增 5，更新 0，停用 0，不变 0。",
    ]
    assert people(terminal) == []


def test_a_roster_is_imported_and_again_without_effect(terminal: Terminal) -> None:
    assert terminal.imports().out.splitlines()[-1] == "已导入：新增 5，更新 0，停用 0，不变 0。"
    assert people(terminal) == EVERYBODY
    assert len(terminal.stored(Plan, str)) == 6
    changed = "姓名,支部,状态\n晨启明,晨光支部,停用\n林小满,晨光支部,正常\n周一鸣,晨光支部,正常\n"
    assert terminal.imports(changed).lines == [
        "第 4 行：周一鸣已停用，导入不改变；要恢复的话，请管理员回复 启用 周一鸣。",
        "已导入：新增 0，更新 1，停用 1，不变 1。",
    ]
    assert people(terminal)[1:4] == ["晨启明 inactive", "林小满 active", "周一鸣 inactive"]


BAD = "姓名,支部,入党时间\n晨知远,晨光支部,1997-02-16\n林小满,晨光支部,1997-02-30\n周一鸣,,\n"


def test_one_bad_row_and_nothing_is_written(terminal: Terminal) -> None:
    said = terminal.imports(BAD)
    assert said.status == 1
    assert said.err.splitlines() == [
        "第 3 行：「入党时间」里的「1997-02-30」没有这一天。",
        "第 4 行：「支部」不能空着。",
        "2 行有错，什么都没有写入。改好后再导入，或加上 --keep-good 跳过它们。",
    ]
    assert people(terminal) == []


def test_keep_good_leaves_out_only_the_bad_rows(terminal: Terminal) -> None:
    said = terminal.imports(BAD, "--keep-good")
    assert said.status == 0
    assert said.out.splitlines()[-2:] == ["已导入：新增 1，更新 0，停用 0，不变 0。", "跳过了有错的 2 行。"]
    assert people(terminal) == ["晨知远 active"]


def test_a_dry_run_of_a_bad_file_fails_too(on_sqlite: Terminal) -> None:
    assert on_sqlite.imports(BAD, "--dry-run").status == 1


def test_a_file_from_an_old_spreadsheet_reads_as_well(on_sqlite: Terminal) -> None:
    file = on_sqlite.file("roster.csv", ROSTER.replace(",", ";"), encoding="gb18030")
    assert on_sqlite.types("import", "members", file).status == 0
    assert people(on_sqlite) == EVERYBODY


def test_a_workbook_reads_as_well(on_sqlite: Terminal) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for number, line in enumerate(ROSTER.splitlines()):
            page.write_row(number, 0, line.split(","))
    (on_sqlite.folder / "roster.xlsx").write_bytes(out.getvalue())
    assert on_sqlite.types("import", "members", "roster.xlsx").status == 0
    assert people(on_sqlite) == EVERYBODY


def test_topics_and_books_are_known_again_by_their_title(terminal: Terminal) -> None:
    assert terminal.imports("标题,摘要,分类\n甲,一,时政\n乙,二,行业\n", kind="topics").status == 0
    again = terminal.imports("标题,摘要\n《甲》,新的话\n乙,\n丙,三\n", kind="topics")
    assert again.lines == ["已导入：新增 1，更新 1，停用 0，不变 1。"]
    assert terminal.stored(Topic, lambda topic: f"{topic.title} {topic.summary} {topic.category}") == [
        "甲 新的话 时政",
        "乙 二 行业",
        "丙 三 ",
    ]
    assert terminal.imports("书名,作者\n乡土中国,费孝通\n", kind="books").status == 0
    assert terminal.stored(Book, lambda book: f"{book.title} {book.author}") == ["乡土中国 费孝通"]


def test_an_item_that_a_file_withdraws_reaches_nobody_any_more(on_sqlite: Terminal) -> None:
    on_sqlite.imports(ROSTER)
    on_sqlite.imports("标题\n甲\n乙\n", kind="topics")
    at = datetime(2026, 7, 1, 4, tzinfo=UTC)
    for item in (1, 2):
        times: dict[str, Any] = {"created_at": at, "starts_at": at, "ring_until": at + WEEK, "show_until": at + WEEK}
        on_sqlite.add(Broadcast(branch_id=1, kind=BroadcastKind.TOPIC, item_id=item, **times))
        on_sqlite.add(Push(broadcast_id=item, member_id=1, run_at=at))
    on_sqlite.imports("标题,下架,有效期\n甲,是,\n乙,,2026-07-02\n", kind="topics")
    assert on_sqlite.stored(Push, lambda push: f"{push.status.value} {push.cause}") == ["cancelled withdrawn", "due "]
    ends = on_sqlite.stored(Broadcast, lambda one: f"{one.state.value} {one.show_until:%m-%d %H:%M}")
    assert ends == ["withdrawn 07-08 04:00", "open 07-02 16:00"]
    refused = on_sqlite.imports("标题,课次\n丙,一千\n", kind="topics")
    assert refused.lines[0] == "第 2 行：「课次」里的「一千」不是 1 到 999 的数。"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere.csv", "找不到文件 nowhere.csv。"),
        (".", "读不了文件 .：Is a directory。"),
        ("empty.csv", "文件里没有内容。"),
        ("picture.csv", "认不出这个文件：请另存为 XLSX，或者 CSV（UTF-8）。"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(on_sqlite: Terminal, name: str, reason: str) -> None:
    on_sqlite.file("empty.csv", "")
    (on_sqlite.folder / "picture.csv").write_bytes(b"\x89PNG\x00\x01")
    said = on_sqlite.types("import", "members", name)
    assert (said.status, said.lines) == (2, [reason])


def test_identity_cards_are_refused_with_the_reason(on_sqlite: Terminal) -> None:
    said = on_sqlite.imports("姓名,支部,身份证\n林小满,晨光支部,\n")
    assert (said.status, said.lines) == (
        2,
        ["「身份证」一列看来是身份证号码。晨钟用不着，也不保存，请删去这一列再导入。"],
    )


def test_a_thousand_bad_rows_do_not_bury_the_first(on_sqlite: Terminal) -> None:
    said = on_sqlite.imports("姓名,支部\n" + ",晨光支部\n" * 1000)
    assert said.lines[0] == "第 2 行：「姓名」不能空着。"
    assert said.lines[imports.MOST_LINES :] == [
        "另有 950 处，改好上面的再看。",
        "1000 行有错，什么都没有写入。改好后再导入，或加上 --keep-good 跳过它们。",
    ]


def test_five_thousand_rows_are_one_import(on_sqlite: Terminal) -> None:
    rows = "".join(
        f"第{number}人,第{number % 50}支部,第{number % 7}小组,1990-01-0{number % 9 + 1}\n" for number in range(5000)
    )
    said = on_sqlite.imports(f"姓名,支部,小组,入党时间\n{rows}")
    assert said.lines[-1] == "已导入：新增 5000，更新 0，停用 0，不变 0。"
    assert on_sqlite.stored(Member, lambda member: member.status) == [Status.ACTIVE] * 5000
