"""An owner's tables as bytes."""

from typing import Any

import orjson

from .base import StateError, Tables


def serialize(tables: Tables) -> bytes:
    """The tables as an owner's bytes, which are never empty."""
    return orjson.dumps(tables) + b"\n"


def parse(content: bytes, place: str) -> Tables:
    """The tables in an owner's bytes; raises StateError naming `place` if they are torn."""
    try:
        tables: Tables = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise StateError(f"{place} is torn: {error}") from None
    if not are_tables(tables):
        raise StateError(f"{place} is not a state file of opsemu")
    return tables


def are_tables(value: Any) -> bool:
    """Whether a JSON value has the shape of an owner's tables: documents by table and key."""
    return _is_table(value) and all(map(_is_table, value.values()))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and set(map(type, value.values())) <= {dict}
