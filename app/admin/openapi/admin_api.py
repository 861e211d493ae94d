"""The OpenAPI document of the admin API, made from its routes by apispec."""

import json
import re
from typing import Any, cast

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema, fields

from ... import __version__
from ..context import AdminRoute
from ..schemas import WorldName, response_schema

_ERRORS = {
    400: "the request is not valid",
    401: "the admin token is missing or wrong",
    403: "the client may not call the admin API",
    404: "something that the request names does not exist",
    409: "the request conflicts with the present state",
    503: "the state server cannot be reached",
}
_TEXT = {"type": "string"}


def document(app: Flask, worlds: list[str]) -> dict[str, Any]:
    """The whole document; `worlds` are the worlds that a query can name at present."""
    spec = _empty_spec(worlds)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        summary = (app.view_functions[rule.endpoint].__doc__ or "").partition("\n")[0]
        operation = {"summary": summary, **_operation(cast(AdminRoute, rule))}
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        spec.path(path, operations={method.lower(): operation})
    return spec.to_dict()


def json_schema(schema: type[Schema]) -> dict[str, Any]:
    """A JSON Schema (2020-12) of the documents that a schema loads, for editors and checks."""
    plugin = MarshmallowPlugin(schema_name_resolver=_definition_name)
    spec = APISpec("", __version__, "3.1.0", plugins=[plugin])
    spec.components.schema("Document", schema=schema)
    content = json.dumps(spec.to_dict()["components"]["schemas"])
    parts: dict[str, Any] = json.loads(content, object_hook=_adapted)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, **parts.pop("Document"), "$defs": parts}


def _definition_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.lstrip("_")


def _adapted(part: dict[str, Any]) -> dict[str, Any]:
    """A part of an OpenAPI schema as JSON Schema: closed objects, anchored patterns, references."""
    if "properties" in part:
        part.setdefault("additionalProperties", False)
    if isinstance(pattern := part.get("pattern"), str):
        part["pattern"] = f"^{pattern.removesuffix(chr(92) + 'Z')}$"
    if isinstance(reference := part.get("$ref"), str):
        part["$ref"] = reference.replace("#/components/schemas/", "#/$defs/")
    return part


def _empty_spec(worlds: list[str]) -> APISpec:
    """A document with the components that every path refers to."""

    def list_worlds(self: object, field: fields.Field[Any], **_: object) -> dict[str, Any]:
        return {"enum": worlds} if isinstance(field, WorldName) else {}

    plugin = MarshmallowPlugin()
    spec = APISpec("opsemu control plane", __version__, "3.1.0", plugins=[plugin])
    spec.options["security"] = [{}, {"adminToken": []}]
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(list_worlds)  # type: ignore[no-untyped-call]
    spec.components.security_scheme("adminToken", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=response_schema("Problem", error=str, message=str))
    content = {"application/json": {"schema": "Problem"}}
    for status, text in _ERRORS.items():
        spec.components.response(f"Error{status}", {"description": text, "content": content})
    return spec


def _operation(route: AdminRoute) -> dict[str, Any]:
    errors: dict[int, Any] = {status: f"Error{status}" for status in _ERRORS}
    operation: dict[str, Any] = {
        "operationId": str(route.endpoint).replace(".", "_"),
        "parameters": [
            *({"name": name, "in": "path", "schema": _TEXT} for name in sorted(route.arguments)),
            {"in": "query", "schema": route.query},
        ],
        "responses": errors | {status: _response(kind) for status, kind in route.returns.items()},
    }
    if route.body is not Schema:
        operation["requestBody"] = {"content": {"application/json": {"schema": route.body}}}
    return operation


def _response(kind: type[Schema] | str | None) -> dict[str, Any]:
    response: dict[str, Any] = {"description": "the answer to the request"}
    if isinstance(kind, str):
        response["content"] = {kind: {"schema": _TEXT}}
    elif kind:
        response["content"] = {"application/json": {"schema": kind}}
    return response
