"""OpsRamp's lists: pages, and the filter language of `queryString`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from ..api.paging import Query

Item = TypeVar("Item")
Matcher = Callable[[Item, str], bool]


class OpsRampPage(NamedTuple):
    """The page that a request asks for.

    An invalid number counts as not sent (INFERRED): python-opsramp would repeat a GET that
    gets a 400 for a minute.
    """

    number: int
    size: int
    descending: bool | None  # None: not in the query

    @classmethod
    def parse(cls, _url: str, query: Query) -> OpsRampPage:
        """Read the page from a query (SPEC: numbers start at 1, 100 items are a page)."""
        descending = query.first("isDescendingOrder")
        return cls(
            _positive(query.first("pageNo"), 1),
            _positive(query.first("pageSize"), 100),
            None if descending is None else descending.lower() == "true",
        )

    def of(self, items: Sequence[Any], previous: bool = False) -> dict[str, object]:
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
            "descendingOrder": bool(self.descending),
        }


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
    return [
        item
        for item in items
        if all(any(matches(item, value) for value in values) for matches, values in checks)
    ]


def _positive(text: str | None, default: int) -> int:
    digits = text or ""
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 10
    return (int(digits) or default) if is_number else default
