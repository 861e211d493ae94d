"""What OpsRamp's views share: bodies, pages, and the filter language of `queryString`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import unquote

from flask import Response

from opsemu.schemas.opsramp.base import Body

from ..api.context import current
from ..api.errors import ApiError, EmptyErrorResponse
from ..api.paging import Query
from ..api.responses import reply
from .tenants import Tenant, get_tenant

Item = TypeVar("Item")
Matcher = Callable[[Item, str], bool]


class OpsRampPage(NamedTuple):
    """The page that a request asks for.

    An invalid number counts as not sent (INFERRED): python-opsramp would repeat a GET that
    gets a 400 for a minute.
    """

    number: int
    size: int
    descending: bool

    @classmethod
    def parse(cls, _url: str, query: Query) -> OpsRampPage:
        """Read the page from a query (SPEC: numbers start at 1, 100 items are a page)."""
        number, size = (_positive(query.first(name)) for name in ("pageNo", "pageSize"))
        return cls(number or 1, size or 100, query.flag("isDescendingOrder"))

    def of(self, items: Sequence[Any], previous: bool = False) -> dict[str, Any]:
        """The page of `items` in OpsRamp's envelope (SPEC).

        `nextPageNo` is present only if there is a next page, `previousPageNo` only in some lists.
        """
        first = (self.number - 1) * self.size
        more = len(items) > first + self.size
        return {
            "results": list(items[first : first + self.size]),
            "totalResults": len(items),
            "pageNo": self.number,
            "pageSize": self.size,
            "totalPages": -(-len(items) // self.size),
            "nextPage": more,
            **({"nextPageNo": self.number + 1} if more else {}),
            **({"previousPageNo": self.number - 1} if previous else {}),
            "descendingOrder": self.descending,
        }


def requested_page() -> OpsRampPage:
    """The page that the request asks for."""
    return cast(OpsRampPage, current().page)


def reply_page(items: Sequence[Any], *, previous: bool = False) -> Response:
    """The requested page of items; only some of the vendor's lists have `previousPageNo` (SPEC)."""
    return reply(requested_page().of(items, previous))


def load_body(schema: type[Body]) -> dict[str, Any]:
    """Load the request's body, an empty one as `{}`; raises INVALID_VALUE or MANDATORY.

    JSON is accepted under any content type (INFERRED). Other content is INVALID_JSON if it
    claims to be JSON or nothing, else 415.
    """
    ctx = current()
    content = ctx.request.get_data()
    if not content.strip():
        return schema.read({})
    if ctx.json is None and content.strip(b" \t\n\r") != b"null":
        if ctx.request.mimetype in ("", "application/json"):
            raise ApiError("INVALID_JSON", "body")
        raise EmptyErrorResponse(415)
    return schema.read(ctx.json)


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
) -> list[Item]:
    """The items that match the request's `queryString`, in the requested direction.

    `names` returns the names of an item in lower case; `name` matches their beginning.
    Exact matches come first (INFERRED: a client asks by name and takes the first result).
    """

    def starts_with(item: Item, text: str) -> bool:
        return any(name.startswith(text.lower()) for name in names(item))

    conditions = parse_conditions(current().query_string)
    selected = select(items, conditions, {"name": starts_with, **matchers})
    ordered = selected[::-1] if current().query.flag("isDescendingOrder") else selected
    texts = [text.lower() for text in conditions.get("name", ())]
    return sorted(ordered, key=lambda item: not any(text in names(item) for text in texts))


def _positive(text: str | None) -> int:
    """A whole number of up to nine digits; 0 for all else."""
    digits = text or ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
