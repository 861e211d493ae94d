"""Recorded exchanges: files under `recorded/`, each with its source.

Most come from Atlas, which shares its code with Ops Manager. Hosts, identifiers,
dates and nonces are levelled, and what only Atlas has is left out by name.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .conftest import DEMO, EMPTY
from .wire import API

FOLDER = Path(__file__).parent / "recorded"
FULL, NONE = (f"{API}/groups/{group}/integrations" for group in (DEMO, EMPTY))
# The load balancer's, which Ops Manager does not have.
BALANCER = {"server", "vary", "x-envoy-upstream-service-time"}


@cache
def recorded(name: str) -> dict[str, Any]:
    """A recording by its file's name."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_bytes())
    return found


def said(name: str) -> tuple[int, str]:
    """The recorded status and body, levelled."""
    theirs = recorded(name)["response"]
    return theirs["status"], level(theirs["body"])


def header(name: str, key: str) -> str | None:
    """The value of a recorded header, or None."""
    pairs = recorded(name)["response"]["headers"]
    return next((value for found, value in pairs if found.lower() == key.lower()), None)


def header_names(headers: list[tuple[str, str]]) -> set[str]:
    """The names of headers, without the load balancer's."""
    return {name.lower() for name, _ in headers} - BALANCER


def level(text: str) -> str:
    """A text without what differs each time, and between the API families."""
    text = re.sub(r'nonce="[A-Za-z0-9+/]{32}"', 'nonce="…"', text)
    text = re.sub(r"/api/(atlas|public)/v\d(\.0)?", "/api", text)
    return re.sub(r"\d+\.\d+\.\d+\.\d+", "ADDRESS", text)


def each(*names: str) -> pytest.MarkDecorator:
    """One case for each recording, which is its evidence."""
    return pytest.mark.parametrize("name", [case(name) for name in names])


def case(name: str, *values: Any) -> Any:
    """A case that rests on a recording."""
    grade = recorded(name)["source"].split()[0]
    return pytest.param(name, *values, marks=pytest.mark.evidence(grade, f"recorded/{name}.json"))
