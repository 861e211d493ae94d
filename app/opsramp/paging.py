"""OpsRamp's lists: the envelope, and the filter language of `queryString`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..api.paging import Query

Matches = Callable[[Any, str], bool]


class OpsRampPage(NamedTuple):
    """Which part of a list was asked for. A number that is none counts as not sent (INFERRED):
    a 400 on a GET would be retried for a minute by python-opsramp."""

    number: int
    size: int
    descending: bool | None  # None: not said
    sorted_by: str

    @classmethod
    def parse(cls, _url: str, query: Query) -> OpsRampPage:
        """The page that a query asks for (SPEC: from 1, 100 a page)."""
        said = query.first("isDescendingOrder")
        return cls(
            _whole(query.first("pageNo"), 1),
            _whole(query.first("pageSize"), 100),
            None if said is None else said.lower() == "true",
            query.first("sortName") or "",
        )

    def of(self, items: Sequence[Any], previous: bool = False) -> dict[str, Any]:
        """The page of `items` in OpsRamp's envelope (SPEC).

        `nextPageNo` is there with a next page only, `previousPageNo` in some lists only.
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


def terms(raw_query: str, name: str = "queryString") -> dict[str, list[str]]:
    """The conditions of a `queryString`, read from the query as sent: key to its alternatives.

    `key:value` terms are joined by `+`, sent as `+` or `%2B` (CLIENT); a framework would
    have made spaces of them. `,` separates alternatives. What has no key goes on with
    the value before it, as in a time zone's `+0530`.
    """
    sent = next((p for p in raw_query.split("&") if p.partition("=")[0] == name), "")
    found: dict[str, str] = {}
    last = ""
    for part in sent.partition("=")[2].replace("%2b", "+").replace("%2B", "+").split("+"):
        key, colon, value = unquote(part).partition(":")
        if colon:
            last, found[key] = key, value
        elif last:
            found[last] += f"+{key}"
    return {key: value.split(",") for key, value in found.items()}


def select(
    items: Sequence[Any], asked: Mapping[str, list[str]], keys: Mapping[str, Matches]
) -> list[Any]:
    """The items that meet every condition whose key is known; others are ignored (INFERRED)."""
    conditions = [(keys[key], values) for key, values in asked.items() if key in keys]
    return [
        item
        for item in items
        if all(any(matches(item, value) for value in values) for matches, values in conditions)
    ]


def _whole(text: str | None, default: int) -> int:
    digits = text or ""
    return (
        int(digits) or default
        if digits.isascii() and digits.isdigit() and len(digits) < 10
        else default
    )
