"""The comparisons that goals consist of, put together from the names of peers and measures."""

from __future__ import annotations

from .goals import Cell, Comparison, Goal

MEMORY = "opsemu, memory:"
FAMILIES = {
    "Ops Manager": MEMORY,
    "Atlas v1.0": f"{MEMORY}, Atlas v1.0",
    "Atlas v2": f"{MEMORY}, Atlas v2",
    "OpsRamp": f"{MEMORY}, OpsRamp",
}
GET, POST = "GET, 8 connections, good/s", "POST, 8 connections, good/s"
TUNED = "WireMock tuned"
ROUTE = "bare Flask route"


def lists(peer: str, wanted: float) -> Goal:
    """Each family's list against a peer's."""
    theirs = Cell("load", peer, GET)
    found = (Comparison(family, Cell("load", row, GET), theirs) for family, row in FAMILIES.items())
    text = f"GET list, 8 connections, against {peer}{', warm' if peer == TUNED else ''}"
    return Goal(f"get-{_slug(peer)}", text, True, wanted, "x", tuple(found))


def leaving(label: str) -> Comparison:
    """A read that leaves the short cut against the plain route."""
    mine = Cell("shortcut", MEMORY, f"{label}, good/s")
    return Comparison(label, mine, Cell("shortcut", ROUTE, "GET, good/s"))


def grown(way: str, measure: str, label: str) -> Comparison:
    """A measure at 100,000 projects against 100; `way` is how much is waited for the disk."""
    cells = (Cell("growth", f"{size} projects{way}", measure) for size in ("100,000", "100"))
    return Comparison(label, *cells)


def write_cost(way: str) -> tuple[Comparison, ...]:
    """Both measures of a write."""
    measures = {"PUT over HTTP": "PUT, 1 connection, p50 us", "Store.change": "Store.change, us"}
    return tuple(grown(way, measure, label) for label, measure in measures.items())


def _slug(text: str) -> str:
    return text.lower().replace(" ", "-")


def alone(group: str, peer: str, measure: str, label: str = "") -> tuple[Comparison, ...]:
    """A figure as it is."""
    return (Comparison(label, Cell(group, peer, measure)),)


def beside(group: str, mine: str, theirs: str, measure: str) -> tuple[Comparison, ...]:
    """A figure of two peers."""
    return (Comparison("", Cell(group, mine, measure), Cell(group, theirs, measure)),)
