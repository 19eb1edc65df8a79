"""Widening a column of `models.database.choice` by a word: the database checks them, on both dialects."""

import re
from collections.abc import Callable

from alembic import op
from sqlalchemy import Connection, text

Change = Callable[[list[str]], list[str]]


def allow(table: str, column: str, word: str) -> None:
    """Lets the column hold one more word, whatever others have been added meanwhile."""
    _set(table, column, lambda words: [*words, word])


def forbid(table: str, column: str, word: str) -> None:
    """Takes the word back; no row may hold it any more."""
    _set(table, column, lambda words: [one for one in words if one != word])


def _set(table: str, column: str, change: Change) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _set_in_sqlite(connection, table, column, change)
        return
    checks = text(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = CAST(:table AS regclass) AND contype = 'c'"
    )
    found = connection.execute(checks, {"table": f'"{table}"'})
    name, definition = next((name, written) for name, written in found if f"(({column})::text = ANY" in written)
    words = re.findall(r"'([^']*)'::character varying", definition)
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} IN ({_listed(change(words))})")


def _set_in_sqlite(connection: Connection, table: str, column: str, change: Change) -> None:
    # The way that SQLite's own documentation names for changing a CHECK: copying the table would break the references
    # to it, which can't be switched off inside a transaction. https://www.sqlite.org/lang_altertable.html#otheralter
    stored = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    sql = connection.execute(stored, {"table": table}).scalar_one()
    check = re.compile(rf"(CHECK \(\"?{column}\"? IN \()([^)]*)(\)\))")
    found = check.search(sql)
    assert found is not None, f"{table}.{column} is no choice"
    words = change(re.findall(r"'([^']*)'", found[2]))
    version = connection.execute(text("PRAGMA schema_version")).scalar_one()
    connection.execute(text("PRAGMA writable_schema = ON"))
    changed = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table")
    connection.execute(changed, {"sql": check.sub(rf"\g<1>{_listed(words)}\g<3>", sql), "table": table})
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = RESET"))


def _listed(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
