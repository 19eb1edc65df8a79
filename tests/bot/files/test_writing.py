"""What is written opens rightly in a spreadsheet, never computes, and reads back as it was."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.sheet import read_sheet
from bot.files.writing import Format, write_table

# No lone carriage returns: a spreadsheet's own line break is \n. Cells are trimmed when they are read.
CELL = st.text(st.characters(exclude_categories=["C"], include_characters="\n"), max_size=12).map(str.strip)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=8), st.sampled_from(["csv", "xlsx"]))
def test_what_is_exported_is_imported_as_it_was(rows: list[list[str]], form: Format) -> None:
    read = read_sheet(write_table(["姓名", "标签"], rows, form))
    assert [[*row.cells, ""][:2] for row in read.rows[1:]] == [row for row in rows if any(row)]


@pytest.mark.parametrize("cell", ["=1+1", "+8613900000000", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1"])
def test_no_cell_is_ever_a_formula(cell: str) -> None:
    assert f"'{cell.strip()}" in write_table(["a"], [[cell.strip()]], "csv").decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(write_table(["a"], [[cell]], "xlsx"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_spreadsheets_open_the_csv_as_utf_8() -> None:
    assert write_table(["姓名"], [["林小满"]], "csv") == "\ufeff姓名\r\n林小满\r\n".encode()
