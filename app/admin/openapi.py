"""The control plane's OpenAPI document, made from its routes."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from marshmallow import Schema, fields, validate
from werkzeug.routing import Rule

from .. import __version__
from .routes import Operation

PROBLEM = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error", "message"],
    "additionalProperties": False,
}
_REFUSALS = {
    "400": "what was sent cannot be used",
    "401": "the admin token is missing or wrong",
    "403": "the caller is not let in",
    "404": "there is no such thing",
    "409": "it does not go with what there is",
}
# Python's type of a field, and JSON Schema's.
_TYPES: tuple[tuple[type[fields.Field[Any]], dict[str, Any]], ...] = (
    (fields.Integer, {"type": "integer"}),
    (fields.Float, {"type": "number"}),
    (fields.Boolean, {"type": "boolean"}),
    (fields.Dict, {"type": "object"}),
    (fields.String, {"type": "string"}),
)


def document(app: Flask, operations: dict[str, Operation], worlds: list[str]) -> dict[str, Any]:
    """The whole document; `worlds` are those that a query can name at present."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted(rule.methods or ()):
            if method != "HEAD":
                path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
                paths.setdefault(path, {})[method.lower()] = _operation(
                    app, rule, operations[rule.endpoint], worlds
                )
    return {
        "openapi": "3.1.0",
        "info": {"title": "opsemu control plane", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {"adminToken": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"adminToken": []}],
    }


def _operation(app: Flask, rule: Rule, operation: Operation, worlds: list[str]) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    found: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": (view.__doc__ or "").strip().partition("\n")[0],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in sorted(rule.arguments)
        ]
        + _query(operation, worlds),
        "responses": _answers(operation),
    }
    if operation.body is not None:
        schema = json_schema(operation.body())
        found["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return found


def _query(operation: Operation, worlds: list[str]) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schemas = {name: (field, _field(field)) for name, field in operation.query().fields.items()}
    if "world" in schemas:
        schemas["world"][1]["enum"] = worlds
    return [
        {"name": name, "in": "query", "required": field.required, "schema": schema}
        for name, (field, schema) in schemas.items()
    ]


def _answers(operation: Operation) -> dict[str, Any]:
    given = {
        str(status): {
            "description": "as asked",
            **({"content": {operation.media_type: {"schema": schema}}} if schema else {}),
        }
        for status, schema in operation.answers.items()
    }
    refused = {"schema": {"$ref": "#/components/schemas/Problem"}}
    refusals = {
        status: {"description": text, "content": {"application/json": refused}}
        for status, text in _REFUSALS.items()
        if status not in given
    }
    return given | refusals


def json_schema(schema: Schema) -> dict[str, Any]:
    """A marshmallow schema as JSON Schema."""
    required = [name for name, field in schema.fields.items() if field.required]
    return {
        "type": "object",
        "properties": {name: _field(field) for name, field in schema.fields.items()},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _field(field: fields.Field[Any]) -> dict[str, Any]:
    if isinstance(field, fields.Nested):
        return json_schema(field.schema)
    if isinstance(field, fields.List):
        return {"type": "array", "items": _field(field.inner)}
    found = next((dict(kind) for cls, kind in _TYPES if isinstance(field, cls)), {})
    for rule in field.validators:
        found |= _rule(rule)
    return found


def _rule(rule: Any) -> dict[str, Any]:
    if isinstance(rule, validate.OneOf):
        return {"enum": list(rule.choices)}
    if isinstance(rule, validate.Regexp):
        return {"pattern": f"^(?:{rule.regex.pattern!s})$".replace(r"\Z", "")}
    if isinstance(rule, validate.Range):
        inclusive = {"minimum": rule.min, "maximum": rule.max}
        if rule.min is not None and not rule.min_inclusive:
            inclusive = {"exclusiveMinimum": rule.min, "maximum": rule.max}
        return {name: limit for name, limit in inclusive.items() if limit is not None}
    return {}
