"""Shapes of the documents that the store holds for a tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict, cast

from ..store import Document


class MappingHeader(TypedDict, total=False):
    """An attribute in OpsRamp and in the other system."""

    name: str
    attrName: str
    thirdPartyAttrName: str
    entityType: str
    thirdPartyEntityType: str
    mode: str


class MappingRow(MappingHeader, total=False):
    """One value of a mapped attribute, or an attribute without values."""

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


class EventDocument(TypedDict, total=False):
    """An event: the members of the schema, and these; `text` is the decoded payload."""

    id: str
    active: bool
    text: str
    filterCriteria: Document


class ActivityEntry(TypedDict):
    """A request between OpsRamp and the other system; `processedTime` in ms since the epoch."""

    installedintgId: str
    resourceId: str
    status: str
    intgMode: str
    processedTime: int


class InstalledDocument(TypedDict, total=False):
    """An installed integration: the members of the schema that are read, and those of the server.

    `catalogue` is the id of its catalogue entry, `serial` the last number given to a filter
    or a rule of its events.
    """

    id: str
    catalogue: str
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
    notifier: Document
    rows: list[MappingRow]
    events: dict[str, EventDocument]
    serial: int
    singleSignOnAuthentication: Document
    templates: list[str]
    processes: list[str]


def with_members(document: InstalledDocument, members: Mapping[str, object]) -> InstalledDocument:
    """The document with members added or replaced."""
    return cast(InstalledDocument, {**document, **members})


def select_members(members: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    """The members with these names, as far as they exist."""
    return {name: members[name] for name in names if name in members}
