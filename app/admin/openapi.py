"""The OpenAPI document of the admin API, made from its routes by apispec."""

from __future__ import annotations

import re
from typing import Any, cast

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import fields

from .. import __version__
from .context import WorldName
from .errors import ErrorBody
from .routes import AdminRoute

_ERRORS = {
    400: "the request is not valid",
    401: "the admin token is missing or wrong",
    403: "the client may not call the admin API",
    404: "something that the request names does not exist",
    409: "the request conflicts with the present state",
    503: "the state server cannot be reached",
}


def document(app: Flask, worlds: list[str]) -> dict[str, Any]:
    """The whole document; `worlds` are the worlds that a query can name at present."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        "opsemu control plane",
        __version__,
        "3.1.0",
        plugins=[plugin],
        security=[{}, {"adminToken": []}],
    )
    assert plugin.converter is not None

    def list_worlds(self: object, field: fields.Field[Any], **_: object) -> dict[str, Any]:
        return {"enum": worlds} if isinstance(field, WorldName) else {}

    plugin.converter.add_attribute_function(list_worlds)  # type: ignore[no-untyped-call]
    spec.components.security_scheme("adminToken", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=ErrorBody)
    for status, description in _ERRORS.items():
        content = {"application/json": {"schema": "Problem"}}
        spec.components.response(
            _error_name(status), {"description": description, "content": content}
        )
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        summary = (app.view_functions[rule.endpoint].__doc__ or "").partition("\n")[0]
        operation = {**_operation(cast(AdminRoute, rule)), "summary": summary}
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        spec.path(path, operations={method.lower(): operation})
    return spec.to_dict()


def _operation(route: AdminRoute) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "parameters": [
            {"name": name, "in": "path", "schema": {"type": "string"}}
            for name in sorted(route.arguments)
        ],
        "responses": {status: _error_name(status) for status in _ERRORS},
    }
    if route.query:
        operation["parameters"].append({"in": "query", "schema": route.query})
    if route.body:
        operation["requestBody"] = {"content": {"application/json": {"schema": route.body}}}
    for status, schema in route.returns.items():
        response: dict[str, Any] = {"description": "success" if status < 400 else "not ready"}
        if schema:
            response["content"] = {"application/json": {"schema": schema}}
        elif route.text:
            response["content"] = {route.text: {"schema": {"type": "string"}}}
        operation["responses"][status] = response
    return operation


def _error_name(status: int) -> str:
    return f"Error{status}"
