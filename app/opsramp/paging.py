"""Pages of OpsRamp's lists, and their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from flask import Response

from ..api.context import current
from ..api.paging import Query
from ..api.responses import reply

MAX_DEPTH = 3  # of the member that `sortName` names, such as `integration.name`
Item = TypeVar("Item")


def as_it_is(item: Any) -> Any:
    """The item itself, for lists that store what they show."""
    return item


class OpsRampPage(NamedTuple):
    """The page that a request asks for.

    An invalid number counts as not sent (INFERRED): python-opsramp would repeat a GET that
    gets a 400 for a minute.
    """

    number: int
    size: int
    descending: bool
    sort_name: str = ""

    @classmethod
    def parse(cls, _url: str, query: Query) -> OpsRampPage:
        """Read the page from a query (SPEC: numbers start at 1, 100 items are a page)."""
        number, size = (_positive(query.first(name)) for name in ("pageNo", "pageSize"))
        descending, sort_name = query.flag("isDescendingOrder"), query.first("sortName")
        return cls(number or 1, size or 100, descending, sort_name or "")

    def sort(
        self, items: Sequence[Item], show: Callable[[Item], Mapping[str, Any]] = as_it_is
    ) -> list[Item]:
        """The items by the member `sortName` of what `show` makes of them.

        A name that no item has leaves their order (INFERRED); descending turns it round.
        """
        ordered = list(items)
        if self.sort_name:
            ordered.sort(key=lambda item: _sort_key(show(item), self.sort_name))
        return ordered[::-1] if self.descending else ordered

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


def requested_page(*, descending: bool = False) -> OpsRampPage:
    """The page that the request asks for; `descending` is the direction if it names none."""
    page = cast(OpsRampPage, current().page)
    return page._replace(descending=current().query.flag("isDescendingOrder", descending))


def reply_page(items: Sequence[Any], *, previous: bool = False) -> Response:
    """The requested page of items, in the order that is asked for.

    Only some of the vendor's lists have `previousPageNo` (SPEC).
    """
    page = requested_page()
    return reply(page.of(page.sort(items), previous))


def _sort_key(item: Mapping[str, Any], path: str) -> tuple[int, float, str]:
    """Numbers first, then texts whatever their case, then items without the member."""
    value: Any = item
    for name in path.split(".", MAX_DEPTH):
        value = value.get(name) if isinstance(value, dict) else None
    if value is None:
        return (2, 0, "")
    return (0, value, "") if isinstance(value, int | float) else (1, 0, str(value).lower())


def _positive(text: str | None) -> int:
    """A whole number of up to nine digits; 0 for all else."""
    digits = text or ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
