"""Recorded exchanges, and how a response is compared with one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "recorded" / "opsramp"
REPLAYS = json.loads((Path(__file__).parent / "replays.json").read_text())

# Values that a server generates, by key or by pattern.
_GENERATED = frozenset({"token", "key", "secret", "installedBy", "access_token", "expires_in"})
_PATTERNS = (
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


def normalize(value: Any, key: str = "") -> Any:
    """The value with placeholders for what a server generates."""
    if isinstance(value, dict):
        header = "value" in value and "key" in value  # an HTTP header, not a credential
        parts = {name: normalize(part, "" if header else name) for name, part in value.items()}
        numbered = "id" in value and ("matchType" in value or "operator" in value)
        return {**parts, "id": "*"} if numbered else parts
    if isinstance(value, list):
        return [normalize(part) for part in value]
    if key in _GENERATED:
        return "*"
    for pattern, replacement in _PATTERNS if isinstance(value, str) else ():
        value = pattern.sub(replacement, value)
    return value


def differences(expected: Any, actual: Any, path: str = "") -> Iterator[str]:
    """The paths at which two values differ; `#order` marks keys in another order."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from (f"{path}/{name}" for name in expected.keys() ^ actual.keys())
        common = [name for name in expected if name in actual]
        if common != [name for name in actual if name in expected]:
            yield f"{path}#order"
        for name in common:
            yield from differences(expected[name], actual[name], f"{path}/{name}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for position, (first, second) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(first, second, f"{path}/{position}")
    elif expected != actual or type(expected) is not type(actual):
        yield path
