"""The catalogue: integrations, attributes, roles and others, all read from the data package."""

import re
from functools import cache
from importlib.resources import files
from typing import Any, TypedDict

import orjson

from ..api.errors import ApiError

_PLAIN = re.compile(r"\$(incident\.[A-Za-z.]+)")


class CatalogueEntry(TypedDict, total=False):
    """An integration that can be installed; the flags say how its responses differ."""

    id: str
    name: str
    category: str
    alsoIn: list[str]
    multipleInstallations: bool
    retired: bool
    email: bool
    webhook: bool
    anonymous: bool
    fullUpdate: bool
    namedCredential: dict[str, str]
    configFiles: list[str]


def get_entry(name: str) -> CatalogueEntry:
    """The integration with this id or name; raises NO_INTEGRATION.

    Case and spaces are ignored: `Custom`, `EMAILALERTS`, `Email Alerts` (SPEC, CLIENT).
    """
    entry = _entries_by_name().get(_normalize(name))
    if entry is None:
        raise ApiError("NO_INTEGRATION", name)
    return entry


def available() -> list[CatalogueEntry]:
    """The integrations that can be installed, sorted by name; CUSTOM is last (SPEC)."""
    entries = [entry for entry in load("integrations") if not entry.get("retired")]
    return sorted(entries, key=lambda entry: (entry["id"] == "CUSTOM", entry["name"].lower()))


def is_in_category(entry: CatalogueEntry, category: str) -> bool:
    """Whether a search for a category finds the integration (SPEC: CUSTOM is in several)."""
    return category in (entry.get("category"), *entry.get("alsoIn", ()))


def attribute_name(entity: str, name: str, default: str = "") -> str:
    """OpsRamp's internal name of an attribute of an entity; raises UNKNOWN_ATTRIBUTE.

    SPEC and SEED where they have it, else INFERRED from the placeholders. `default`, the
    client's own `attrName`, is for attributes that are in no table (INFERRED).
    """
    attribute = _attribute_names().get((entity, name), default)
    if not attribute:
        raise ApiError("UNKNOWN_ATTRIBUTE", "name", name, entity)
    return attribute


@cache
def load(name: str) -> Any:
    """A catalogue of the data package; the result is shared, do not modify it."""
    return orjson.loads(files("opsemu.data").joinpath("opsramp", f"{name}.json").read_bytes())


def config_file(**values: str) -> str:
    """A configuration file of several YAML documents."""
    template = files("opsemu.data").joinpath("opsramp", "configFile.yaml").read_text("utf-8")
    return template.format(**values)


@cache
def _entries_by_name() -> dict[str, CatalogueEntry]:
    # Ids win over names, and the first entry of a name wins: RESTAPI is named "Custom", too.
    entries = load("integrations")[::-1]
    return {_normalize(entry[key]): entry for key in ("name", "id") for entry in entries}


@cache
def _attribute_names() -> dict[tuple[str, str], str]:
    names = {}
    for placeholder in load("placeholders")["INCIDENT"]:
        if match := _PLAIN.fullmatch(placeholder["value"]):
            names["INCIDENT", placeholder["name"]] = match[1]
    for entity, attributes in load("attributes").items():
        names |= {(entity, attribute["name"]): attribute["attrName"] for attribute in attributes}
    return names


def _normalize(name: str) -> str:
    return name.replace(" ", "").lower()
