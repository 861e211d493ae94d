"""What OpsRamp's views share: bodies, and searches with the filter language of `queryString`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import Response

from opsemu.schemas.opsramp.base import Body

from ..api.context import current
from ..api.errors import ApiError, EmptyErrorResponse
from ..api.responses import reply
from .paging import as_it_is, requested_page
from .tenants import Tenant, get_tenant

Item = TypeVar("Item")
Matcher = Callable[[Item, str], bool]


def reply_search(
    items: Sequence[Item],
    names: Callable[[Item], Collection[str]],
    matchers: Mapping[str, Matcher[Item]],
    show: Callable[[Item], Mapping[str, Any]] = as_it_is,
) -> Response:
    """The requested page of what the request selects, see filter_items."""
    page = requested_page().of(filter_items(items, names, matchers, show), previous=True)
    return reply({**page, "results": [show(item) for item in page["results"]]})


def load_body(schema: type[Body]) -> dict[str, Any]:
    """Load the request's body; raises INVALID_VALUE or MANDATORY, and what load_json raises."""
    return schema.read(load_json())


def load_json() -> Any:
    """The JSON of the request's body, `{}` if it is empty.

    JSON is accepted under any content type (INFERRED). Other content is INVALID_JSON if it
    claims to be JSON or nothing, else 415.
    """
    ctx = current()
    content = ctx.request.get_data()
    if not content.strip():
        return {}
    if ctx.json is None and content.strip(b" \t\n\r") != b"null":
        if ctx.request.mimetype in ("", "application/json"):
            raise ApiError("INVALID_JSON", "body")
        raise EmptyErrorResponse(415)
    return ctx.json


def load_for(tenant_id: str, intg_id: str, schema: type[Body]) -> tuple[Tenant, dict[str, Any]]:
    """The tenant and the body; an unknown integration is reported before a wrong body."""
    tenant = get_tenant(tenant_id)
    tenant.get(intg_id)
    return tenant, load_body(schema)


def parse_conditions(raw_query: str) -> dict[str, list[str]]:
    """The conditions of `queryString` in a raw query: key to alternative values.

    `key:value` terms are joined by `+`, sent as `+` or `%2B` (CLIENT), which must not be
    decoded to a space. `,` separates alternatives. A term without a key continues the value
    before it, as `+0530` of a time zone does.
    """
    pairs = (pair.partition("=") for pair in raw_query.split("&"))
    text = next((value for name, _, value in pairs if name == "queryString"), "")
    conditions: dict[str, str] = {}
    last = ""
    for term in text.replace("%2b", "+").replace("%2B", "+").split("+"):
        key, colon, value = unquote(term).partition(":")
        if colon:
            last, conditions[key] = key, value
        elif last:
            conditions[last] += f"+{key}"
    return {key: value.split(",") for key, value in conditions.items()}


def select(
    items: Sequence[Item],
    conditions: Mapping[str, list[str]],
    matchers: Mapping[str, Matcher[Item]],
) -> list[Item]:
    """The items that meet all conditions; a condition without a matcher is ignored (INFERRED)."""
    checks = [(matchers[key], values) for key, values in conditions.items() if key in matchers]

    def is_selected(item: Item) -> bool:
        return all(any(matches(item, value) for value in values) for matches, values in checks)

    return [item for item in items if is_selected(item)]


def filter_items(
    items: Sequence[Item],
    names: Callable[[Item], Collection[str]],
    matchers: Mapping[str, Matcher[Item]],
    show: Callable[[Item], Mapping[str, Any]] = as_it_is,
) -> list[Item]:
    """The items that match the request's `queryString`, in the order that is asked for.

    `show` makes what the response has of an item, to sort by. `names` returns the names of an
    item in lower case; `name` matches their beginning. Exact matches come first (INFERRED: a
    client asks by name and takes the first result).
    """

    def starts_with(item: Item, text: str) -> bool:
        return any(name.startswith(text.lower()) for name in names(item))

    conditions = parse_conditions(current().query_string)
    selected = select(items, conditions, {"name": starts_with, **matchers})
    ordered = requested_page().sort(selected, show)
    texts = [text.lower() for text in conditions.get("name", ())]
    return sorted(ordered, key=lambda item: not any(text in names(item) for text in texts))
