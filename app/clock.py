"""Time and identifiers; nothing else in the package reads a clock or rolls dice."""

from __future__ import annotations

import itertools
import os
import secrets
import string
import time
import uuid
from email.utils import formatdate
from functools import lru_cache

_machine = os.urandom(5)
_counter = itertools.count(secrets.randbelow(1 << 24))
_ALPHANUMERIC = string.ascii_letters + string.digits


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def ticks() -> float:
    """Seconds from some fixed moment, to measure by."""
    return time.perf_counter()


def http_date() -> str:
    """The present as the `Date` header writes it."""
    return _http_date(int(now()))


@lru_cache(maxsize=1)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


def timestamp() -> str:
    """The present as JSON bodies write it: whole seconds, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now()))


def iso_time() -> str:
    """The present as `2021-06-18T07:09:46+0000`: whole seconds, no colon in the offset."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(now()))


def object_id() -> str:
    """A fresh 24-digit identifier, laid out like MongoDB's ObjectId."""
    serial = next(_counter) & 0xFFFFFF
    return f"{int(now()):08x}{_machine.hex()}{serial:06x}"


def agent_key() -> str:
    """What agents of a new project sign with: an identifier and 32 random digits (ISSUE)."""
    return object_id() + secrets.token_hex(16)


def random_uuid() -> str:
    """A fresh version 4 UUID in lower case."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def alphanumeric(length: int) -> str:
    """That many random letters and digits."""
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(length))
