"""Statements of the hot path: written in Core beside their table, compiled once per dialect, run by the driver.

Building and compiling a statement costs more than running it. These never change, so that the work is done once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
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

    _each = False

    def __init__(self, build: Callable[[Connection], Executable]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def run(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]], **parameters: Any
    ) -> list[tuple[Any, ...]]:
        """Runs it with `rows` handed over as `given`; the result's rows, or [] for a statement without any."""
        compiled = self._compiled_for(connection)
        # The driver's cursor, inside the transaction that the caller began: what SQLAlchemy adds to an execution
        # costs more than these statements themselves.
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.text, {"given": packed(connection, rows), **parameters})
            return [_read(row, compiled.readers) for row in cursor.fetchall()] if cursor.description else []
        finally:
            cursor.close()

    def _compiled_for(self, connection: Connection) -> "_Compiled":
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compile(self._build(connection), dialect, each=self._each)
        return self._compiled[dialect.name]


class EachRow(Statement):
    """A statement over `given_each`, whose rows don't depend on one another: on SQLite it runs once for each."""

    _each = True

    def run(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]], **parameters: Any
    ) -> list[tuple[Any, ...]]:
        """As `Statement.run`; the results come in the order of the rows there, and in none on PostgreSQL."""
        if connection.dialect.name != "sqlite":
            return super().run(connection, rows, **parameters)
        compiled = self._compiled_for(connection)
        cursor = connection.connection.cursor()
        try:
            if parameters:
                rows = [{**row, **parameters} for row in rows]
            if not compiled.returns:
                cursor.executemany(compiled.text, [*map(compiled.values, rows)])
                return []
            found: list[tuple[Any, ...]] = []
            for values in map(compiled.values, rows):
                cursor.execute(compiled.text, values)
                found += cursor.fetchall()
            return [_read(row, compiled.readers) for row in found]
        finally:
            cursor.close()


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    returns: bool
    readers: Sequence[tuple[int, _Reader]]
    # Takes the values out of a row in the order in which the text has them.
    values: Callable[[Mapping[str, Any]], Sequence[Any]]


def _read(row: Sequence[Any], readers: Sequence[tuple[int, _Reader]]) -> tuple[Any, ...]:
    if not readers:
        return tuple(row)
    values = list(row)
    for place, reader in readers:
        if values[place] is not None:
            values[place] = reader(values[place])
    return tuple(values)


def _compile(statement: Executable, dialect: Dialect, *, each: bool) -> _Compiled:
    """`each`: for values in their order, instead of by name: `:name` for SQLite, `%(name)s` for PostgreSQL."""
    if dialect.name == "sqlite":
        compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark" if each else "named"))  # type: ignore[attr-defined]
    else:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    kinds = [column.type.dialect_impl(dialect) for column in getattr(statement, "exported_columns", ())]
    readers = ((place, kind.result_processor(dialect, None)) for place, kind in enumerate(kinds))
    return _Compiled(
        str(compiled),
        returns=bool(kinds),
        readers=[(place, reader) for place, reader in readers if reader is not None],
        values=_taking(compiled.positiontup or ()),
    )


def _taking(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names) if names else lambda row: ()
