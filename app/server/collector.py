"""What the garbage collector is spared: it would look at all there is time and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Make many objects that stay, without a collection in the midst.

    One looks at every module of the process, and takes longer than making an emulator.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settle() -> None:
    """Leave out for good what is there; for a process that does nothing but serve.

    Workers that are forked share the memory of it for as long as nobody touches it.
    """
    gc.collect()
    gc.freeze()
