"""What a soak left for the table of goals."""

from __future__ import annotations

import json
from pathlib import Path

from .goals import Sheets

LONG_ENOUGH = 10  # minutes


def read(file: Path, missing: dict[str, str]) -> Sheets:
    """The soak's figures as a group of their own, none if it was too short or not made."""
    if not file.exists():
        missing["soak"] = "not run: make soak"
        return {}
    found = json.loads(file.read_text())
    if found["minutes"] < LONG_ENOUGH:
        missing["soak"] = f"the last soak was of {found['minutes']:g} minutes only"
        return {}
    missing.pop("soak", None)
    sheet = {
        "memory, last over second quarter": [found["ratio"]],
        "errors": [float(len(found["errors"]))],
    }
    return {"soak": {"opsemu": sheet}}
