"""An owner's tables: as bytes, and as TinyDB's table has them for the length of a call."""

from __future__ import annotations

import orjson
from tinydb.storages import Storage
from tinydb.table import Table

from .base import StateError, Tables


class KeyedTable(Table):
    """A table whose documents are found by a text of ours instead of a counter."""

    document_id_class = str  # type: ignore[assignment]


class Loaded(Storage):
    """One owner's tables, loaded for the length of a call."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.is_changed = False

    def read(self) -> Tables:
        return self.tables

    def write(self, data: Tables) -> None:
        self.tables = data
        self.is_changed = True


def written(tables: Tables) -> bytes:
    """The tables as an owner's bytes, which are never empty."""
    return orjson.dumps(tables) + b"\n"


def parse(content: bytes, place: str) -> Tables:
    """The tables in an owner's bytes; raises StateError naming `place` if they are torn."""
    try:
        tables = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise StateError(f"{place} is torn: {error}") from None
    if not _are_tables(tables):
        raise StateError(f"{place} is not a state file of opsemu")
    return tables  # type: ignore[no-any-return]


def _are_tables(tables: object) -> bool:
    return isinstance(tables, dict) and all(
        isinstance(table, dict) and all(isinstance(row, dict) for row in table.values())
        for table in tables.values()
    )
