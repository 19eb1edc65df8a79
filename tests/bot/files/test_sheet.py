"""Files as people have them: every encoding, every separator, and workbooks with merged cells."""

import csv
import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from bot.files import sheet
from bot.files.faults import FileError
from bot.files.sheet import Row, read_sheet

ROWS = [["姓名", "支部", "备注"], ["林小满", "第一支部", "读书，写字"], ["周一鸣", "第一支部", "两行\n的话"]]


def csv_text(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def workbook(**sheets: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return out.getvalue()


def cells(content: bytes) -> list[list[str]]:
    return [list(row.cells) for row in read_sheet(content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_reads_alike_in_every_encoding_and_with_every_separator(encoding: str, delimiter: str) -> None:
    assert cells(csv_text(ROWS, delimiter).encode(encoding)) == ROWS


# Characters of Chinese text: GB18030 and UTF-8 both have them, and the table is never taken for the other one.
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)


@given(st.lists(st.tuples(CHINESE, CHINESE, CHINESE), min_size=1, max_size=20))
def test_no_chinese_text_is_garbled_on_the_way(rows: list[tuple[str, str, str]]) -> None:
    written = [["姓名", "支部", "小组"], *map(list, rows)]
    assert cells(csv_text(written).encode("gb18030")) == written
    assert cells(csv_text(written).encode()) == written


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    text = '姓名,支部\r\n\r\n"林\n小满",第一支部\r\n,\r\n周一鸣,第一支部\r\n'
    assert [row.number for row in read_sheet(text.encode()).rows] == [1, 3, 5]


def test_a_workbook_is_known_by_its_bytes_and_its_first_filled_sheet_is_read() -> None:
    read = read_sheet(workbook(说明=[], 名册=ROWS, 旧名册=ROWS))
    assert [list(row.cells) for row in read.rows] == ROWS
    assert read.unread == ("旧名册",)


def test_numbers_and_dates_of_a_workbook_read_as_they_look() -> None:
    content = workbook(a=[["手机", "入党时间", "序列", "月份"], [13900000000, date(1985, 7, 1), 31229, 1985.07]])
    assert read_sheet(content).rows[1] == Row(2, ("13900000000", "1985-07-01", "31229", "1985.07"))


def test_what_is_merged_over_several_rows_is_said_in_each_of_them() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["支部", "姓名"])
        page.merge_range(1, 0, 3, 0, "第一支部")
        for number, name in enumerate(["甲", "乙", "丙"], start=1):
            page.write(number, 1, name)
    assert cells(out.getvalue())[1:] == [["第一支部", "甲"], ["第一支部", "乙"], ["第一支部", "丙"]]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "empty"),
        (b"\r\n , \r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_a_table"),
        (b"PK\x03\x04 but no workbook", "not_a_table"),
        ('姓名,支部\n"林小满,第一支部\n'.encode(), "broken_csv"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content: bytes, key: str) -> None:
    with pytest.raises(FileError) as refused:
        read_sheet(content)
    assert refused.value.key == key


def test_a_file_beyond_all_reason_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_BYTES", 10)
    with pytest.raises(FileError, match="too_large"):
        read_sheet(b"a,b,c,d,e,f")
    monkeypatch.setattr(sheet, "MOST_BYTES", 1000000)
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)
    for content in (csv_text(ROWS).encode(), workbook(a=ROWS)):
        with pytest.raises(FileError, match="too_many_rows"):
            read_sheet(content)


def test_a_date_cell_keeps_its_day() -> None:
    assert read_sheet(workbook(a=[["x"], [date(2000, 2, 29)]])).rows[1].cells == ("2000-02-29",)
