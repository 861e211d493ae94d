"""`docs/performance.md`, made from the raw figures of a run and the sentences of `notes.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import report
from .goals import Goal, Verdict, judged
from .wanted import GOALS

NOTES = Path(__file__).with_name("notes.json")
UNEXPLAINED = "no reason is written down yet"

PAGE = """# Performance

This page is written by `make bench`; do not edit it. What is said below of a missed goal is
kept in `tests/bench/notes.json`.

Load and servers share the cores of one machine, and so do the servers among each other: rates
are lower than alone, and move with whatever else the machine does. So compare ratios. In each
of {rounds} interleaved rounds every peer takes its turn at each load, of {seconds} s; a figure is
the median, with the lowest and the highest behind it. All servers are up at once, one is
loaded at a time; Java's were loaded for 4 s before. The client is the same for all: {wrk}
with one thread, keeping 1, 8 or 64 connections busy, with requests made and signed beforehand.

Everybody runs with its defaults, and its log is thrown away; where switches make a peer quieter
and faster, it has a second row (WireMock tuned: no request journal, no logging, no gzip).

The generic peers do no authentication: they compare path and method and answer {bytes} bytes
from memory, those of opsemu's list of five integrations. opsemu verifies a digest with a nonce
count of its own, or a token, for each request, reads its state, and keeps a journal. Sending
a new request each time costs the client more than repeating one, which favours the others.

```
{command}
```

## Goals

A ratio is taken round by round. Where a goal is about every API family, each has to meet it.

{goals}

{notes}

## Figures

{tables}

## Peers

{peers}

{missing}

## Machine

{machine}
"""


def render(raw: dict[str, Any], notes: Mapping[str, str], goals: tuple[Goal, ...] = GOALS) -> str:
    """The page as Markdown."""
    verdicts = judged(raw, goals)
    return PAGE.format(
        rounds=raw["rounds"],
        seconds=raw["seconds"],
        wrk=raw["machine"]["wrk"],
        bytes=raw["bytes"],
        command=raw["command"],
        goals=report.goals(verdicts),
        notes=explained(verdicts, notes),
        tables=report.tables(raw),
        peers=_peers(raw["peers"]),
        missing=_missing(raw),
        machine="\n".join(f"* {name}: {value}" for name, value in raw["machine"].items()),
    )


def explained(verdicts: list[Verdict], notes: Mapping[str, str]) -> str:
    """A sentence for each goal that is not met."""
    short = [each for each in verdicts if each.state != "met"]
    lines = [
        f"* {each.goal.text} ({each.state}): {notes.get(each.goal.key) or UNEXPLAINED}"
        for each in short
    ]
    return "\n".join(["Why not:", "", *lines] if lines else ["All goals are met."])


def written_notes() -> dict[str, str]:
    """The sentences by the goals' keys."""
    found: dict[str, str] = json.loads(NOTES.read_text())
    return found


def _peers(peers: Mapping[str, Mapping[str, str]]) -> str:
    rows = [[name, row["version"], row["note"]] for name, row in peers.items()]
    head = ["peer", "version", ""]
    return report.markdown([head, ["---"] * len(head), *rows])


def _missing(raw: dict[str, Any]) -> str:
    found = report.missing(raw)
    return f"Missing:\n\n{found}" if found else "None is missing."
