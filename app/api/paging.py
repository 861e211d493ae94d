"""Pages of a list, and the links between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote_plus

from .errors import ApiError

# A generated Ops Manager client sends whole numbers as 1.0 (CLIENT).
_WHOLE = re.compile(r"([0-9]{1,10})(?:\.0+)?", re.ASCII)
_JAVA_INT = 2**31 - 1


class Query(NamedTuple):
    """A raw query string taken apart, spelling and order kept."""

    pairs: tuple[tuple[str, str], ...]  # name as meant, `name=value` as sent

    @classmethod
    def parse(cls, raw: str) -> Query:
        """Take a raw query string apart at its ampersands."""
        sent = (pair for pair in raw.split("&") if pair)
        return cls(tuple((unquote_plus(pair.partition("=")[0]), pair) for pair in sent))

    def first(self, name: str) -> str | None:
        """The first value of a parameter, or None."""
        for known, pair in self.pairs:
            if known == name:
                return unquote_plus(pair.partition("=")[2])
        return None

    def all(self, *names: str) -> list[str]:
        """The values of a parameter that can be repeated, or has several names."""
        return [unquote_plus(pair.partition("=")[2]) for name, pair in self.pairs if name in names]

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean as Java reads it: `true` in any case, else false (INFERRED)."""
        value = self.first(name)
        return default if value is None else value.lower() == "true"

    def number(self, name: str, default: int, most: int, least: int = 1) -> int:
        """A whole number from `least` to `most`; raises INVALID_QUERY_PARAMETER."""
        value = self.first(name)
        if value is None:
            return default
        match = _WHOLE.fullmatch(value)
        if match is None or not least <= int(match[1]) <= most:
            raise ApiError("INVALID_QUERY_PARAMETER", name)
        return int(match[1])


class Paging(Protocol):
    """Which part of a list was asked for."""

    def of(self, items: Sequence[Any]) -> dict[str, Any]:
        """That part, in the API family's list body."""


class Page(NamedTuple):
    """Which part of a list was asked for, and the address it was asked at."""

    url: str
    others: str
    number: int
    size: int
    counted: bool

    @classmethod
    def parse(cls, url: str, query: Query, first: int = 1) -> Page:
        """The page that a query asks for; raises INVALID_QUERY_PARAMETER.

        Page 0, where it is the `first`, is the same as page 1, and linked to as it was sent.
        """
        others = [pair for name, pair in query.pairs if name not in ("pageNum", "itemsPerPage")]
        return cls(
            url,
            "".join(pair + "&" for pair in others),
            query.number("pageNum", 1, _JAVA_INT, first),
            query.number("itemsPerPage", 100, 500),
            query.flag("includeCount", default=True),
        )

    def of(self, items: Sequence[Any]) -> dict[str, Any]:
        """The page of `items` in the vendor's list body.

        `includeCount=false` leaves a `totalCount` of 0 (RECORDED, against the SPEC).
        """
        first = (max(self.number, 1) - 1) * self.size
        return {
            "links": self._links(more=len(items) > first + self.size),
            "results": list(items[first : first + self.size]),
            "totalCount": len(items) if self.counted else 0,
        }

    def _links(self, more: bool) -> list[dict[str, str]]:
        # RECORDED: the paging pair is turned round between `self` and `next`.
        own = f"pageNum={self.number}&itemsPerPage={self.size}"
        links = [self._link("self", own)]
        if self.number > 1:
            links.append(self._link("previous", self._at(self.number - 1)))
        if more:
            links.append(self._link("next", self._at(max(self.number, 1) + 1)))
        return links

    def _at(self, number: int) -> str:
        return f"itemsPerPage={self.size}&pageNum={number}"

    def _link(self, rel: str, paging: str) -> dict[str, str]:
        return {"href": f"{self.url}?{self.others}{paging}", "rel": rel}
