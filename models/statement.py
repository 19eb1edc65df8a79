"""Statements of the hot path: written in Core beside their table, compiled once per dialect, run by the driver.

Building and compiling a statement costs more than running it. These never change, so that the work is done once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.dialects import postgresql, sqlite

from models.database import packed

# From the driver's value of a column to Python's, where they differ.
_Reader = Callable[[Any], Any]


def insert_for(connection: Connection) -> Any:
    """The dialect's own `insert`, which knows ON CONFLICT."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert


class Statement:
    """`build(connection)` returns a statement over `models.database.given(connection, …)`; only its text is kept."""

    def __init__(self, build: Callable[[Connection], Executable]) -> None:
        self._build = build
        self._compiled: dict[str, tuple[str, list[tuple[int, _Reader]]]] = {}

    def run(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]], **parameters: Any
    ) -> list[tuple[Any, ...]]:
        """Runs it with `rows` handed over as `given`; the result's rows, or [] for a statement without any."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compile(self._build(connection), dialect)
        text, readers = self._compiled[dialect.name]
        # The driver's cursor, inside the transaction that the caller began: what SQLAlchemy adds to an execution
        # costs more than these statements themselves.
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, {"given": packed(connection, rows), **parameters})
            return [_read(row, readers) for row in cursor.fetchall()] if cursor.description else []
        finally:
            cursor.close()


def _read(row: Sequence[Any], readers: Sequence[tuple[int, _Reader]]) -> tuple[Any, ...]:
    if not readers:
        return tuple(row)
    values = list(row)
    for place, reader in readers:
        if values[place] is not None:
            values[place] = reader(values[place])
    return tuple(values)


def _compile(statement: Executable, dialect: Dialect) -> tuple[str, list[tuple[int, _Reader]]]:
    # The driver takes named parameters on both: `:name` for SQLite, `%(name)s` for PostgreSQL.
    named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    text = str(statement.compile(dialect=named))  # type: ignore[attr-defined]
    kinds = (column.type.dialect_impl(dialect) for column in getattr(statement, "exported_columns", ()))
    readers = ((place, kind.result_processor(dialect, None)) for place, kind in enumerate(kinds))
    return text, [(place, reader) for place, reader in readers if reader is not None]
