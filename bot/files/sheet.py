"""From the bytes of a CSV or XLSX file to rows of text, numbered as a spreadsheet numbers them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from bot.files.faults import FileError

# Far above any roster; a file beyond it is a mistake, and would only fill the memory.
MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000

# At the start of a CSV cell these make a spreadsheet compute; full-width ones do so in some.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (the first is 1), and its cells, trimmed; missing ones are ""."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that hold anything, and the names of further sheets that weren't read."""

    rows: tuple[Row, ...]
    unread: tuple[str, ...] = ()


def read_sheet(content: bytes) -> Sheet:
    """The rows of a file. What kind it is, its bytes tell: a wrong ending is no obstacle.

    CSV may be UTF-8 (with or without a byte order mark), UTF-16 with one, or GB18030, separated by comma, semicolon
    or tab; of a workbook the first sheet that holds anything is read. Raises `FileError`.
    """
    if len(content) > MOST_BYTES:
        raise FileError("too_large", megabytes=MOST_BYTES // 1024 // 1024)
    sheet = _read_workbook(content) if content.startswith((_ZIP, _OLE)) else Sheet(_read_csv(content))
    if not sheet.rows:
        raise FileError("empty")
    return sheet


def _read_csv(content: bytes) -> tuple[Row, ...]:
    text = _decoded(content)
    try:
        return _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error:
        raise FileError("broken_csv") from None


def _decoded(content: bytes) -> str:
    has_wide_mark = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    # GB18030 takes almost any bytes, UTF-8 almost none that isn't UTF-8: so this order decides.
    for encoding in ("utf-16",) if has_wide_mark else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileError("not_a_table")


def _delimiter(text: str) -> str:
    """The separator that occurs most in the first line that holds any."""
    for line in text.splitlines()[:20]:
        best = max(",;\t", key=line.count)
        if best in line:
            return best
    return ","


def _read_workbook(content: bytes) -> Sheet:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            named = [(name, _rows_of(workbook.get_sheet_by_name(name))) for name in _worksheets(workbook)]
    except PasswordError:
        raise FileError("password") from None
    except CalamineError:
        raise FileError("not_a_table") from None
    filled = [(name, rows) for name, rows in named if rows]
    return Sheet(filled[0][1], tuple(name for name, _ in filled[1:])) if filled else Sheet(())


def _worksheets(workbook: CalamineWorkbook) -> list[str]:
    return [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _rows_of(sheet: CalamineSheet) -> tuple[Row, ...]:
    if sheet.total_height > MOST_ROWS:
        raise FileError("too_many_rows", rows=MOST_ROWS)
    cells = sheet.to_python(skip_empty_area=False)
    _fill_merged(cells, sheet.merged_cell_ranges or ())
    return _numbered(cells)


def _fill_merged(cells: list[list[Any]], ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Only the first cell of a merged range holds its value: rosters merge the branch's name over all its people."""
    for (top, left), (bottom, right) in ranges:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        for line in cells[top : bottom + 1]:
            line[left : right + 1] = [cells[top][left]] * len(line[left : right + 1])


def _numbered(lines: Iterable[Sequence[Any]]) -> tuple[Row, ...]:
    rows = []
    for number, line in enumerate(lines, start=1):
        if number > MOST_ROWS:
            raise FileError("too_many_rows", rows=MOST_ROWS)
        cells = tuple(_text(cell) for cell in line)
        if any(cells):
            rows.append(Row(number, cells))
    return tuple(rows)


def _text(cell: Any) -> str:
    """A cell as its spreadsheet would show it, as far as the file tells; dates as 1985-07-01."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    return text[1:] if text.startswith("'") and is_guarded(text) else text


def is_guarded(text: str) -> bool:
    """Whether CSV files carry this text behind one more apostrophe, so that it is never taken for a formula."""
    return text.lstrip("'").startswith(FORMULA)
