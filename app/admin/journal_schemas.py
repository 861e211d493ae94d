"""Schemas of the requests in a journal, and of the patterns that they are compared with."""

from __future__ import annotations

from datetime import datetime

from marshmallow import Schema, ValidationError, fields, validate

from ..worlds.journal_view import EntryView, RequestView, ResponseView
from ..worlds.verification import Verdict as VerdictShape
from .context import WorldQuery, services
from .routes import response_schema


def _check_operation(name: str) -> None:
    """Raise ValidationError for an unknown operation: a typo would never match any request."""
    if name not in services().operations:
        raise ValidationError(f"there is no operation {name!r}")


class Pattern(Schema):
    """What a request has to match; `path` may contain `*`."""

    operation = fields.String(validate=_check_operation)
    dialect = fields.String()
    method = fields.String()
    path = fields.String()
    status = fields.Integer()
    key = fields.String()
    project = fields.String()
    type = fields.String()
    fault = fields.String()


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


class WaitQuery(WorldQuery):
    """A world, and how many seconds to wait at most."""

    timeout = fields.Float(load_default=10.0, validate=validate.Range(0, 300))


RecordedRequest = response_schema(
    "RecordedRequest",
    EntryView,
    at=datetime,
    request=fields.Nested(response_schema("Received", RequestView)),
    response=fields.Nested(response_schema("Answer", ResponseView)),
)
RequestList = response_schema(
    "RequestList", requests=fields.List(fields.Nested(RecordedRequest)), total=int, dropped=int
)
Explanation = response_schema(
    "Explanation",
    id=int,
    operation=str | None,
    status=int,
    reasons=list[str],
    warnings=list[str],
    refused=bool,
    grade=str | None,
)
Count = response_schema("Count", count=int)
Verdict = response_schema("Verdict", VerdictShape)
