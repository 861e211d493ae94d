"""Recorded exchanges, and how an answer is compared with one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "recorded" / "opsramp"
REPLAYS = json.loads((Path(__file__).parent / "replays.json").read_text())

# What a server makes up, by its key, or by its form.
_MADE_UP = frozenset({"token", "key", "secret", "installedBy", "access_token", "expires_in"})
_FORMS = (
    (re.compile(r"INTG-(EVENT-)?[0-9a-z]{8}(-[0-9a-z]{3,}){4}"), r"INTG-\1*"),
    (re.compile(r"https?://[^/]+/api/v2/tenants/client_\d+/"), "https://HOST/TENANT/"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"), "TIME"),
    (re.compile(r"alerts@[A-Za-z0-9]{24}\.opsramp\.com"), "ADDRESS"),
)


def sample(name: str) -> dict[str, Any]:
    """A recorded exchange: source, request, response."""
    exchange: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return exchange


def names() -> list[str]:
    """All recorded exchanges."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def settled(value: Any, key: str = "") -> Any:
    """The value without what differs from server to server."""
    if isinstance(value, dict):
        header = "value" in value and "key" in value  # an HTTP header, not a credential
        parts = {name: settled(part, "" if header else name) for name, part in value.items()}
        numbered = "id" in value and ("matchType" in value or "operator" in value)
        return {**parts, "id": "*"} if numbered else parts
    if isinstance(value, list):
        return [settled(part) for part in value]
    if key in _MADE_UP:
        return "*"
    for pattern, put in _FORMS if isinstance(value, str) else ():
        value = pattern.sub(put, value)
    return value


def differences(expected: Any, got: Any, at: str = "") -> Iterator[str]:
    """Where two values differ; `#order` follows an object with its keys in another order."""
    if isinstance(expected, dict) and isinstance(got, dict):
        yield from (f"{at}/{name}" for name in expected.keys() ^ got.keys())
        common = [name for name in expected if name in got]
        if common != [name for name in got if name in expected]:
            yield f"{at}#order"
        for name in common:
            yield from differences(expected[name], got[name], f"{at}/{name}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for position, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(one, other, f"{at}/{position}")
    elif expected != got or type(expected) is not type(got):
        yield at
