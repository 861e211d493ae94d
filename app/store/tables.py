"""An owner's tables, as bytes and as TinyDB's table."""

from __future__ import annotations

import orjson
from tinydb.table import Table

from .base import StateError, Tables


class KeyedTable(Table):
    """A TinyDB table with string document ids."""

    document_id_class = str  # type: ignore[assignment]


def serialize(tables: Tables) -> bytes:
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


def _are_tables(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(table, dict) and all(isinstance(document, dict) for document in table.values())
        for table in value.values()
    )
