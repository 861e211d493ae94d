"""What is wanted of opsemu, row by row; the figures are ratios of one run where they can be."""

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


def _lists(peer: str, wanted: float) -> Goal:
    """Each family's list against a peer's."""
    theirs = Cell("load", peer, GET)
    found = (Comparison(family, Cell("load", row, GET), theirs) for family, row in FAMILIES.items())
    text = f"GET list, 8 connections, against {peer}{', warm' if peer == TUNED else ''}"
    return Goal(f"get-{_slug(peer)}", text, True, wanted, "x", tuple(found))


def _leaving(label: str) -> Comparison:
    mine = Cell("shortcut", MEMORY, f"{label}, good/s")
    return Comparison(label, mine, Cell("shortcut", ROUTE, "GET, good/s"))


def _grown(way: str, measure: str, label: str) -> Comparison:
    cells = (Cell("growth", f"{size} projects{way}", measure) for size in ("100,000", "100"))
    return Comparison(label, *cells)


def _write_cost(way: str) -> tuple[Comparison, ...]:
    measures = {"PUT over HTTP": "PUT, 1 connection, p50 us", "Store.change": "Store.change, us"}
    return tuple(_grown(way, measure, label) for label, measure in measures.items())


def _slug(text: str) -> str:
    return text.lower().replace(" ", "-")


def _alone(group: str, peer: str, measure: str, label: str = "") -> tuple[Comparison, ...]:
    return (Comparison(label, Cell(group, peer, measure)),)


def _beside(group: str, mine: str, theirs: str, measure: str) -> tuple[Comparison, ...]:
    return (Comparison("", Cell(group, mine, measure), Cell(group, theirs, measure)),)


GOALS = (
    _lists(TUNED, 1.0),
    _lists("MockServer", 2),
    _lists("Prism", 5),
    _lists("pytest-httpserver", 15),
    _lists("moto server", 40),
    _lists("json-server", 20),
    _lists("mountebank", 20),
    _lists("Mockoon", 20),
    Goal(
        "leaving",
        "Reads that leave the short cut, 8 connections, against a bare Flask route",
        True,
        0.55,
        "x",
        (_leaving("GET ?pretty=true"), _leaving("GET answered 404")),
    ),
    Goal(
        "post",
        "POST, 8 connections, against json-server",
        True,
        4,
        "x",
        _beside("load", MEMORY, "json-server", POST),
    ),
    Goal(
        "post-errors",
        "POST, 8 connections, errors",
        False,
        0,
        "",
        tuple(
            Comparison(state, Cell("load", f"opsemu, {state}", "POST, 8 connections, errors"))
            for state in ("memory:", "file:")
        ),
    ),
    Goal(
        "write-fsync",
        "Write cost at 100,000 projects against 100, with fsync",
        False,
        1.4,
        "x",
        _write_cost(""),
    ),
    Goal(
        "write",
        "Write cost at 100,000 projects against 100, without fsync",
        False,
        1.25,
        "x",
        _write_cost(", no fsync"),
    ),
    Goal(
        "get-growth",
        "GET rate at 100,000 projects against 100",
        True,
        0.75,
        "x",
        (_grown("", GET, ""),),
    ),
    Goal(
        "start-up",
        "Start-up to first answer against WireMock",
        False,
        0.22,
        "x",
        _beside("startup", MEMORY, TUNED, "first answer, ms"),
    ),
    Goal(
        "in-process",
        "Emulator in the process, Flask imported",
        False,
        15,
        " ms",
        (
            *_alone("inprocess", "opsemu", "import, make and start, ms", "with opsemu's import"),
            *_alone("inprocess", "opsemu", "make and start the first, ms", "without"),
        ),
    ),
    Goal(
        "plugin",
        "Import of the pytest plugin",
        False,
        5,
        " ms",
        _alone("inprocess", "opsemu", "import of the pytest plugin, ms"),
    ),
    Goal(
        "memory",
        "Memory idle against WireMock",
        False,
        0.6,
        "x",
        _beside("load", MEMORY, TUNED, "idle, MB"),
    ),
    Goal(
        "workers",
        "Two workers against one, GET, 8 connections",
        True,
        1.5,
        "x",
        _beside("load", "opsemu, file: --workers 2", "opsemu, file: --workers 1", GET),
    ),
    Goal(
        "soak-memory",
        "Ten minutes of mixed load: memory of the last quarter against the second",
        False,
        1.1,
        "x",
        _alone("soak", "opsemu", "memory, last over second quarter"),
    ),
    Goal(
        "soak-errors",
        "Ten minutes of mixed load: errors",
        False,
        0,
        "",
        _alone("soak", "opsemu", "errors"),
    ),
)
