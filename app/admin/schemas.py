"""Schemas that modules of the admin API share, and those of the requests in a journal."""

from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from marshmallow import INCLUDE, Schema, fields, validate
from marshmallow.schema import SchemaMeta

from ..store.layout import DEFAULT_WORLD
from ..worlds.journal import EntryView
from ..worlds.verification import Verdict as VerdictShape

_FIELDS = {**Schema.TYPE_MAPPING, Any: fields.Raw, dict: fields.Dict, datetime: fields.DateTime}


def response_schema(name: str, shape: type | None = None, /, **members: Any) -> type[Schema]:
    """A schema of the members of `shape` (a TypedDict or a dataclass), and of further ones.

    All members are required. A member is described by its type or its schema; `[X]` is a
    list of X.
    """
    members = {**(get_type_hints(shape) if shape else {}), **members}
    rows = {member: _field(kind) for member, kind in members.items()}
    for row in rows.values():
        row.required = True
    return Schema.from_dict(rows, name=name)


def _field(kind: Any) -> fields.Field[Any]:
    if isinstance(kind, SchemaMeta):
        return fields.Nested(kind)
    kinds = kind if isinstance(kind, list) else get_args(kind)
    if NoneType in kinds:
        field = _field(kinds[0])
        field.allow_none = True
        return field
    if isinstance(kind, list) or get_origin(kind) is list:
        return fields.List(_field(*kinds))
    return fields.Dict(values=_field(kinds[1])) if kinds else _FIELDS[kind]()


def full_match(pattern: str) -> dict[str, Any]:
    """Arguments of a field whose whole text has to match a pattern."""
    check = validate.Regexp(rf"{pattern}\Z", error="does not match {regex}")
    return {"validate": check, "metadata": {"pattern": f"^{pattern}$"}}


class AnyObject(Schema):
    """A JSON object with any members."""

    class Meta:
        unknown = INCLUDE


class WorldName(fields.String):
    """The name of an existing world."""


class WorldQuery(Schema):
    """The world that a request is about."""

    world = WorldName(load_default=DEFAULT_WORLD, validate=validate.Length(min=1))


class Pattern(Schema):
    """What a request has to match; `path` may contain `*`."""

    operation = fields.String()
    dialect = fields.String()
    method = fields.String()
    path = fields.String()
    status = fields.Integer()
    key = fields.String()
    project = fields.String()
    type = fields.String()
    fault = fields.String()
    stub = fields.String()


class PatternQuery(Pattern, WorldQuery):
    """What requests have to match, and how many of the latest are returned."""

    limit = fields.Integer(validate=validate.Range(1, 10_000), load_default=100)


class PatternBody(Pattern):
    """What requests have to match; `body` holds members of the JSON that was sent."""

    status = fields.Integer(strict=True)
    body = fields.Dict()


class Expectation(PatternBody):
    """How often a pattern has to match, or the patterns that have to match in this order."""

    count = fields.Integer(strict=True, validate=validate.Range(0))
    atLeast = fields.Integer(strict=True, validate=validate.Range(0))
    atMost = fields.Integer(strict=True, validate=validate.Range(0))
    order = fields.List(fields.Nested(PatternBody), validate=validate.Length(1))
    allowDropped = fields.Boolean(load_default=False)


_TEXT = str | None
Received = response_schema(
    "Received", authorization=_TEXT, contentType=_TEXT, accept=_TEXT, userAgent=_TEXT, body=Any
)
Answer = response_schema("Answer", contentType=_TEXT, body=Any)
RecordedRequest = response_schema(
    "RecordedRequest", EntryView, at=datetime, request=Received, response=Answer
)
RequestList = response_schema("RequestList", requests=[RecordedRequest], total=int, dropped=int)
WorldRequests = response_schema(
    "WorldRequests",
    requests=[RecordedRequest],
    unmatched=[RecordedRequest],
    total=int,
    dropped=int,
)
EXPLAINED = ("id", "operation", "status", "reasons", "warnings")
_EXPLAINED = {name: get_type_hints(EntryView)[name] for name in EXPLAINED}
Explanation = response_schema("Explanation", **_EXPLAINED, refused=bool, grade=str | None)
Count = response_schema("Count", count=int)
Verdict = response_schema("Verdict", VerdictShape)
