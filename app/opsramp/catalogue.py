"""What OpsRamp knows beforehand: integrations, attributes, roles. All of it is data."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from ..api.errors import ApiError

Entry = dict[str, Any]

_PLAIN = re.compile(r"\$(incident\.[A-Za-z.]+)")


def entry(name: str) -> Entry:
    """The integration of the catalogue by id or name; raises NO_INTEGRATION.

    Case and spaces do not count: `Custom`, `EMAILALERTS`, `Email Alerts` (SPEC, CLIENT).
    """
    found = _by_name().get(_folded(name))
    if found is None:
        raise ApiError("NO_INTEGRATION", name)
    return found


def available() -> list[Entry]:
    """The integrations that can be installed, by name; CUSTOM comes last (SPEC)."""
    listed = [row for row in catalogue("integrations") if not row.get("retired")]
    return sorted(listed, key=lambda row: (row["id"] == "CUSTOM", row["name"].lower()))


def is_in_category(row: Entry, category: str) -> bool:
    """Whether a search for a category finds the integration (SPEC: CUSTOM is in several)."""
    return category in (row.get("category"), *row.get("alsoIn", ()))


def attribute_name(entity: str, name: str, given: str = "") -> str:
    """OpsRamp's own name of an attribute of an entity; raises UNKNOWN_ATTRIBUTE.

    The table is SPEC and SEED where it could be, else INFERRED from the placeholders.
    A client's own `attrName` stands in for an attribute that is not in it (INFERRED).
    """
    found = _attribute_names().get((entity, name), given)
    if not found:
        raise ApiError("UNKNOWN_ATTRIBUTE", "name", name, entity)
    return found


def by_unique_id(name: str, unique_id: Any) -> dict[str, Any] | None:
    """The row of a catalogue with that `uniqueId`, or None."""
    return next((row for row in catalogue(name) if row["uniqueId"] == unique_id), None)


@cache
def catalogue(name: str) -> Any:
    """A catalogue of the data package; nobody may change it."""
    return orjson.loads(files("opsemu.data").joinpath("opsramp", f"{name}.json").read_bytes())


def config_file(**values: str) -> str:
    """The text of a configuration file of several YAML documents."""
    template = files("opsemu.data").joinpath("opsramp", "configFile.yaml").read_text("utf-8")
    return template.format(**values)


@cache
def _by_name() -> dict[str, Entry]:
    # The first of a name wins: RESTAPI is called Custom as well.
    rows = list(reversed(catalogue("integrations")))
    names = {_folded(row["name"]): row for row in rows}
    return names | {_folded(row["id"]): row for row in rows}


@cache
def _attribute_names() -> dict[tuple[str, str], str]:
    incident = {
        ("INCIDENT", row["name"]): plain[1]
        for row in catalogue("placeholders")["INCIDENT"]
        if (plain := _PLAIN.fullmatch(row["value"]))
    }
    listed = {
        (entity, row["name"]): row["attrName"]
        for entity, rows in catalogue("attributes").items()
        for row in rows
    }
    return incident | listed


def _folded(name: str) -> str:
    return name.replace(" ", "").lower()
