"""Writing tables as CSV or XLSX that spreadsheets open rightly, whatever the cells hold."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

import xlsxwriter

from bot.files.sheet import is_guarded

Format = Literal["csv", "xlsx"]


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]], form: Format) -> bytes:
    """The bytes of a file with these rows, every cell as text."""
    return _xlsx(header, rows) if form == "xlsx" else _csv(header, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([f"'{cell}" if is_guarded(cell) else cell for cell in row] for row in rows)
    # Without the mark, spreadsheets take UTF-8 for the system's own encoding.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        bold, text = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "@"})
        # Text cells, so that a telephone number keeps its zeros when somebody edits it.
        sheet.set_column(0, max(len(header) - 1, 0), 14, text)
        sheet.freeze_panes(1, 0)
        for place, title in enumerate(header):
            sheet.write_string(0, place, title, bold)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                # `write` would make a formula of what looks like one.
                sheet.write_string(number, place, cell)
    return out.getvalue()
