"""How large a storm is: small in the default suite, large in `make storm`."""

from __future__ import annotations

import pytest


def small_or(storm: int, small: int):
    """A small number in the default suite, a large one in `make storm`."""
    return [
        pytest.param(small, id="small"),
        pytest.param(storm, id="whole", marks=pytest.mark.storm),
    ]
