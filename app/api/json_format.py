"""JSON as the vendors' servers write it."""

from typing import Any

import orjson


def compact(value: Any) -> bytes:
    """No white space, and UTF-8 in place of escapes (RECORDED)."""
    return orjson.dumps(value)


def pretty(value: Any) -> bytes:
    """Jackson's default pretty printer, for `pretty=true` (DOCS examples)."""
    return _pretty(value, "").encode()


def _pretty(value: Any, indent: str) -> str:
    if isinstance(value, dict):
        deeper = indent + "  "
        rows = [f"\n{deeper}{_scalar(key)} : {_pretty(row, deeper)}" for key, row in value.items()]
        return "{" + ",".join(rows) + f"\n{indent}}}" if rows else "{ }"
    if isinstance(value, list):
        return "[ " + ", ".join(_pretty(row, indent) for row in value) + " ]" if value else "[ ]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    return orjson.dumps(value).decode()
