"""Attribute mappings: stored as rows, one for each value, and returned as groups.

The rules and their evidence:

* **Rows are appended**, never replaced and never compared with existing ones: a repeated
  request doubles the values. INFERRED, strong: the SPEC's examples and the seed come out
  byte for byte, and clients delete all rows before they post new ones.
* **A group keeps the header of its first row**; later headers are lost (SEED: a posted
  `TICKET` comes back as the earlier `Ticket`).
* **Groups are in the order of a Java HashMap** keyed by attrName. INFERRED; it fits
  every list of two and more groups in SEED and SPEC.
* **`attrName` is generated** from entity and name (SEED), and follows `name`.
* A group without values is not listed (INFERRED).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from ..api.errors import ApiError
from ..worlds.random_source import RandomSource
from .catalogue import attribute_name
from .constants import INBOUND, OUTBOUND
from .documents import InstalledDocument, MappingRow, select_members

Group = dict[str, object]  # an element of `mapAttributes`
_SECTIONS = (("inboundConfig", INBOUND), ("outboundConfig", OUTBOUND))
_HEADER = ("name", "attrName", "thirdPartyAttrName", "entityType", "thirdPartyEntityType")
_VALUE = ("attrValue", "thirdPartyAttrValue")


def append_rows(
    document: InstalledDocument, body: Mapping[str, Any], random: RandomSource
) -> InstalledDocument:
    """The document with a row for each value in a body."""
    added = [
        _row(mode, attribute, value, random)
        for section, mode in _SECTIONS
        for attribute in body.get(section, {}).get("mapAttributes", ())
        for value in attribute.get("attrValues") or [{}]
    ]
    return {**document, "rows": document.get("rows", []) + added}


def remove_row(document: InstalledDocument, mode: str, unique_id: str) -> InstalledDocument:
    """The document without a row; raises NO_MAPPING."""
    rows = document.get("rows", [])
    others = [row for row in rows if (row["mode"], row["uniqueId"]) != (mode, unique_id)]
    if len(others) == len(rows):
        raise ApiError("NO_MAPPING", unique_id)
    return {**document, "rows": others}


def groups(rows: Iterable[MappingRow], mode: str, *, with_mode: bool = False) -> list[Group]:
    """The rows of a mode as `mapAttributes`."""
    rows_by_attribute: dict[str, list[MappingRow]] = {}
    for row in rows:
        if row["mode"] == mode:
            # Not by the row's own attrName: a seed may have another one there.
            name = attribute_name(row["entityType"], row["name"], row["attrName"])
            rows_by_attribute.setdefault(name, []).append(row)
    ordered = [rows_by_attribute[name] for name in hash_map_order(list(rows_by_attribute))]
    return [_group(rows, with_mode) for rows in ordered if any("attrValue" in row for row in rows)]


def list_item(row: MappingRow) -> dict[str, object]:
    """A row as `installedIntgMappings` lists it, with the other names of the vendor (CLIENT)."""
    item = {
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
    return {name: value for name, value in item.items() if value is not None}


def hash_map_order(keys: Sequence[str]) -> list[str]:
    """Sort keys as Java's HashMap iterates over them: by bucket, then by insertion."""
    capacity = 16
    while len(keys) > capacity * 3 // 4:  # the load factor at which the map doubles
        capacity *= 2
    return sorted(keys, key=lambda key: _spread(key) & (capacity - 1))


def _spread(text: str) -> int:
    """Java's String.hashCode, mixed as HashMap.hash does."""
    value = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value ^ (value >> 16)


def _row(
    mode: str, attribute: Mapping[str, Any], value: Mapping[str, Any], random: RandomSource
) -> MappingRow:
    header = select_members(attribute, (*_HEADER, "parsingProperty"))
    entity, default = attribute["entityType"], attribute.get("attrName", "")
    header |= {"attrName": attribute_name(entity, attribute["name"], default), "mode": mode}
    return cast(MappingRow, {**header, **value, "uniqueId": random.uuid()})


def _group(rows: Sequence[MappingRow], with_mode: bool) -> Group:
    values = [select_members(row, _VALUE) for row in rows if "attrValue" in row]
    header = select_members(rows[0], (*_HEADER, "mode") if with_mode else _HEADER)
    return {**header, "attrValues": values}
