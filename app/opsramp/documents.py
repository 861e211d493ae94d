"""Shapes of the documents that the store holds for a tenant."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict, cast

from ..store import Document


class MappingRow(TypedDict, total=False):
    """One value of an attribute that is mapped, or the attribute without values."""

    name: str
    attrName: str
    thirdPartyAttrName: str
    entityType: str
    thirdPartyEntityType: str
    mode: str
    attrValue: str
    thirdPartyAttrValue: str
    parsingProperty: Document
    uniqueId: str


class Authentication(TypedDict, total=False):
    """How the other system authenticates."""

    authType: str
    role: dict[str, str]
    token: str
    apiKeyPairs: list[dict[str, str]]


class ActivityEntry(TypedDict):
    """A request between OpsRamp and the other system; `processedTime` in ms since the epoch."""

    installedintgId: str
    resourceId: str
    status: str
    intgMode: str
    processedTime: int


class InstalledDocument(TypedDict, total=False):
    """An installed integration: the members of the schema that are read, and those of the server.

    `catalogue` is the id of its type, `typeName` the name of a type that the catalogue lacks,
    `serial` the last number given to a filter or a rule of its events. An event has the members
    of its schema, `id`, `active`, and the decoded payload as `text`.
    """

    id: str
    catalogue: str
    typeName: str
    installedBy: str
    installedTime: str
    enabled: bool
    displayName: str
    category: str
    ticketType: str
    emailAddress: str
    authentication: Authentication
    entityTypes: list[str]
    dropAlerts: bool
    alertSource: Document
    notifier: Document
    rows: list[MappingRow]
    events: dict[str, Document]
    serial: int
    singleSignOnAuthentication: Document
    templates: list[str]
    processes: list[str]


def with_members(document: InstalledDocument, members: Mapping[str, object]) -> InstalledDocument:
    """The document with members added or replaced."""
    return cast(InstalledDocument, {**document, **members})


def with_value(
    document: InstalledDocument, name: Literal["processes", "templates"], value: str, add: bool
) -> InstalledDocument:
    """The document with a value added to a list, or removed from it."""
    others = [other for other in document.get(name, []) if other != value]
    return with_members(document, {name: [*others, value] if add else others})


def select_members(members: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    """The members with these names, as far as they exist."""
    return {name: members[name] for name in names if name in members}


def omit(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The members without one of them."""
    return {key: value for key, value in members.items() if key != name}
