"""One measurement in a fresh process, in which nothing else was imported before.

`python -m tests.bench.fresh emulator|plugin` prints milliseconds as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter


def emulator() -> dict[str, float]:
    """Import, make and start an emulator where Flask is imported; then a second one."""
    import flask  # noqa: F401

    begun = perf_counter()
    from opsemu.server import Emulator

    imported = perf_counter()
    with Emulator():
        started = perf_counter()
    again = perf_counter()
    with Emulator():
        started_again = perf_counter()
    return {
        "import of opsemu, Flask imported, ms": (imported - begun) * 1000,
        "make and start the first, ms": (started - imported) * 1000,
        "import, make and start, ms": (started - begun) * 1000,
        "make and start another, ms": (started_again - again) * 1000,
    }


def plugin() -> dict[str, float]:
    """Import the plugin where pytest is imported."""
    import pytest  # noqa: F401

    begun = perf_counter()
    import opsemu.pytest_plugin  # noqa: F401

    return {"import of the pytest plugin, ms": (perf_counter() - begun) * 1000}


KINDS: dict[str, Callable[[], dict[str, float]]] = {"emulator": emulator, "plugin": plugin}

if __name__ == "__main__":
    print(json.dumps(KINDS[sys.argv[1]]()))
