"""The plots of the page, as SVG that is the same for the same figures."""

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from .suite import CALLS, IN_PROCESS

PARTS = {  # of the suite's bars: phases of the whole suite or of each test, and the colour
    "start and stop": (("start", "stop"), "#9aa5b1"),
    "isolate and arrange": (("isolate", "arrange"), "#e8a33d"),
    "four calls": (CALLS, "#3b7dd8"),
    "assert and end": (("assert", "end"), "#58a55c"),
}
CURVES = {  # of growth: measure and whether more is better
    **{"GET, good/s": "rate of GET", "PUT, p50 us": "time of a write"},
    **{"start-up, ms": "start-up", "memory, MB": "memory"},
}
STYLE = {
    **{"svg.hashsalt": "opsemu", "svg.fonttype": "none", "font.family": "sans-serif"},
    **{"font.size": 10, "axes.spines.top": False, "axes.spines.right": False},
}


def write_plots(raw: Mapping[str, Any], folder: Path) -> None:
    """Write `suite.svg` and `growth.svg`; one without figures is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw, group in (("suite", suite, "phases"), ("growth", growth, "growth")):
        if raw["figures"].get(group):
            with plt.rc_context(STYLE):
                figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
                draw(axes, raw)
                figure.savefig(folder / f"{name}.svg", facecolor="white", metadata={"Date": None})
                plt.close(figure)


def suite(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw a bar for each server, of the seconds of each part of the suite."""
    rows, left = raw["figures"]["phases"], dict.fromkeys(raw["figures"]["phases"], 0.0)
    for label, (phases, colour) in PARTS.items():
        times = 1 if "start" in phases else raw["tests"]
        for name, row in rows.items():
            seconds = times / 1000 * sum(median(row[f"{phase}, wall"]) for phase in phases)
            axes.barh(name, seconds, left=left[name], color=colour, label=label)
            left[name] += seconds
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[:: len(rows)], labels[:: len(rows)], frameon=False)
    for name, seconds in left.items():
        axes.annotate(f" {seconds:.1f} s", (seconds, name), va="center")
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set_xlabel(f"seconds for {raw['tests']} tests")
    for tick in axes.get_yticklabels():
        tick.set_fontweight("bold" if tick.get_text() == IN_PROCESS else "normal")


def growth(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw each measure by the number of projects, as a ratio to that of the fewest."""
    rows = raw["figures"]["growth"]
    sizes = {
        int(name.split()[0].replace(",", "")): name for name in rows if name.endswith("projects")
    }
    for measure, label in CURVES.items():
        values = [median(rows[name][measure]) for _, name in sorted(sizes.items())]
        axes.plot(sorted(sizes), [value / values[0] for value in values], marker="o", label=label)
    axes.set_xscale("log")
    axes.set_xticks(sorted(sizes), [f"{size:,}" for size in sorted(sizes)], minor=False)
    axes.xaxis.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.axhline(1, color="#9aa5b1", linewidth=0.8)
    axes.set_xlabel("projects")
    axes.set_ylabel("against the fewest projects")
    axes.legend(frameon=False)
