"""Statements of the hot path: written in Core beside their table, compiled once per dialect, run by the driver.

Building and compiling a statement costs more than running it. These never change, so that the work is done once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.dialects import postgresql, sqlite

from models.database import packed

_Read = Callable[[Any], Any]


def insert_for(connection: Connection) -> Any:
    """The dialect's own `insert`, which knows ON CONFLICT."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert


class Statement:
    """`build(connection)` returns a statement over `models.database.given(connection, …)`; only its text is kept."""

    def __init__(self, build: Callable[[Connection], Executable]) -> None:
        self._build = build
        self._compiled: dict[str, tuple[str, list[_Read | None]]] = {}

    def run(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]], **parameters: Any
    ) -> list[tuple[Any, ...]]:
        """Runs it with `rows` handed over as `given`; the result's rows, or [] for a statement without any."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compile(self._build(connection), dialect)
        text, readers = self._compiled[dialect.name]
        result = connection.exec_driver_sql(text, {"given": packed(connection, rows), **parameters})
        if not result.returns_rows:
            return []
        return [
            tuple(read(value) if read else value for read, value in zip(readers, row, strict=True)) for row in result
        ]


def _compile(statement: Executable, dialect: Dialect) -> tuple[str, list[_Read | None]]:
    # The driver takes named parameters on both: `:name` for SQLite, `%(name)s` for PostgreSQL.
    named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    text = str(statement.compile(dialect=named))  # type: ignore[attr-defined]
    columns = getattr(statement, "exported_columns", ())
    return text, [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
