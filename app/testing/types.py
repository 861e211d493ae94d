"""Shapes of the admin API's JSON, as far as tests use them."""

from __future__ import annotations

from typing import Any, TypedDict

Seed = str | dict[str, Any]  # a seed's name, or a document as in a seed file


class WorldAccess(TypedDict, total=False):
    """The response of `POST /worlds`; a real deployment has `mongodb` only."""

    name: str
    mongodb: MongoDBAccess
    opsramp: OpsRampAccess


class MongoDBAccess(TypedDict, total=False):
    """Credentials for MongoDB's APIs, and what they give access to."""

    keys: list[Key]
    serviceAccounts: list[ServiceAccount]
    organizations: list[Organization]
    projects: list[Project]


class Key(TypedDict, total=False):
    publicKey: str
    privateKey: str
    desc: str


class ServiceAccount(TypedDict, total=False):
    clientId: str
    clientSecret: str
    desc: str


class Organization(TypedDict):
    id: str
    name: str


class Project(TypedDict, total=False):
    id: str
    name: str  # missing at a real deployment
    orgId: str


class OpsRampAccess(TypedDict):
    """The tenants of a world with their keys."""

    tenants: list[Tenant]


class Tenant(TypedDict):
    id: str
    name: str
    keys: list[TenantKey]


class TenantKey(TypedDict):
    key: str
    secret: str


class RequestEntry(TypedDict):
    """A request in the journal, with secrets masked."""

    id: int
    operation: str | None
    method: str
    target: str
    status: int
    key: str | None
    reasons: list[str]
    warnings: list[str]
    fault: str | None
    exchanges: int
    request: Message
    response: Message


class Message(TypedDict):
    body: Any


class Verdict(TypedDict):
    """The response of `/verify` and `/wait`."""

    verified: bool
    count: int
    message: str


class FaultRule(TypedDict, total=False):
    """A fault and how often it struck; other members are those it was created with."""

    id: int
    seen: int
    struck: int
    times: int
