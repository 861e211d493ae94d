"""What is wanted of opsemu, row by row; the figures are ratios of one run where they can be."""

from __future__ import annotations

from .comparisons import GET, MEMORY, POST, TUNED, alone, beside, grown, leaving, lists, write_cost
from .goals import Cell, Comparison, Goal

GOALS = (
    lists(TUNED, 1.0),
    lists("MockServer", 2),
    lists("Prism", 5),
    lists("pytest-httpserver", 15),
    lists("moto server", 40),
    lists("json-server", 20),
    lists("mountebank", 20),
    lists("Mockoon", 20),
    Goal(
        "leaving",
        "Reads that leave the short cut, 8 connections, against a bare Flask route",
        True,
        0.55,
        "x",
        (leaving("GET ?pretty=true"), leaving("GET answered 404")),
    ),
    Goal(
        "post",
        "POST, 8 connections, against json-server",
        True,
        4,
        "x",
        beside("load", MEMORY, "json-server", POST),
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
        write_cost(""),
    ),
    Goal(
        "write",
        "Write cost at 100,000 projects against 100, without fsync",
        False,
        1.25,
        "x",
        write_cost(", no fsync"),
    ),
    Goal(
        "get-growth",
        "GET rate at 100,000 projects against 100",
        True,
        0.75,
        "x",
        (grown("", GET, ""),),
    ),
    Goal(
        "start-up",
        "Start-up to first answer against WireMock",
        False,
        0.22,
        "x",
        beside("startup", MEMORY, TUNED, "first answer, ms"),
    ),
    Goal(
        "in-process",
        "Emulator in the process, Flask imported",
        False,
        15,
        " ms",
        (
            *alone("inprocess", "opsemu", "import, make and start, ms", "with opsemu's import"),
            *alone("inprocess", "opsemu", "make and start the first, ms", "without"),
        ),
    ),
    Goal(
        "plugin",
        "Import of the pytest plugin",
        False,
        5,
        " ms",
        alone("inprocess", "opsemu", "import of the pytest plugin, ms"),
    ),
    Goal(
        "memory",
        "Memory idle against WireMock",
        False,
        0.6,
        "x",
        beside("load", MEMORY, TUNED, "idle, MB"),
    ),
    Goal(
        "workers",
        "Two workers against one, GET, 8 connections",
        True,
        1.5,
        "x",
        beside("load", "opsemu, file: --workers 2", "opsemu, file: --workers 1", GET),
    ),
    Goal(
        "soak-memory",
        "Ten minutes of mixed load: memory of the last quarter against the second",
        False,
        1.1,
        "x",
        alone("soak", "opsemu", "memory, last over second quarter"),
    ),
    Goal(
        "soak-errors",
        "Ten minutes of mixed load: errors",
        False,
        0,
        "",
        alone("soak", "opsemu", "errors"),
    ),
)
