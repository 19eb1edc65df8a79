"""CSV and XLSX files: reading them into rows, checking each row, writing them; and the roster's import.

`sheet.py` turns a file's bytes into rows of text, `columns.py` finds the columns by their headers, `rows.py` reads what
a row says, `writing.py` makes files. All of these are pure. `matching.py` and `roster.py` decide what an import would
do to the roster, `roster_apply.py` does it; `library.py` is the same for topics and books.
"""
