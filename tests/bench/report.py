"""The figures as tables for people; medians, and the spread from the lowest to the highest."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from statistics import median

from opsemu import __version__

from .rounds import Figures

PACKAGES = ("flask", "werkzeug", "flask-httpauth", "marshmallow", "tinydb", "httptools", "uvloop")


def machine() -> dict[str, str]:
    """Where the figures come from."""
    return {
        "opsemu": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def table(figures: Figures) -> str:
    """A Markdown table: a row for each measure, a column for each peer."""
    measures = list(dict.fromkeys(name for each in figures.values() for name in each))
    rows = [
        ["", *figures],
        ["---"] * (len(figures) + 1),
        *([name, *(_cell(each.get(name, [])) for each in figures.values())] for name in measures),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def comparison(figures: Figures, first: str) -> str:
    """A Markdown table of the first peer's figures over each other's, paired by round."""
    others = {name: each for name, each in figures.items() if name != first}
    return table(
        {
            f"{first} / {name}": {
                measure: ratios(mine, each[measure])
                for measure, mine in figures[first].items()
                if measure in each and not measure.endswith("errors")
            }
            for name, each in others.items()
        }
    )


def ratios(mine: list[float], theirs: list[float]) -> list[float]:
    """One figure over the other, round by round."""
    return [ours / other for ours, other in zip(mine, theirs, strict=True) if other]


def _cell(values: list[float]) -> str:
    if not values:
        return "–"  # noqa: RUF001
    shown = [_number(value) for value in (median(values), min(values), max(values))]
    return shown[0] if len(set(shown)) == 1 else f"{shown[0]} ({shown[1]}–{shown[2]})"  # noqa: RUF001


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
