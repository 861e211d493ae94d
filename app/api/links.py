"""The links that an object carries to itself and to what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable

from .context import current

Link = dict[str, str]


def self_link(address: str) -> Link:
    """The object's own address; `href` comes before `rel` (RECORDED)."""
    return {"href": address, "rel": "self"}


def links(address: str, names: Iterable[str]) -> list[Link]:
    """The object's own address, and those of what lies below it."""
    more = (
        {"href": f"{address}/{name}", "rel": f"{current().dialect.rel}{name}"} for name in names
    )
    return [self_link(address), *more]
