"""A stub as JSON: which requests it answers, and with what."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from ..store import Document
from .fault_rules import InvalidRule
from .known_names import METHODS, OneName, UnknownName
from .pattern_names import check_path
from .redaction import MAX_DEPTH, is_too_deep

MAX_NAME, MAX_TIMES = 60, 10**9

# The name of the operation that serves a method and a path, or None.
Served = Callable[[str, str], str | None]

_STATUSES = [status.value for status in HTTPStatus if status >= HTTPStatus.OK]
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_OWN_PATHS = ("/__admin", "/__fakes")
_FRAMING = frozenset({"connection", "content-length", "transfer-encoding"})
_HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_VALUE = validate.Regexp(r"[\t\x20-\x7e\xa0-\xff]*\Z", error="not the value of a header")
_WILDCARD = re.compile(r"\*|\?|\[[^]]*\]")


def _check_name(name: str) -> None:
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise ValidationError(f"a name has 1 to {MAX_NAME} printable characters")


def _check_path(path: str) -> None:
    try:
        check_path(path, ["/"])
    except UnknownName as error:
        raise ValidationError(str(error)) from None
    if not path.isascii() or not path.isprintable() or " " in path:
        raise ValidationError("a path has no spaces and is ASCII: percent-encode the rest")
    if path.startswith(_OWN_PATHS):
        raise ValidationError(f"paths below {' and '.join(_OWN_PATHS)} are opsemu's own")


def _check_header(name: str) -> None:
    if not _HEADER.fullmatch(name):
        raise ValidationError("not the name of a header")
    if name.lower() in _FRAMING:
        raise ValidationError("the server sets this header")


def _check_body(value: Any) -> None:
    if is_too_deep(value):
        raise ValidationError(f"nested more than {MAX_DEPTH} deep")
    try:
        orjson.dumps(value)
    except TypeError as error:
        raise ValidationError(f"not JSON: {error}") from None


def _flag() -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False})


class StubBody(Schema):
    """A stub; a `body` that is a text is sent as it is, any other value as JSON."""

    name = fields.String(validate=_check_name)
    method = fields.String(validate=OneName("method", METHODS))
    path = fields.String(required=True, validate=_check_path)
    status = fields.Integer(strict=True, validate=validate.OneOf(_STATUSES))
    headers = fields.Dict(
        keys=fields.String(validate=_check_header), values=fields.String(validate=_VALUE)
    )
    body = fields.Raw(allow_none=True, validate=_check_body)
    times = fields.Integer(strict=True, validate=validate.Range(1, MAX_TIMES))
    override = _flag()

    @validates_schema
    def _check_status(self, stub: Document, **_: Any) -> None:
        if stub.get("status") in _WITHOUT_BODY and stub.get("body") is not None:
            raise ValidationError({"body": [f"a {stub['status']} has no body"]})


class StoredStub(StubBody):
    """A stub as it is stored, by its number; `seeded` is one of a seed."""

    id = fields.String(required=True, validate=validate.Regexp(r"[1-9][0-9]{0,8}\Z"))
    seeded = _flag()


def check_unserved(stub: Document, served: Served) -> None:
    """Raise InvalidRule for a stub without `override` whose path an operation serves.

    A path with wildcards is served if it is with `x` in their places.
    """
    if stub.get("override"):
        return
    path = _WILDCARD.sub("x", stub["path"])
    for method in [stub["method"]] if "method" in stub else METHODS:
        operation = served(method, path)
        if operation is not None:
            sentence = f"{method} {stub['path']} is served by {operation}"
            raise InvalidRule(f"{sentence}; to answer in its place, add override (--override)")
