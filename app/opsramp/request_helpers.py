"""What OpsRamp's views share: loading the body, filtering lists, and lists as responses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

from flask import Response

from opsemu.schemas.opsramp.base import Body

from ..api.context import current
from ..api.errors import ApiError, EmptyErrorResponse
from ..api.responses import reply
from .paging import Item, Matcher, OpsRampPage, parse_conditions, select
from .tenants import Tenant, get_tenant

_JSON_WHITESPACE = b" \t\n\r"


def load_body(schema: type[Body]) -> dict[str, Any]:
    """Load the request's body, an empty one as `{}`; raises INVALID_VALUE or MANDATORY.

    JSON is accepted under any content type (INFERRED). Other content is INVALID_JSON if it
    claims to be JSON or nothing, else 415.
    """
    ctx = current()
    content = ctx.request.get_data()
    if not content.strip():
        return schema.read({})
    if ctx.json is None and content.strip(_JSON_WHITESPACE) != b"null":
        if ctx.request.mimetype in ("", "application/json"):
            raise ApiError("INVALID_JSON", "body")
        raise EmptyErrorResponse(415)
    return schema.read(ctx.json)


def load_for(tenant_id: str, intg_id: str, schema: type[Body]) -> tuple[Tenant, dict[str, Any]]:
    """The tenant and the body; an unknown integration is reported before a wrong body."""
    tenant = get_tenant(tenant_id)
    tenant.get(intg_id)
    return tenant, load_body(schema)


def reply_page(items: Sequence[Any], *, previous: bool = False) -> Response:
    """The requested page of items; only some of the vendor's lists have `previousPageNo` (SPEC)."""
    return reply(requested_page().of(items, previous))


def requested_page() -> OpsRampPage:
    """The page that the request asks for."""
    return cast(OpsRampPage, current().page)


def filter_items(
    items: Sequence[Item],
    names: Callable[[Item], Collection[str]],
    matchers: Mapping[str, Matcher[Item]],
) -> list[Item]:
    """The items that match the request's `queryString`, in the requested direction.

    `names` returns the names of an item in lower case; `name` matches their beginning.
    Exact matches come first (INFERRED: a client asks by name and takes the first result).
    """

    def starts_with(item: Item, text: str) -> bool:
        return any(name.startswith(text.lower()) for name in names(item))

    conditions = parse_conditions(current().query_string)
    selected = select(items, conditions, {"name": starts_with, **matchers})
    ordered = selected[::-1] if requested_page().descending else selected
    texts = [text.lower() for text in conditions.get("name", ())]
    return sorted(ordered, key=lambda item: not any(text in names(item) for text in texts))
