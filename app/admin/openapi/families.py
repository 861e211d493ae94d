"""The OpenAPI documents of the emulated APIs, made from their routes and schemas by apispec."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask

from ... import __version__
from ...api.api_family import Dialect, dialect_of
from ...api.authentication import is_protected
from ...api.coverage import OWN, coverage
from ...api.routes import Operation
from ...api.services import Services
from ...config import Config
from ...mongodb.dialect import MongoDialect
from .errors import Errors
from .operations import OperationWriter, template
from .schemas import Components

Json = dict[str, Any]
CreateApp = Callable[[Config], Flask]

# Families that a document has beside the one that it is named after.
_BESIDE = {"atlas-v2": ("atlas-oauth", "atlas-private")}
_TOKENS = {"mongodb": "/api/oauth/token", "opsramp": "/auth/oauth/token"}
# What says in a path where it is, not what it is about.
_SKIPPED = frozenset({"api", "private", "public", "v2.0", "groups", "orgs", "tenants"})
_ABOUT = (
    "What opsemu serves of the API, made from its routes, its schemas and what its tests have "
    "seen. `x-evidence` says what is known of the vendor's own behaviour: RECORDED, SPEC, DOCS, "
    "CLIENT, ISSUE, or INFERRED for a guess."
)
_LINK = {
    "type": "object",
    "properties": {"href": {"type": "string"}, "rel": {"type": "string"}},
    "required": ["href", "rel"],
}
_ENVELOPE = {
    "type": "object",
    "description": "The answer and its status, which `envelope=true` asks for.",
    "properties": {"content": {}, "status": {"type": "integer"}},
    "required": ["content", "status"],
    "additionalProperties": False,
}


_BASIC: list[Json] = [{"basic": []}, {"digest": []}]


class Route(NamedTuple):
    """A route of a family, for one method."""

    rule: str
    method: str
    operation: Operation
    summary: str


def document(name: str, create_app: CreateApp, profile: str, url: str) -> Json:
    """The document of an API for clients at `url`, of a server with a profile.

    A family that the profile lacks, as another one has its address, is described as of today.
    """
    made, family = describe(name, create_app, profile)
    names = family.authentication.schemes
    listed = [operation for path in made["paths"].values() for operation in path.values()]
    basic = ("basic",) if any(each.get("security") == _BASIC for each in listed) else ()
    schemes: Json = {each: {"type": "http", "scheme": each} for each in (*names, *basic)}
    if "bearer" in names:
        flow = {"tokenUrl": url + _TOKENS[family.vendor], "scopes": {}}
        schemes["token"] = {"type": "oauth2", "flows": {"clientCredentials": flow}}
    return {
        **made,
        "servers": [{"url": url}],
        "components": {**made["components"], "securitySchemes": schemes},
        "security": [{scheme: []} for scheme in schemes if scheme != "basic"],
    }


@cache
def describe(name: str, create_app: CreateApp, profile: str) -> tuple[Json, Dialect]:
    """The document without what depends on the server's address, and its family."""
    services: Services = create_app(Config(seed="empty", profile=profile)).extensions["opsemu"]
    families = {dialect.name: dialect for dialect in services.dialects}
    if name not in families:
        return describe(name, create_app, name)
    first = families[name]
    spec, components = _empty_spec(first)
    rows, examples = load("operations"), load("examples")
    writers = {
        member: OperationWriter(
            families[member],
            components,
            Errors(spec, families[member], examples["errors"].get(first.vendor, {})),
            examples["answers"].get(member, {}),
        )
        for member in (name, *_BESIDE.get(name, ()))
    }
    grades = {(row["family"], row["operation"]): row["grade"] for row in coverage(services)}
    ids: set[str] = set()
    for route in _routes(services):
        family = dialect_of(route.rule, services.dialects)
        if family.name not in writers:
            continue
        security = _security(route, family)
        described = writers[family.name].describe(
            route.rule,
            route.method,
            route.operation,
            rows[family.vendor].get(route.operation.name, {}),
            is_open=security == {"security": []},
        )
        head = {
            "operationId": _unique(route.operation.name, ids),
            "summary": route.summary,
            "tags": [_tag(route.rule.removeprefix(family.prefix))],
            "x-evidence": grades[family.name, route.operation.name],
            "x-emulation": route.operation.emulation,
            **security,
        }
        spec.path(template(route.rule), operations={route.method.lower(): {**head, **described}})
    return spec.to_dict(), first


def _empty_spec(dialect: Dialect) -> tuple[APISpec, Components]:
    """A document with the components that all families have, and what adds further ones."""
    name = getattr(dialect, "app_name", "OpsRamp")
    plugin = MarshmallowPlugin()
    info = {"description": _ABOUT}
    spec = APISpec(f"{name} ({dialect.name})", __version__, "3.1.0", plugins=[plugin], info=info)
    spec.components.schema("Link", _LINK)
    if "envelope" in dialect.body.options:
        spec.components.schema("Envelope", _ENVELOPE)
    profile = dialect.profile if isinstance(dialect, MongoDialect) else None
    return spec, Components(spec, plugin, profile)


def _routes(services: Services) -> Iterator[Route]:
    """The routes of an application in the order of their paths."""
    for rule in sorted(services.router.url_map.iter_rules(), key=lambda rule: rule.rule):
        operation = services.router.operation(rule.endpoint)
        if operation is None or rule.rule.startswith(OWN):
            continue
        view: Any = services.router.view(rule.endpoint)
        view = view.func if isinstance(view, partial) else view
        summary = (view.__doc__ or "").partition("\n")[0]
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if method in (rule.methods or ()):
                yield Route(rule.rule, method, operation, summary)


def _security(route: Route, family: Dialect) -> Json:
    """The security of a route, where it is not that of the document."""
    if route.operation.basic_challenge:
        return {"security": _BASIC}
    return {} if is_protected(route.rule, family.authentication) else {"security": []}


def _unique(name: str, taken: set[str]) -> str:
    """The name of an operation, with a number where it is at several paths or methods."""
    names = (name if number == 1 else f"{name}{number}" for number in range(1, 100))
    name = next(each for each in names if each not in taken)
    taken.add(name)
    return name


def _tag(path: str) -> str:
    """What a path is about: the first word after its project, organization or tenant."""
    words = [word for word in re.findall(r"/([^/<>]+)(?=/|$)", path)]
    return next((word for word in words if word not in _SKIPPED), words[-1] if words else "root")


@cache
def load(name: str) -> Json:
    """A file of data/openapi."""
    content = files("opsemu.data").joinpath("openapi", f"{name}.json").read_bytes()
    loaded: Json = orjson.loads(content)
    return loaded
