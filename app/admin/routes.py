"""Routes that declare what they take and return; requests are checked against it, and the
OpenAPI document is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints

import orjson
from flask import request
from marshmallow import INCLUDE, Schema, fields
from werkzeug.routing import Rule

from .errors import AdminError

_FIELDS = {**Schema.TYPE_MAPPING, Any: fields.Raw, dict: fields.Dict, datetime: fields.DateTime}


class ResponseSchema(Schema):
    """The members of a response; each of them is always there."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = True


class AnyObject(Schema):
    """A JSON object with any members."""

    class Meta:
        unknown = INCLUDE


def response_schema(name: str, shape: type | None = None, /, **members: Any) -> type[Schema]:
    """A schema of the members of `shape` (a TypedDict or a dataclass), and of further ones.

    A member is described by its type, or by a field where a type says too little.
    """
    members = {**(get_type_hints(shape) if shape else {}), **members}
    rows = {member: _field(kind) for member, kind in members.items()}
    return ResponseSchema.from_dict(rows, name=name)


def _field(kind: Any) -> fields.Field[Any]:
    if isinstance(kind, fields.Field):
        return kind
    kinds = get_args(kind)
    if NoneType in kinds:
        field = _field(kinds[0])
        field.allow_none = True
        return field
    if get_origin(kind) is list:
        return fields.List(_field(kinds[0]))
    return fields.Dict(values=_field(kinds[1])) if kinds else _FIELDS[kind]()


class AdminRoute(Rule):
    """A URL rule with the schemas of its query, of its JSON body, and of each response.

    `returns` maps a status to a schema, or to None where the response has no body. A route
    whose response is text has its media type as `text`.
    """

    def __init__(
        self,
        string: str,
        *,
        query: type[Schema] | None = None,
        body: type[Schema] | None = None,
        returns: Mapping[int, type[Schema] | None] | None = None,
        text: str = "",
        **options: Any,
    ) -> None:
        super().__init__(string, **options)
        self.query = query
        self.body = body
        self.returns = returns or {204: None}
        self.text = text


def load_body() -> dict[str, Any]:
    """The JSON body of the request, checked; an empty body is `{}`.

    Raises AdminError, ValidationError.
    """
    try:
        body = orjson.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise AdminError(400, "bad_json", f"the body is not valid JSON: {error}") from None
    return _load(_route().body, body)


def load_query() -> dict[str, Any]:
    """The query of the request, checked; raises ValidationError."""
    return _load(_route().query, request.args.to_dict())


def _route() -> AdminRoute:
    return cast(AdminRoute, request.url_rule)


def _load(schema: type[Schema] | None, value: Any) -> dict[str, Any]:
    assert schema is not None, f"{request.endpoint} declares no schema"
    return cast(dict[str, Any], schema().load(value))
