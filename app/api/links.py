"""The links that an object has to itself and to what lies below it."""

from __future__ import annotations

from collections.abc import Iterable

Link = dict[str, str]


def self_link(url: str) -> Link:
    """The object's own URL; `href` comes before `rel` (RECORDED)."""
    return {"href": url, "rel": "self"}


def links(url: str, rel: str, names: Iterable[str]) -> list[Link]:
    """The object's own URL, and those of what lies below it, whose relations begin with `rel`."""
    return [self_link(url), *({"href": f"{url}/{name}", "rel": f"{rel}{name}"} for name in names)]
