"""The rows of all tables, and whose each one is."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from models.tables import metadata

Row = Mapping[str, Any]
Dump = dict[str, dict[tuple[Any, ...], Row]]


def dump(connection: Connection, only: Container[str] = frozenset(metadata.tables)) -> Dump:
    """Everything there is, or what these tables hold, by table and key."""
    found: Dump = {}
    for table in (one for one in metadata.sorted_tables if one.name in only):
        keys = [column.name for column in table.primary_key]
        rows = connection.execute(select(table)).mappings()
        found[table.name] = {tuple(row[key] for key in keys): dict(row) for row in rows}
    return found


def changed(before: Dump, after: Dump) -> Iterator[tuple[Table, Row]]:
    """The rows that are new, gone or different, those that differ as they were and as they are."""
    for table in metadata.sorted_tables:
        old, new = before[table.name], after[table.name]
        for key in old.keys() | new.keys():
            if old.get(key) != new.get(key):
                yield from ((table, row) for row in (old.get(key), new.get(key)) if row is not None)


def owners(table: Table, row: Row) -> Iterator[tuple[str, Any]]:
    """The members, branches and followers that a row names, each as ("member", 3)."""
    for column in table.columns:
        for key in column.foreign_keys:
            if row[column.name] is not None and key.column.table.name in ("member", "branch", "follower"):
                yield key.column.table.name, row[column.name]
    if table.name in ("member", "branch"):
        yield table.name, row["id"]
    if table.name == "follower":
        yield table.name, row["openid"]
