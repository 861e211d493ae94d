"""What all of OpsRamp's views share: the body of a request, and a list as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import orjson
from flask import Response, request

from opsemu.schemas.opsramp.base import Body

from ..api.context import current
from ..api.errors import ApiError, EmptyErrorResponse
from ..api.responses import reply
from .paging import Matches, OpsRampPage, select, terms


def body(schema: type[Body]) -> dict[str, Any]:
    """The fields of the request's body, of which none may be there; raises INVALID_VALUE.

    Any content type will do for JSON (INFERRED); what is no JSON is INVALID_JSON if it
    says that it is, else 415.
    """
    content = request.get_data()
    try:
        return schema().read(orjson.loads(content) if content.strip() else {})
    except orjson.JSONDecodeError:
        if request.mimetype in ("", "application/json"):
            raise ApiError("INVALID_JSON", "body") from None
        raise EmptyErrorResponse(415) from None


def listed(items: Sequence[Any], *, previous: bool = False) -> Response:
    """A page of items; only some of the vendor's lists have a `previousPageNo` (SPEC)."""
    return reply(asked_page().of(items, previous))


def asked_page() -> OpsRampPage:
    """The page that the request asks for."""
    return cast(OpsRampPage, current().page)


def chosen(items: Sequence[Any], keys: Mapping[str, Matches], is_called: Matches) -> list[Any]:
    """The items that the request's `queryString` selects, in the direction it asks for.

    A `name` selects what begins with it; what is called so exactly comes first (INFERRED:
    a client asks by name and takes the first).
    """
    asked = terms(current().query_string)
    found = select(items, asked, keys)
    rows = found[::-1] if asked_page().descending else found
    names = asked.get("name", ())
    return sorted(rows, key=lambda row: not any(is_called(row, name) for name in names))


def begins(names: Iterable[str], text: str) -> bool:
    """Whether one of the names begins with a text, whatever the case."""
    return any(name.lower().startswith(text.lower()) for name in names)


def equals(names: Iterable[str], text: str) -> bool:
    """Whether one of the names is the text, whatever the case."""
    return any(name.lower() == text.lower() for name in names)
