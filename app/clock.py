"""Time and identifiers; nothing else in the package reads a clock or rolls dice."""

from __future__ import annotations

import itertools
import os
import secrets
import time
from email.utils import formatdate

_machine = os.urandom(5)
_counter = itertools.count(secrets.randbelow(1 << 24))


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def http_date() -> str:
    """The present as the `Date` header writes it."""
    return formatdate(now(), usegmt=True)


def object_id() -> str:
    """A fresh 24-digit identifier, laid out like MongoDB's ObjectId."""
    serial = next(_counter) & 0xFFFFFF
    return f"{int(now()):08x}{_machine.hex()}{serial:06x}"
