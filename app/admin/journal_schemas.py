"""Schemas of the requests in a journal, and of the patterns that they are compared with."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from .context import WorldQuery, services
from .routes import ResponseSchema


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


Count = ResponseSchema.from_dict({"count": fields.Integer()}, name="Count")


class Received(ResponseSchema):
    """What the client sent."""

    authorization = fields.String(allow_none=True)
    contentType = fields.String(allow_none=True)
    accept = fields.String(allow_none=True)
    userAgent = fields.String(allow_none=True)
    body = fields.Raw()


class Answer(ResponseSchema):
    """What the client got."""

    contentType = fields.String(allow_none=True)
    body = fields.Raw()


class Explanation(ResponseSchema):
    """Why a request got its status, and the grade of evidence for that."""

    id = fields.Integer()
    operation = fields.String(allow_none=True)
    status = fields.Integer()
    reasons = fields.List(fields.String())
    warnings = fields.List(fields.String())
    refused = fields.Boolean()
    grade = fields.String(allow_none=True)


class RecordedRequest(ResponseSchema):
    """A request in the journal, with masks in place of secrets."""

    id = fields.Integer()
    at = fields.String(metadata={"format": "date-time"})
    world = fields.String(allow_none=True)
    dialect = fields.String()
    operation = fields.String(allow_none=True)
    method = fields.String()
    target = fields.String()
    key = fields.String(allow_none=True)
    status = fields.Integer()
    reasons = fields.List(fields.String())
    warnings = fields.List(fields.String())
    fault = fields.String(allow_none=True)
    exchanges = fields.Integer()
    milliseconds = fields.Float()
    request = fields.Nested(Received)
    response = fields.Nested(Answer)


class RequestList(ResponseSchema):
    """Matching requests, how many there are, and how many the journal has dropped."""

    requests = fields.List(fields.Nested(RecordedRequest))
    total = fields.Integer()
    dropped = fields.Integer()
