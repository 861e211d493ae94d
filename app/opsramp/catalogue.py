"""The catalogue: integrations, attributes, roles and others, all read from the data package.

The vendor's list of integrations is longer than any source shows, so that an integration may
be of a type that the catalogue lacks; its name is then what the client or the seed calls it.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypedDict, cast

import orjson

from ..api.errors import ApiError

_PLAIN = re.compile(r"\$([A-Za-z]+\.[A-Za-z.]+)")
_OTHER = "OTHER_INTEGRATION"  # the category of types that the catalogue lacks (INFERRED)
# Entities whose attributes do not begin with their own name in lower case.
_PREFIXES = {"SERVICEREQUEST": "serviceRequest", "CHANGE": "changeRequest"}


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
    entry = find_entry(name)
    if entry is None:
        raise ApiError("NO_INTEGRATION", name)
    return entry


def find_entry(name: str) -> CatalogueEntry | None:
    """The integration with this id or name, or None; see get_entry."""
    return _entries_by_name().get(_normalize(name))


def entry_of(document: Mapping[str, Any]) -> CatalogueEntry:
    """The type of an installed integration, which the catalogue may lack."""
    name = document["catalogue"]
    other = {"id": name, "name": document.get("typeName", name), "category": _OTHER}
    return find_entry(name) or cast(CatalogueEntry, other)


def available() -> list[CatalogueEntry]:
    """The integrations that can be installed, sorted by name; CUSTOM is last (SPEC)."""
    entries = [entry for entry in load("integrations") if not entry.get("retired")]
    return sorted(entries, key=lambda entry: (entry["id"] == "CUSTOM", entry["name"].lower()))


def is_in_category(entry: CatalogueEntry, category: str) -> bool:
    """Whether a search for a category finds the integration (SPEC: CUSTOM is in several)."""
    return category in (entry.get("category"), *entry.get("alsoIn", ()))


def get_alert_source(value: Any) -> Mapping[str, Any]:
    """A source by name, as in the SEED's table, or in an object by id (SPEC).

    Raises INVALID_VALUE. The list, integrations of the Monitoring category, is INFERRED.
    """
    value_id = value.get("id") if isinstance(value, dict) else None
    for source in load("alert_sources"):
        names = (source["name"], source["displayName"], source["techUid"])
        if value in names or value_id == source["id"]:
            return dict(source)
    raise ApiError("INVALID_VALUE", "alertSource", str(value)[:200])


def attribute_name(entity: str, name: str, default: str = "") -> str:
    """OpsRamp's internal name of an attribute of an entity.

    SPEC and SEED where they have it, else INFERRED: from the placeholders, or `default`, which
    is the client's own `attrName`, or the entity and the name in camel case.
    """
    return _attribute_names().get((entity, name)) or default or _camel_case(entity, name)


def properties(entity: str) -> list[dict[str, Any]]:
    """The attributes of an entity that can be mapped, then its other plain placeholders."""
    attributes: list[dict[str, Any]] = load("attributes").get(entity, [])
    names = {attribute["attrName"] for attribute in attributes}
    others = [
        {"attrName": match[1], "mapable": False, "valueMapable": False, **placeholder}
        for placeholder in load("placeholders").get(entity, ())
        if (match := _PLAIN.fullmatch(placeholder["value"])) and match[1] not in names
    ]
    return attributes + others


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
    return {
        (entity, attribute["name"]): attribute["attrName"]
        for entity in load("attributes")
        for attribute in reversed(properties(entity))
    }


def _camel_case(entity: str, name: str) -> str:
    first, *others = re.findall(r"\w+", name) or [""]
    words = (word[0].upper() + word[1:] for word in others)
    return f"{_PREFIXES.get(entity, entity.lower())}.{first.lower()}{''.join(words)}"


def _normalize(name: str) -> str:
    return name.replace(" ", "").lower()
