"""Attribute mappings: stored as rows, one for each value, and shown as groups.

The rules, and what they rest on:

* **Rows are appended**, never replaced and never compared with those that are there:
  a repeated request doubles the values. INFERRED, strong: the SPEC's examples and the
  seed come out byte for byte, and clients delete all rows before they post new ones.
* **A group keeps the header of its first row**; later headers are lost (SEED: a posted
  `TICKET` comes back as the earlier `Ticket`).
* **Groups come in the order of a Java HashMap** keyed by attrName. INFERRED; it fits
  every list of two and more groups in SEED and SPEC.
* **`attrName` is generated** from entity and name (SEED), and follows `name`.
* A group without values is not listed (INFERRED).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..worlds.random_source import RandomSource
from .catalogue import attribute_name

Row = dict[str, Any]
Group = dict[str, Any]

INBOUND, OUTBOUND = "INBOUND", "OUTBOUND"
_HEADER = ("name", "attrName", "thirdPartyAttrName", "entityType", "thirdPartyEntityType")
_VALUE = ("attrValue", "thirdPartyAttrValue")


def rows_of(mode: str, attributes: Iterable[dict[str, Any]], random: RandomSource) -> list[Row]:
    """The rows that a request's `mapAttributes` add; raises UNKNOWN_ATTRIBUTE."""
    return [
        _row(mode, attribute, value, random)
        for attribute in attributes
        for value in attribute.get("attrValues") or [{}]
    ]


def groups(rows: Iterable[Row], mode: str, *, tell_mode: bool = False) -> list[Group]:
    """The rows of a mode as `mapAttributes` shows them."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["mode"] == mode:
            found.setdefault(_key(row), []).append(row)
    shown = [(key, found[key]) for key in hash_map_order(list(found))]
    return [_group(rows, tell_mode) for _, rows in shown if any("attrValue" in row for row in rows)]


def mapping(row: Row) -> dict[str, Any]:
    """A row as `installedIntgMappings` lists it, in the vendor's other vocabulary (CLIENT)."""
    shown = {
        "entity": row["entityType"],
        "tenantEntity": row.get("thirdPartyEntityType"),
        "property": row["attrName"],
        "tenantProperty": row.get("thirdPartyAttrName"),
        "propertyValue": row.get("attrValue"),
        "propertyDisplayValue": row.get("attrValue"),
        "tenantPropertyValue": row.get("thirdPartyAttrValue"),
        "parsingProperty": row.get("parsingProperty"),
        "uniqueId": row["uniqueId"],
    }
    return {name: value for name, value in shown.items() if value is not None}


def hash_map_order(keys: Sequence[str]) -> list[str]:
    """Keys as Java's HashMap iterates over them: by bucket, then as they were put."""
    capacity = 16
    while len(keys) > capacity * 3 // 4:  # it doubles once more is taken
        capacity *= 2
    return sorted(keys, key=lambda key: _spread(key) & (capacity - 1))


def _spread(text: str) -> int:
    """Java's String.hashCode, mixed as HashMap mixes it."""
    value = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value ^ (value >> 16)


def _key(row: Row) -> str:
    """What a row is grouped and ordered by: the attribute's true name, whatever is shown."""
    return attribute_name(row["entityType"], row["name"], row["attrName"])


def _row(mode: str, attribute: dict[str, Any], value: dict[str, Any], random: RandomSource) -> Row:
    name = attribute_name(attribute["entityType"], attribute["name"], attribute.get("attrName", ""))
    header = {key: attribute[key] for key in _HEADER if key in attribute}
    extra = {key: attribute[key] for key in ("parsingProperty",) if key in attribute}
    return {
        **header,
        "attrName": name,
        "mode": mode,
        **value,
        **extra,
        "uniqueId": random.uuid(),
    }


def _group(rows: Sequence[Row], tell_mode: bool) -> Group:
    first = rows[0]
    values = [{key: row[key] for key in _VALUE if key in row} for row in rows if "attrValue" in row]
    return {
        **{key: first[key] for key in _HEADER if key in first},
        **({"mode": first["mode"]} if tell_mode else {}),
        "attrValues": values,
    }
