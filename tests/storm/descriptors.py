"""Take all file descriptors of a server away, and give them back."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

from ..serving import Served


@contextmanager
def none_left(served: Served) -> Iterator[None]:
    """The server can open nothing more; what is open stays."""
    number = served.process.pid
    before = resource.prlimit(number, resource.RLIMIT_NOFILE)
    in_use = max(map(int, os.listdir(f"/proc/{number}/fd"))) + 1
    resource.prlimit(number, resource.RLIMIT_NOFILE, (in_use, before[1]))
    try:
        yield
    finally:
        resource.prlimit(number, resource.RLIMIT_NOFILE, before)
